package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"tally/infra/settings"
)

// withDatabase is an environment whose one database has the given keys; its first
// line is the 13th of the file.
func withDatabase(keys ...string) string {
	before := goodEnvironment[:strings.Index(goodEnvironment, "    engine:")]
	return before + "    " + strings.Join(keys, "\n    ") + "\n"
}

const (
	hostOf     = "host: app.%scfed5678.ap-northeast-2.rds.amazonaws.com"
	secret     = "arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:reader-AbC123"
	noEndpoint = "4:1: network.secrets_endpoint: is missing, and database app has auth: secret; write secrets_endpoint: existing if the VPC has an endpoint of Secrets Manager that the function may use, else create\n"
)

func TestChecksOfADatabase(t *testing.T) {
	host := func(kind string) string { return fmt.Sprintf(hostOf, kind) }
	iam := func(host, id string) []string {
		return []string{"engine: mysql", host, "dbname: app", "username: tally_reader", "auth: iam", "resource_id: " + id, "security_group_id: sg-0fed5678"}
	}
	secretOf := func(more ...string) []string {
		return append([]string{"engine: mysql", host(""), "dbname: app", "username: tally_reader", "auth: secret", "security_group_id: sg-0fed5678"}, more...)
	}
	maria := func(auth, id string, version ...string) []string {
		return append([]string{"engine: mariadb", host(""), "dbname: app", "username: tally_reader", "auth: " + auth, id, "security_group_id: sg-0fed5678"}, version...)
	}
	mismatch := func(id, kind, want string) string {
		return "18:18: databases.app.resource_id: " + id + " does not go with the host, which is an endpoint of " + kind + "; write its id, " + want
	}
	for _, test := range []struct {
		name string
		keys []string
		want string
	}{
		{"an instance", iam(host(""), "db-APP"), ""},
		{"an instance in capitals", iam("host: "+strings.ToUpper(strings.TrimPrefix(host(""), "host: ")), "db-APP"), ""},
		{"an instance of a cluster", iam(host(""), "cluster-APP"), ""},
		{"a cluster", iam(host("cluster-"), "cluster-APP"), ""},
		{"a read endpoint", iam(host("cluster-ro-"), "cluster-APP"), ""},
		{"a custom endpoint", iam(host("cluster-custom-"), "cluster-APP"), ""},
		{"a proxy", iam(host("proxy-"), "prx-0fed5678"), ""},
		{"a proxy's read endpoint", iam(host("endpoint.proxy-"), "prx-0fed5678"), ""},
		{"an instance with a proxy's id", iam(host(""), "prx-0fed5678"), mismatch("prx-0fed5678", "an instance", "db-… or cluster-…")},
		{"a cluster with an instance's id", iam(host("cluster-"), "db-APP"), mismatch("db-APP", "a cluster", "cluster-…")},
		{"a proxy with the id of what is behind it", iam(host("proxy-"), "cluster-APP"), mismatch("cluster-APP", "a proxy", "prx-…")},
		{"a name of one's own", iam("host: db.acme.internal", "db-APP"),
			"14:11: databases.app.host: db.acme.internal is not a name that RDS gives, and its certificate would not fit another; write the endpoint's own name, such as app.abcdefghijkl.ap-northeast-2.rds.amazonaws.com"},
		{"a host elsewhere", iam("host: app.cfed5678.eu-central-1.rds.amazonaws.com", "db-APP"),
			"14:11: databases.app.host: is in eu-central-1, the environment in ap-northeast-2; write the endpoint of a database there"},
		{"IAM without an id", append(iam(host(""), "db-APP")[:5], "security_group_id: sg-0fed5678"),
			"12:3: databases.app.resource_id: is missing; write resource_id: db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{"IAM with a secret", append(iam(host(""), "db-APP"), "secret_arn: "+secret),
			"20:17: databases.app.secret_arn: goes with auth: secret; leave it out, or write that"},

		{"MariaDB", maria("iam", "resource_id: db-APP", `version: "10.11"`), ""},
		{"MariaDB to the patch", maria("iam", "resource_id: db-APP", `version: "11.4.3"`), ""},
		{"MariaDB too old for IAM", maria("iam", "resource_id: db-APP", `version: "10.6"`),
			"20:14: databases.app.version: MariaDB 10.6 does not know IAM, 10.11 and later do; write auth: secret, with a secret_arn"},
		{"MariaDB of no version", maria("iam", "resource_id: db-APP"),
			`12:3: databases.app.version: is missing; write version: "10.11", or what it is: older ones do not know IAM`},
		{"MariaDB that is no version", maria("iam", "resource_id: db-APP", "version: new"),
			`20:14: databases.app.version: "new" is not valid; write a version such as "10.11"`},
		{"old MariaDB with a secret", maria("secret", "secret_arn: "+secret, `version: "10.6"`), strings.TrimSpace(noEndpoint)},
		{"a version of MySQL", append(iam(host(""), "db-APP"), `version: "8.0"`),
			"20:14: databases.app.version: matters for mariadb only; leave it out"},

		{"a secret without its ARN", secretOf(), noEndpoint + "12:3: databases.app.secret_arn: is missing; write secret_arn: arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:tally-reader-AbCdEf"},
		{"a secret's name", secretOf("secret_arn: reader"), noEndpoint + `19:17: databases.app.secret_arn: "reader" is not valid; write the secret's whole ARN, with the six characters at its end`},
		{"a secret elsewhere", secretOf("secret_arn: " + strings.Replace(secret, "ap-northeast-2", "eu-central-1", 1)),
			noEndpoint + "19:17: databases.app.secret_arn: is in eu-central-1; write the ARN of a secret in ap-northeast-2, which may be a replica"},
		{"a secret and an id", secretOf("secret_arn: "+secret, "resource_id: db-APP"),
			noEndpoint + "20:18: databases.app.resource_id: goes with auth: iam; leave it out, or write that"},
		{"a secret with the alias of a key", secretOf("secret_arn: "+secret, "secret_kms_key_arn: alias/mine"),
			noEndpoint + `20:25: databases.app.secret_kms_key_arn: "alias/mine" is not valid; write the ARN of the key (not of an alias), arn:aws:kms:…:key/…`},

		{"a capacity of an existing one", append(iam(host(""), "db-APP"), "max_capacity: 4"),
			"20:19: databases.app.max_capacity: goes with create; leave it out"},
		{"created in one zone", []string{"create: aurora-mysql"},
			"13:13: databases.app.create: needs subnets in two availability zones; add one to network.subnets, or write network: create"},
		{"created as something else", []string{"create: mysql"},
			`13:13: databases.app.create: "mysql" is not supported; write aurora-mysql or aurora-postgresql`},
	} {
		t.Run(test.name, func(t *testing.T) { checkProblems(t, withDatabase(test.keys...), test.want) })
	}
}

func TestChecksOfACreatedDatabase(t *testing.T) {
	const before = "region: ap-northeast-2\nnetwork: create\ndatabases:\n  app:\n    create: aurora-postgresql\n"
	for _, test := range []struct{ name, more, want string }{
		{"nothing else", "", ""},
		{"what it may have", "    dbname: shop\n    username: counter\n    max_capacity: 16\n", ""},
		{"the owner as reader", "    username: tallymaster\n", "6:15: databases.app.username: tallymaster owns the cluster; write another user, who can only read"},
		{"a host", "    host: app.cfed5678.ap-northeast-2.rds.amazonaws.com\n", "6:11: databases.app.host: is of a database that exists; leave it out, or leave out create"},
		{"another login", "    auth: secret\n", "6:11: databases.app.auth: is of a database that exists; leave it out, or leave out create"},
		{"a name with a dash", "    dbname: my-shop\n", `6:13: databases.app.dbname: "my-shop" is not valid; write lower-case letters, digits and _`},
		{"a user with a capital", "    username: Tally\n", `6:15: databases.app.username: "Tally" is not valid; write at most 32 lower-case letters, digits and _`},
		{"a database of the engine's", "    dbname: template1\n", "6:13: databases.app.dbname: template1 is a word or a database of the engine's own; write another dbname"},
		{"a word", "    dbname: order\n", "6:13: databases.app.dbname: order is a word or a database of the engine's own; write another dbname"},
		{"the engine's user", "    username: pg_reader\n", "6:15: databases.app.username: pg_reader is a name that the engine keeps for itself; write another"},
		{"the user of nobody", "    username: root\n", "6:15: databases.app.username: root is a name that the engine keeps for itself; write another"},
		{"two that outputs cannot tell apart", "  app-1: {create: aurora-mysql}\n  app1: {create: aurora-mysql}\n", "7:3: databases.app1: differs from app-1 by dashes only, which the names of outputs leave out; write another key"},
		{"a word as the key", "  order: {create: aurora-mysql}\n", "6:3: databases.order.dbname: order is a word or a database of the engine's own; write another dbname"},
		{"a capacity above all", "    max_capacity: 257\n", "6:19: databases.app.max_capacity: is 257; write a number from 1 to 256"},
	} {
		t.Run(test.name, func(t *testing.T) { checkProblems(t, before+test.more, test.want) })
	}
	loaded, err := load(t, before, goodJobs)
	if err != nil {
		t.Fatal(err)
	}
	app, _ := loaded.Environments[0].Databases.Get("app")
	if app.Port != 5432 || app.DBName != "app" || app.Username != "tally_reader" || app.Auth != "iam" || app.MaxCapacity != 4 || app.Family() != "postgres" {
		t.Errorf("got %+v", app)
	}
}

// A server that is not RDS brings its own certificate authority, and no IAM.
func TestServersOutsideRDSBringAnAuthority(t *testing.T) {
	keys := []string{"engine: postgres", "host: db.acme.internal", "dbname: app", "username: tally_reader", "auth: secret", "secret_arn: " + secret, "security_group_id: sg-0fed5678"}
	environment := "rds_ca_file: authority.pem\n" + strings.Replace(withDatabase(keys...), "  s3_endpoint", "  secrets_endpoint: create\n  s3_endpoint", 1)
	files := map[string]string{"infra/environments/dev.yaml": environment, "infra/environments/authority.pem": selfSigned(t), "infra/jobs.yaml": goodJobs}
	if _, err := settings.Load(settings.Source{Root: project(t, files)}); err != nil {
		t.Error(err)
	}
}
