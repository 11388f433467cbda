package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"tally/infra/settings"
	"tally/lambda/job"
)

func TestChecksOfAnEnvironment(t *testing.T) {
	id := func(key, value, hint string) string { return key + `: "` + value + `" is not valid; write ` + hint }
	const (
		idHint    = "an id such as "
		hostHint  = "the endpoint's name, without port or scheme"
		userHint  = "the database user, without wildcards"
		resources = "the resource id (not the name or ARN): db-… of an instance, cluster-… or prx-…"
		keyHint   = "a key of lower-case letters, digits and -"
	)
	for _, test := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},

		{"account without quotes", `"444455556666"`, "444455556666", `1:10: account: is a number; put it in quotes: "444455556666"`},
		{"account of 11 digits", "444455556666", "44445555666", id("1:10: account", "44445555666", `12 digits in quotes, such as "111122223333"`)},
		{"account with dashes", "444455556666", "4444-5555-6666", id("1:10: account", "4444-5555-6666", `12 digits in quotes, such as "111122223333"`)},
		{"account left out", "account: \"444455556666\"\n", "", `2:10: protect: needs an account, so that nobody deploys it elsewhere; write account: "111122223333"`},
		{"account and protect left out", "account: \"444455556666\"\nregion: ap-northeast-2\nprotect: true\n", "region: ap-northeast-2\n", ""},
		{"region left out", "region: ap-northeast-2\n", "", "1:1: region: is missing; write region: ap-northeast-2"},
		{"region without number", "region: ap-northeast-2", "region: ap-northeast", id("2:9: region", "ap-northeast", "a region such as ap-northeast-2")},
		{"region that is a zone", "region: ap-northeast-2", "region: ap-northeast-2a", id("2:9: region", "ap-northeast-2a", "a region such as ap-northeast-2")},
		{"region without authorities", "region: ap-northeast-2", "region: il-central-1", "2:9: region: no RDS certificate authority for this region: il-central-1; download the region's bundle from AWS (Using SSL/TLS to encrypt a connection, RDS user guide) and write rds_ca_file: its path\n" +
			`9:26: network.subnets[0].availability_zone: "ap-northeast-2a" is not in il-central-1; write a zone such as il-central-1a` + "\n" +
			"14:11: databases.app.host: is in ap-northeast-2, the environment in il-central-1; write the endpoint of a database there"},
		{"protect that is a word", "protect: true", "protect: yes", "3:10: protect: is a text; write true or false, without quotes"},

		{"network that is another word", goodEnvironment[strings.Index(goodEnvironment, "network:"):strings.Index(goodEnvironment, "databases:")], "network: new\n", "4:10: network: write create, or the vpc_id, s3_endpoint and subnets of an existing VPC"},
		{"network left out", goodEnvironment[strings.Index(goodEnvironment, "network:"):strings.Index(goodEnvironment, "databases:")], "", "1:1: network: is missing; write the vpc_id, s3_endpoint and subnets of the VPC that database app is in"},
		{"network left out, with a database to create", goodEnvironment[strings.Index(goodEnvironment, "network:"):], "databases: {app: {create: aurora-mysql}}\n", "1:1: network: is missing; write network: create"},
		{"VPC id of 9 digits", "vpc-0fed5678", "vpc-0fed56789", id("5:11: network.vpc_id", "vpc-0fed56789", idHint+"vpc-0123456789abcdef0")},
		{"VPC id of 17 digits", "vpc-0fed5678", "vpc-0fed5678901234567", ""},
		{"subnet as VPC", "vpc-0fed5678", "subnet-0fed5678", id("5:11: network.vpc_id", "subnet-0fed5678", idHint+"vpc-0123456789abcdef0")},
		{"s3_endpoint left out", "  s3_endpoint: existing\n", "", "4:1: network.s3_endpoint: is missing; write s3_endpoint: existing"},
		{"s3_endpoint that is another word", "s3_endpoint: existing", "s3_endpoint: none", `6:16: network.s3_endpoint: "none" is not supported; write existing or create`},
		{"s3_endpoint to create", "s3_endpoint: existing", "s3_endpoint: create", ""},
		{"subnet with capital", "id: subnet-0fed5678", "id: subnet-0FED5678", id("8:11: network.subnets[0].id", "subnet-0FED5678", idHint+"subnet-0123456789abcdef0")},
		{"zone of another region", "ap-northeast-2a", "ap-northeast-1a", `9:26: network.subnets[0].availability_zone: "ap-northeast-1a" is not in ap-northeast-2; write a zone such as ap-northeast-2a`},
		{"zone that is the region", "availability_zone: ap-northeast-2a", "availability_zone: ap-northeast-2", `9:26: network.subnets[0].availability_zone: "ap-northeast-2" is not in ap-northeast-2; write a zone such as ap-northeast-2a`},
		{"route table id", "rtb-0fed5678", "rtb-", id("10:23: network.subnets[0].route_table_id", "rtb-", idHint+"rtb-0123456789abcdef0")},
		{"subnet listed twice", "databases:", "    - {id: subnet-0fed5678, availability_zone: ap-northeast-2c, route_table_id: rtb-0fed5678}\ndatabases:", "11:12: network.subnets[1].id: subnet-0fed5678 is listed twice"},
		{"no subnets", goodEnvironment[strings.Index(goodEnvironment, "  subnets:"):strings.Index(goodEnvironment, "databases:")], "  subnets: []\n", "7:3: network.subnets: is empty; write at least one private subnet that reaches the databases"},

		{"database key with a capital", "  app:", "  App:", id("12:3: databases.App", "App", keyHint)},
		{"database key with an underscore", "  app:", "  app_eu:", id("12:3: databases.app_eu", "app_eu", keyHint)},
		{"unknown engine", "engine: mysql", "engine: oracle", `13:13: databases.app.engine: "oracle" is not supported; write mysql, mariadb or postgres`},
		{"host with a port", "app.cfed5678.ap-northeast-2.rds.amazonaws.com", "app.cfed5678.ap-northeast-2.rds.amazonaws.com:3306", id("14:11: databases.app.host", "app.cfed5678.ap-northeast-2.rds.amazonaws.com:3306", hostHint)},
		{"host with a scheme", "app.cfed5678.ap-northeast-2.rds.amazonaws.com", "mysql://app.cfed5678.ap-northeast-2.rds.amazonaws.com", id("14:11: databases.app.host", "mysql://app.cfed5678.ap-northeast-2.rds.amazonaws.com", hostHint)},
		{"host without a dot", "app.cfed5678.ap-northeast-2.rds.amazonaws.com", "localhost", id("14:11: databases.app.host", "localhost", hostHint)},
		{"dbname left out", "    dbname: app\n", "", "12:3: databases.app.dbname: is missing; write dbname: app"},
		{"user with a wildcard", "tally_reader", "'tally*'", id("16:15: databases.app.username", "tally*", userHint)},
		{"password instead of IAM", "auth: iam", "auth: password", `17:11: databases.app.auth: "password" is not supported; write iam or secret`},
		{"name as resource id", "db-APP", "app", id("18:18: databases.app.resource_id", "app", resources)},
		{"ARN as resource id", "db-APP", "arn:aws:rds:ap-northeast-2:444455556666:db:app", id("18:18: databases.app.resource_id", "arn:aws:rds:ap-northeast-2:444455556666:db:app", resources)},
		{"cluster", "db-APP", "cluster-APP123", ""},
		{"security group", "sg-0fed5678", "default", id("19:24: databases.app.security_group_id", "default", idHint+"sg-0123456789abcdef0")},
		{"ingress", "    engine", "    ingress: mine\n    engine", `13:14: databases.app.ingress: "mine" is not supported; write managed or external`},
		{"port out of range", "    engine", "    port: 65536\n    engine", "13:11: databases.app.port: is 65536; write a number from 1 to 65535"},
		{"password in the file", "    engine", "    password: secret\n    engine", "13:5: databases.app.password: unknown key; write one of create, max_capacity, engine, version, host, port, dbname, username, auth, resource_id, secret_arn, secret_kms_key_arn, security_group_id, ingress"},

		{"memory too small", "protect: true", "protect: true\nmemory_mb: 127", "4:12: memory_mb: is 127; write a number from 128 to 10240"},
		{"memory of nothing", "protect: true", "protect: true\nmemory_mb: 0", "4:12: memory_mb: is 0; write a number from 128 to 10240"},
		{"memory too large", "protect: true", "protect: true\nmemory_mb: 10241", "4:12: memory_mb: is 10241; write a number from 128 to 10240"},
		{"timeout too short", "protect: true", "protect: true\ntimeout_seconds: 29", "4:18: timeout_seconds: is 29; write a number from 30 to 900"},
		{"timeout of nothing", "protect: true", "protect: true\ntimeout_seconds: 0", "4:18: timeout_seconds: is 0; write a number from 30 to 900"},
		{"timeout too long", "protect: true", "protect: true\ntimeout_seconds: 901", "4:18: timeout_seconds: is 901; write a number from 30 to 900"},
		{"concurrency below none", "protect: true", "protect: true\nmax_concurrency: -1", "4:18: max_concurrency: is -1; write a number from 0 to 1000"},
		{"retention that CloudWatch lacks", "protect: true", "protect: true\nlog_retention_days: 31", "4:21: log_retention_days: is 31; write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"},
		{"retention of nothing", "protect: true", "protect: true\nlog_retention_days: 0", "4:21: log_retention_days: is 0; write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"},

		{"bucket key", "protect: true", "protect: true\nbuckets: {Logs: acme-logs}", id("4:17: buckets.Logs", "Logs", keyHint)},
		{"bucket with a scheme", "protect: true", "protect: true\nbuckets: {logs: 's3://acme'}", id("4:17: buckets.logs", "s3://acme", "a bucket name of lower-case letters, digits, - and dots, without s3:// or ARN")},
		{"bucket with a dot", "protect: true", "protect: true\nbuckets: {logs: logs.acme.example}", ""},
		{"bucket whose requests are paid here", "protect: true", "protect: true\nbuckets: {logs: {name: acme-logs, requester_pays: true}}", ""},
		{"bucket with a key of its own", "protect: true", "protect: true\nbuckets: {logs: {name: acme-logs, kms_key_arn: 'arn:aws:kms:ap-northeast-2:111122223333:key/0fed5678-1234-1234-1234-123456789012', region: ap-northeast-2}}", ""},
		{"bucket without a name", "protect: true", "protect: true\nbuckets: {logs: {region: ap-northeast-2}}", "4:11: buckets.logs.name: is missing; write name: acme-prod-logs"},
		{"long bucket with a capital", "protect: true", "protect: true\nbuckets: {logs: {name: acme_Logs}}", id("4:24: buckets.logs.name", "acme_Logs", "a bucket name of lower-case letters, digits, - and dots, without s3:// or ARN")},
		{"alias of a key", "protect: true", "protect: true\nbuckets: {logs: {name: acme-logs, kms_key_arn: 'arn:aws:kms:ap-northeast-2:111122223333:alias/logs'}}",
			id("4:48: buckets.logs.kms_key_arn", "arn:aws:kms:ap-northeast-2:111122223333:alias/logs", "the ARN of the key (not of an alias), arn:aws:kms:…:key/…")},
		{"bucket of another region", "protect: true", "protect: true\nbuckets: {logs: {name: acme-logs, region: us-east-1}}",
			"4:43: buckets.logs.region: us-east-1 is not the environment's region ap-northeast-2; count the bucket from an environment in us-east-1: S3 bills bytes that leave a region, and the gateway endpoint reaches its own only"},
		{"bucket in the VPC", "protect: true", "protect: true\nbuckets: {logs: {name: acme-logs, vpc: true}}", ""},
		{"bucket in no VPC", goodEnvironment[strings.Index(goodEnvironment, "network:"):], "buckets: {logs: {name: acme-logs, vpc: true}}\n",
			"4:40: buckets.logs.vpc: the environment has no network to count the bucket from; add network, or leave vpc out"},
		{"unknown key", "protect: true", "protect: true\nregions: [ap-northeast-2]", "4:1: regions: unknown key; write one of account, region, protect, network, databases, buckets, athena, results, alarms, checks, notify, query, permissions_boundary, tags, memory_mb, timeout_seconds, log_retention_days, max_concurrency, rds_ca_file; did you mean region?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(goodEnvironment, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			checkProblems(t, strings.Replace(goodEnvironment, test.old, test.new, 1), test.want)
		})
	}
}

// checkProblems compares what is wrong with an environment, from line on.
func checkProblems(t *testing.T, environment, want string) {
	t.Helper()
	var got []string
	if _, err := load(t, environment, goodJobs); err != nil {
		for line := range strings.Lines(err.Error()) {
			// The job that misses a renamed key is another test's.
			if rest, of := strings.CutPrefix(strings.TrimSpace(line), "infra/environments/dev.yaml:"); of {
				got = append(got, rest)
			}
		}
	}
	if strings.Join(got, "\n") != want {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", environment, strings.Join(got, "\n"), want)
	}
}

func TestChecksOfReferences(t *testing.T) {
	shop := strings.ReplaceAll(goodEnvironment, "  app:", "  shop:")
	both := goodEnvironment + shop[strings.Index(shop, "  shop:"):]
	broken := strings.Replace(goodEnvironment, "databases:\n  app:", "databases: []\nbuckets:\n  app:", 1)
	named := func(name string) string { return strings.Replace(goodJobs, "daily", name, 1) }
	for _, test := range []struct {
		name         string
		environments map[string]string
		jobs         string
		want         string // of the jobs file
	}{
		{"known everywhere", map[string]string{"dev": goodEnvironment, "prod": both}, goodJobs, ""},
		{"unknown in one", map[string]string{"dev": both, "prod": shop}, goodJobs,
			`5:24: jobs[0].source.database: "app" is no database of prod; write one of shop, or add it under databases there`},
		{"unknown in two of three", map[string]string{"dev": both, "prod": shop, "staging": shop}, goodJobs,
			`5:24: jobs[0].source.database: "app" is no database of prod, staging; write one of shop, or add it under databases there`},
		{"nothing in common", map[string]string{"dev": goodEnvironment, "prod": shop}, goodJobs,
			`5:24: jobs[0].source.database: "app" is no database of prod; add it under databases there`},
		{"databases that cannot be read", map[string]string{"dev": broken, "prod": "- no\n"}, goodJobs, ""},
		{"name that just fits", map[string]string{"dev": goodEnvironment, "production": goodEnvironment}, named("a" + strings.Repeat("b", 46)), ""},
		{"name too long for one environment", map[string]string{"dev": goodEnvironment, "production": goodEnvironment, "test": goodEnvironment}, named("a" + strings.Repeat("b", 47)),
			"3:11: jobs[0].name: makes the rule name tally-production-a" + strings.Repeat("b", 47) + ", which has 65 characters; EventBridge allows 64: write a name shorter by 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"infra/jobs.yaml": test.jobs}
			for name, text := range test.environments {
				files["infra/environments/"+name+".yaml"] = text
			}
			got := ""
			if _, err := settings.Load(settings.Source{Root: project(t, files)}); err != nil {
				_, got, _ = strings.Cut(err.Error(), "infra/jobs.yaml:")
			}
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestUsedDatabases(t *testing.T) {
	loaded, err := load(t, goodEnvironment+strings.ReplaceAll(goodEnvironment[strings.Index(goodEnvironment, "  app:"):], "  app:", "  all:"),
		goodJobs+"  - {name: b, schedule: cron(0 1 * * ? *), source: {database: all, table: t}, cases: {c: d}}\n"+
			"  - {name: c, schedule: cron(0 1 * * ? *), source: {database: app, table: u}, cases: {c: d}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(loaded.Used(job.KindDatabase), " "); got != "all app" {
		t.Errorf("got %s", got)
	}
}

// The monitor may have the one run that there may be, when a job that cannot be counted later
// is due.
func TestMaxConcurrencyOneIsRefusedForJobsWithoutAWindow(t *testing.T) {
	windowed := strings.Replace(goodJobs, "    cases:", "    window: {span: previous-day, column: at}\n    cases:", 1)
	state := "  - {name: state, schedule: cron(0 1 * * ? *), source: {database: app, table: t}, cases: {c: d}}\n"
	environment := goodEnvironment + "max_concurrency: %d\n"
	for _, test := range []struct {
		concurrency int
		jobs, want  string
	}{
		{1, windowed, ""},
		{2, windowed + state, ""},
		{1, windowed + state, "max_concurrency: is 1, and job state has no window: while the monitor has another slot counted it would miss its own; write 2 or more, or leave it out"},
	} {
		got := ""
		if _, err := load(t, fmt.Sprintf(environment, test.concurrency), test.jobs); err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, test.want) || test.want == "" && got != "" {
			t.Errorf("max_concurrency %d: got %q, want %q", test.concurrency, got, test.want)
		}
	}
}
