package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tally/infra/rdsca"
	"tally/infra/settings"
)

// tests is the folder of the tests, which some of them leave.
var tests, _ = os.Getwd()

// Of each, testdata/discover has what goes to standard output and to standard error.
var discoveries = []struct{ golden, command string }{
	{"mysql-iam", "rds orders"},
	{"postgres-iam-off", "rds ledger"},
	{"postgres-secret", "rds ledger.c9x8k7example.ap-northeast-2.rds.amazonaws.com --secret-arn " + readerSecret},
	{"aurora-postgres", "rds warehouse --key warehouse"},
	{"aurora-mysql", "rds arn:aws:rds:ap-northeast-2:444455556666:cluster:twin"},
	{"replica", "rds web"},
	{"replica-itself", "rds WEB-COPY"},
	{"mariadb", "rds maria"},
	{"old-mariadb", "rds arn:aws:rds:ap-northeast-2:444455556666:db:old-maria --secret-arn " + readerSecret},
	{"public-subnets", "rds nameless --dbname books"},
	{"bucket-vpce", "bucket acme-private"},
	{"bucket-vpc", "bucket acme-inside"},
	{"bucket-alb", "bucket acme-logs"},
	{"bucket-mixed", "bucket acme-mixed --key mixed"},
	{"network", "network " + mainVPC},
	{"network-bare", "network " + bareVPC},
}

const (
	readerSecret = "arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:tally-reader-XyZ123"
	key          = "arn:aws:kms:ap-northeast-2:444455556666:key/2f6e1c9a-1b2c-4d3e-8f90-a1b2c3d4e5f6"
	ownPolicy    = `{"Version":"2012-10-17","Id":"Policy1415115909152","Statement":[
 {"Sid":"Old","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::acme-private/*"],"Condition":{"NumericGreaterThan":{"s3:signatureAge":600000}}},
 {"Sid":"Put","Effect":"Deny","Principal":"*","Action":["s3:PutObject"],"Resource":["arn:aws:s3:::acme-private/*"],"Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-0f0f0f0f"}}},
 {"Sid":"Public","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::acme-private/*"],"Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-0f0f0f0f"}}},
 {"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-private/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
 {"Sid":"Access-to-specific-VPCE-only","Principal":"*","Action":"s3:*","Effect":"Deny","Resource":["arn:aws:s3:::acme-private","arn:aws:s3:::acme-private/*"],"Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-0a1b2c3d4e5f60789","vpce-0d1f5b7e9a3c28460"]}}}]}`
)

// startAccount is the stand-in with some buckets.
func startAccount(t *testing.T) *standIn {
	t.Helper()
	s := startStandIn(t)
	const here = "ap-northeast-2"
	kms := "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>" + key + "</KMSMasterKeyID>"
	s.buckets["acme-private"] = standInBucket{region: here, policy: ownPolicy, encryption: kms}
	s.buckets["acme-inside"] = standInBucket{region: here, policy: strings.NewReplacer("aws:SourceVpce", "AWS:sourceVPC", `["vpce-0a1b2c3d4e5f60789","vpce-0d1f5b7e9a3c28460"]`, `"`+bareVPC+`"`, `"s3:*","Effect"`, `["s3:Put*","s3:Get*"],"Effect"`).Replace(ownPolicy)}
	s.buckets["acme-logs"] = standInBucket{region: here, keys: []string{
		"alb/AWSLogs/444455556666/ELBAccessLogTestFile",
		"alb/AWSLogs/444455556666/elasticloadbalancing/ap-northeast-2/2022/04/07/444455556666_elasticloadbalancing_ap-northeast-2_app.shop.1f2e3d4c5b6a7980_20220407T0000Z_10.0.0.9_2ab3c4d5.log.gz",
		"alb/AWSLogs/444455556666/elasticloadbalancing/ap-northeast-2/2022/04/08/444455556666_elasticloadbalancing_ap-northeast-2_app.shop.1f2e3d4c5b6a7980_20220408T0000Z_10.0.0.9_3ab3c4d5.log.gz",
		"nlb/AWSLogs/444455556666/elasticloadbalancing/ap-northeast-2/2022/04/08/444455556666_elasticloadbalancing_ap-northeast-2_net.tcp.1f2e3d4c5b6a7980_20220408T0000Z_3ab3c4d5.log.gz",
	}}
	s.buckets["acme-mixed"] = standInBucket{region: here, payment: "Requester", encryption: "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/logs</KMSMasterKeyID>", keys: []string{
		"AWSLogs/o-a1b2c3d4e5/444455556666/CloudTrail/ap-northeast-2/2022/04/07/444455556666_CloudTrail_ap-northeast-2_20220407T0005Z_AbCdEfGh.json.gz",
		"AWSLogs/o-a1b2c3d4e5/777788889999/CloudTrail/us-east-1/2022/04/07/777788889999_CloudTrail_us-east-1_20220407T0005Z_AbCdEfGh.json.gz",
		"AWSLogs/o-a1b2c3d4e5/777788889999/CloudTrail/us-east-1/2022/04/08/777788889999_CloudTrail_us-east-1_20220408T0005Z_AbCdEfGh.json.gz",
		"AWSLogs/444455556666/CloudTrail-Digest/ap-northeast-2/2022/04/07/444455556666_CloudTrail-Digest_ap-northeast-2_x.json.gz",
		"AWSLogs/444455556666/vpcflowlogs/ap-northeast-2/2022/04/07/01/444455556666_vpcflowlogs_ap-northeast-2_fl-1234abcd_20220407T0100Z_hash.log.gz",
		"cdn/E2K7Q3J9ABCDEF.2022-04-07-00.a1b2c3d4.gz",
		"access/2022-04-07-00-17-29-A1B2C3D4E5F60718",
		"orders/2022/04/07/part-0001.jsonl.gz",
		"2022-04-07-00-17-29-A1B2C3D4E5F60718", "2022-04-07-00-18-29-A1B2C3D4E5F60718", "2022-04-07-00-19-29-A1B2C3D4E5F60718",
		"orders/2022/04/08/part-0001.jsonl.gz",
	}}
	s.buckets["acme-far"] = standInBucket{region: "us-east-1"}
	s.buckets["acme-foreign"] = standInBucket{region: here, policy: strings.ReplaceAll(ownPolicy, gateway, "vpce-0e3a1c5d7f9b42680")}
	s.buckets["acme-broken"] = standInBucket{region: here, policy: `{"Statement": 5}`}
	return s
}

func TestDiscover(t *testing.T) {
	for _, test := range discoveries {
		t.Run(test.golden, func(t *testing.T) {
			startAccount(t)
			status, yaml, said := tally(append([]string{"discover"}, strings.Fields(test.command)...)...)
			if status != exitOK {
				t.Fatalf("status %d: %s", status, said)
			}
			for ending, got := range map[string]string{".yaml": yaml, ".txt": said} {
				golden := filepath.Join("testdata/discover", test.golden+ending)
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
			checkLoads(t, yaml, said)
		})
	}
}

var (
	keyLine    = regexp.MustCompile(`(?m)^  ([a-z-]+):  +# jobs name the (database|bucket)`)
	sourceLine = regexp.MustCompile(`source: (\{.*\})`)
)

// checkLoads loads what was printed with a job that counts there, and with each source that was
// proposed.
func checkLoads(t *testing.T, yaml, said string) {
	t.Helper()
	var sources []string
	for _, proposed := range sourceLine.FindAllStringSubmatch(said, -1) {
		sources = append(sources, proposed[1])
	}
	switch found := keyLine.FindStringSubmatch(yaml); {
	case found == nil: // a network alone
		yaml += "buckets: {logs: acme-logs}\n"
		sources = []string{"{bucket: logs, prefix: a/}"}
	case found[2] == "database":
		sources = []string{"{database: " + found[1] + ", table: orders}"}
	case sources == nil:
		sources = []string{"{bucket: " + found[1] + ", prefix: a/}"}
	}
	jobs := "timezone: UTC\njobs:\n"
	for i, source := range sources {
		window, condition := "window: {span: previous-day}, ", "true"
		switch {
		case strings.Contains(source, "database"):
			window, condition = "", "a = 1"
		case !strings.Contains(source, "format"):
			condition = "size > 0"
		case strings.Contains(source, "jsonl"):
			window, condition = "window: {span: previous-day, column: at}, ", "a > 0"
		}
		jobs += "  - {name: j" + string(rune('a'+i)) + ", schedule: cron(30 1 * * ? *), source: " + source + ", " + window + "cases: {some: '" + condition + "'}}\n"
	}
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"jobs.yaml": jobs, "environments/found.yaml": yaml})
	if _, err := settings.Load(settings.Source{Root: folder, Jobs: "jobs.yaml", Environments: "environments", Deploying: true}); err != nil {
		t.Errorf("%v\n%s\n%s", err, jobs, yaml)
	}
}

func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What is wrong is said with what to write or do instead, and nothing goes to standard output.
func TestDiscoverRefuses(t *testing.T) {
	for _, test := range []struct {
		name, command, failing string // action=code
		status                 int
		want                   string
	}{
		{"nothing", "", "", exitInvalid, "what is to be found? write rds NAME, bucket NAME or network vpc-…, such as: tally discover rds app"},
		{"another kind", "dynamodb orders", "", exitInvalid, "what is to be found? write rds NAME"},
		{"no name", "rds", "", exitInvalid, "rds takes one name, got 0: tally discover rds NAME [flags]"},
		{"two names", "rds a b", "", exitInvalid, "rds takes one name, got 2"},
		{"a region that is a zone", "rds orders --region ap-northeast-2a", "", exitInvalid, "--region ap-northeast-2a is not valid; write a region such as ap-northeast-2"},
		{"an empty region", "rds orders --region=", "", exitInvalid, "--region is empty"},
		{"a key with capitals", "rds orders --key Orders", "", exitInvalid, "--key Orders is not valid; write a key of lower-case letters, digits and -"},
		{"part of a secret's ARN", "rds orders --secret-arn tally-reader", "", exitInvalid, "--secret-arn tally-reader is not valid; write the secret's whole ARN"},
		{"a database name that cannot be", "rds ledger --dbname a$b", "", exitInvalid, `the name "a$b" holds $ or '`},

		{"a name that is nearly right", "rds order", "", exitInvalid, `there is no database "order" in ap-northeast-2; the nearest are orders, `},
		{"an ARN of another region", "rds arn:aws:rds:us-east-1:444455556666:db:orders", "", exitInvalid, "is in us-east-1, and this looks in ap-northeast-2; write --region us-east-1"},
		{"an instance and a cluster", "rds twin", "", exitInvalid, "several have the name twin; write the ARN: arn:aws:rds:ap-northeast-2:444455556666:cluster:twin or arn:aws:rds:ap-northeast-2:444455556666:db:twin"},
		{"a stopped instance", "rds asleep", "", exitFailed, "instance asleep is stopped; start it first: aws rds start-db-instance --db-instance-identifier asleep"},
		{"an instance that is being made", "rds coming", "", exitFailed, "instance coming has no endpoint: its state is creating; wait until it is available"},
		{"a cluster without instances", "rds empty", "", exitFailed, "the VPC of cluster empty is not known"},
		{"Oracle", "rds erp", "", exitInvalid, "instance erp is oracle-ee, which cannot be counted in; supported are MySQL, MariaDB, PostgreSQL, and Aurora"},
		{"DocumentDB", "rds papers", "", exitInvalid, "cluster papers is docdb, which cannot be counted in"},
		{"no database name", "rds nameless", "", exitInvalid, "RDS does not say which databases are on nameless; write --dbname"},
		{"MariaDB without IAM", "rds old-maria", "", exitInvalid, "MariaDB 10.6.18 does not know IAM login, 10.11 and later do; make a user who can only read, and a secret"},

		{"no right to RDS", "rds orders", "rds:DescribeDBInstances=AccessDenied", exitFailed, "these AWS credentials may not do rds:DescribeDBInstances in ap-northeast-2; allow it"},
		{"no right to EC2", "rds orders", "ec2:DescribeRouteTables=UnauthorizedOperation", exitFailed, "these AWS credentials may not do ec2:DescribeRouteTables"},
		{"no right to groups", "rds ledger", "ec2:DescribeSecurityGroups=UnauthorizedOperation", exitFailed, "these AWS credentials may not do ec2:DescribeSecurityGroups"},
		{"throttled by RDS", "rds orders", "rds:DescribeDBClusters=Throttling", exitFailed, "AWS asks for fewer requests (rds:DescribeDBClusters); run this again in a minute"},
		{"throttled by EC2", "rds orders", "ec2:DescribeSubnets=RequestLimitExceeded", exitFailed, "AWS asks for fewer requests (ec2:DescribeSubnets)"},
		{"a region that is not enabled", "network " + mainVPC, "ec2:DescribeSubnets=AuthFailure", exitFailed, "AWS does not take these credentials in ap-northeast-2; log in again, check AWS_PROFILE, and see that the region is enabled"},
		{"expired", "rds orders", "rds:DescribeDBClusters=ExpiredToken", exitFailed, "AWS does not take these credentials in ap-northeast-2; log in again"},
		{"a fault of AWS", "rds orders", "rds:DescribeDBParameters=InternalFailure", exitFailed, "ask AWS (rds:DescribeDBParameters, in ap-northeast-2): "},

		{"an unknown VPC", "network vpc-0a3c9e7d5b1f42861", "", exitInvalid, `there is no VPC with subnets "vpc-0a3c9e7d5b1f42861" in ap-northeast-2; the nearest are ` + mainVPC},
		{"a URL of a bucket", "bucket s3://acme-logs", "", exitInvalid, `"s3://acme-logs" is not a bucket; write a bucket name`},
		{"a VPC without a usable subnet", "network " + edgeVPC, "", exitFailed, edgeVPC + " has no subnet that the counter can be in: one with IPv4, in a zone of the region"},
		{"an unknown bucket", "bucket acme-log", "", exitInvalid, `there is no bucket "acme-log" in ap-northeast-2; the nearest are acme-logs, `},
		{"an unknown bucket, names unknown", "bucket acme-log", "s3:ListBuckets=AccessDenied", exitInvalid, `there is no bucket "acme-log"`},
		{"a bucket of another region", "bucket acme-far", "", exitInvalid, "bucket acme-far is in us-east-1, and this looks in ap-northeast-2; write --region us-east-1"},
		{"an endpoint of another account, and one that is no gateway", "bucket acme-foreign", "", exitFailed, "demands requests through vpce-0a1b2c3d4e5f60789, vpce-0e3a1c5d7f9b42680, none of which is a gateway endpoint of S3 in this account and region"},
		{"a policy that cannot be read", "bucket acme-broken", "", exitFailed, "read the policy of bucket acme-broken"},
		{"throttled by S3", "bucket acme-logs", "s3:ListObjectsV2=SlowDown", exitFailed, "AWS asks for fewer requests (s3:ListBucket)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := startAccount(t)
			if action, code, fails := strings.Cut(test.failing, "="); fails {
				s.failing[action] = code
			}
			status, printed, complaint := tally(append([]string{"discover"}, strings.Fields(test.command)...)...)
			if status != test.status || printed != "" || !strings.Contains(complaint, test.want) {
				t.Errorf("status %d, want %d; it prints %q and says\n%swant\n%s", status, test.status, printed, complaint, test.want)
			}
		})
	}
}

// Who may not read everything gets what there is, and hears what is not known.
func TestDiscoverWithFewRights(t *testing.T) {
	for _, test := range []struct{ command, failing, want string }{
		{"rds orders", "rds:DescribeDBParameters", "may not do rds:DescribeDBParameters, so it is not known whether the server demands TLS"},
		{"rds warehouse", "rds:DescribeDBClusterParameters", "may not do rds:DescribeDBClusterParameters"},
		{"bucket acme-logs", "s3:HeadBucket", "A job can say: source:"},
		{"bucket acme-logs", "s3:GetBucketEncryption", "Find out whether it needs kms_key_arn: these credentials may not do s3:GetEncryptionConfiguration"},
		{"bucket acme-logs", "s3:GetBucketRequestPayment", "Find out whether it needs requester_pays: true: these credentials may not do s3:GetBucketRequestPayment"},
		{"bucket acme-private", "s3:GetBucketPolicy", "Find out whether it needs vpc: true: these credentials may not do s3:GetBucketPolicy"},
		{"bucket acme-logs", "s3:ListObjectsV2", "Find out how its keys are called: these credentials may not do s3:ListBucket"},
	} {
		t.Run(test.failing, func(t *testing.T) {
			s := startAccount(t)
			s.failing[test.failing] = "AccessDenied"
			status, yaml, said := tally(append([]string{"discover"}, strings.Fields(test.command)...)...)
			if status != exitOK || !strings.Contains(said, test.want) {
				t.Errorf("status %d, it says\n%swant\n%s", status, said, test.want)
			}
			checkLoads(t, yaml, said)
		})
	}
}

// An account without databases is more often the wrong account or region.
func TestDiscoverInAnEmptyAccount(t *testing.T) {
	startAccount(t).empty = true
	status, _, complaint := tally("discover", "rds", "orders")
	if want := "there is no database in ap-northeast-2, in the account of these credentials; write --region, or set AWS_PROFILE\n"; status != exitInvalid || complaint != want {
		t.Errorf("status %d: %s", status, complaint)
	}
}

func TestDiscoverWithoutARegionOrCredentials(t *testing.T) {
	startAccount(t)
	t.Setenv("AWS_REGION", "")
	if status, _, complaint := tally("discover", "rds", "orders"); status != exitInvalid || complaint != "which AWS region? write --region, or set AWS_REGION\n" {
		t.Errorf("status %d: %s", status, complaint)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	if status, _, complaint := tally("discover", "rds", "orders", "--region", "ap-northeast-2"); status != exitFailed || !strings.HasPrefix(complaint, "this machine has no valid AWS credentials; set AWS_PROFILE") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// A region that does not exist has no host.
func TestDiscoverInARegionThatDoesNotExist(t *testing.T) {
	startAccount(t)
	t.Setenv("AWS_ENDPOINT_URL_RDS", "http://rds.xx-nowhere-9.invalid")
	status, _, complaint := tally("discover", "rds", "orders", "--region", "xx-nowhere-9")
	if status != exitFailed || !strings.Contains(complaint, "either there is no region xx-nowhere-9, or this machine has no way to AWS") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// The project lacks the authorities of some regions: the file names one to download.
func TestDiscoverInARegionWithoutAuthorities(t *testing.T) {
	s := startAccount(t)
	s.region = "il-central-1"
	status, yaml, said := tally("discover", "rds", "orders", "--region", s.region)
	if status != exitOK || !strings.Contains(said, "curl -O https://truststore.pki.rds.amazonaws.com/il-central-1/il-central-1-bundle.pem") {
		t.Fatalf("status %d: %s", status, said)
	}
	authority, err := rdsca.Bundle("ap-northeast-2", false)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"jobs.yaml": jobs, "environments/far.yaml": yaml, "environments/il-central-1-bundle.pem": string(authority)})
	if _, err := settings.Load(settings.Source{Root: folder, Jobs: "jobs.yaml", Environments: "environments"}); err != nil {
		t.Errorf("%v\n%s", err, yaml)
	}
}

var action = regexp.MustCompile(`"((?:rds|ec2|s3):[A-Za-z]+)"`)

// The page lists the rights that are needed, and no other ones.
func TestRightsAreListed(t *testing.T) {
	rights := map[string]string{"s3:HeadBucket": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:ListBuckets": "s3:ListAllMyBuckets", "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration"}
	needed, listed := map[string]bool{}, map[string]bool{}
	s := startAccount(t)
	for _, test := range append(discoveries, struct{ golden, command string }{"", "bucket nowhere"}) {
		tally(append([]string{"discover"}, strings.Fields(test.command)...)...)
	}
	for _, asked := range s.asked {
		needed[cmp.Or(rights[asked], asked)] = true
	}
	page, err := os.ReadFile("../../../docs/discovering.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range action.FindAllStringSubmatch(string(page), -1) {
		listed[found[1]] = true
	}
	if !maps.Equal(needed, listed) {
		t.Errorf("needed are %v, and the page lists %v", needed, listed)
	}
}

func TestDiscoverAsJSON(t *testing.T) {
	startAccount(t)
	status, printed, said := tally("discover", "rds", "ledger", "--json")
	var facts struct {
		Database struct {
			Engine, Host string
			IAM          *bool  `json:"iam_enabled"`
			DemandsTLS   *bool  `json:"demands_tls"`
			MasterSecret string `json:"master_secret_arn"`
		}
		Network struct {
			Endpoints []string
			Subnets   []struct{ ID string }
		}
		Steps, Notes []string
		SQL, YAML    string
	}
	if err := json.Unmarshal([]byte(printed), &facts); err != nil || status != exitOK || said != "" {
		t.Fatalf("status %d, %v, it says %q", status, err, said)
	}
	d := facts.Database
	if d.Engine != "postgres" || d.IAM == nil || *d.IAM || d.DemandsTLS == nil || !*d.DemandsTLS || !strings.Contains(d.MasterSecret, ":secret:rds!db-") {
		t.Errorf("got %s", printed)
	}
	if len(facts.Network.Subnets) != 2 || len(facts.Network.Endpoints) != 2 || len(facts.Steps) != 2 || !strings.Contains(facts.YAML, "resource_id: db-LEDGER7H4YQ2") || facts.SQL == "" {
		t.Errorf("got %s", printed)
	}
}

// The SDK asks again when AWS is busy, and every page is read.
func TestDiscoverAsksAgain(t *testing.T) {
	s := startAccount(t)
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	s.failing["rds:DescribeDBInstances"] = "Throttling"
	if status, _, _ := tally("discover", "rds", "orders"); status != exitFailed || strings.Count(strings.Join(s.asked, " "), "rds:DescribeDBInstances") != 2 {
		t.Errorf("status %d, asked %v", status, s.asked)
	}
}

func TestInit(t *testing.T) {
	startAccount(t)
	enterProject(t) // and into infra
	status, said, complaint := tally("init", "live", "--rds", "ledger")
	if status != exitOK || complaint != "" || !strings.Contains(said, "environments/live.yaml is written; then: make deploy ENV=live\n") || !strings.Contains(said, "--enable-iam-database-authentication") {
		t.Fatalf("status %d: %s%s", status, said, complaint)
	}
	written, err := os.ReadFile("environments/live.yaml")
	golden, other := os.ReadFile(filepath.Join(tests, "testdata/discover/postgres-iam-off.yaml"))
	if err != nil || other != nil || string(written) != "# yaml-language-server: $schema=../schema/environment.schema.json\n"+string(golden) {
		t.Errorf("%v, %v, the file is\n%s", err, other, written)
	}
	// The jobs of the project count in the database app.
	if status, _, complaint := tally("validate", "--env", "live"); status != exitOK {
		t.Errorf("validate: status %d: %s", status, complaint)
	}
	for _, test := range []struct{ name, command, want string }{
		{"a file that is there", "live --rds orders", "live.yaml is there already, and stays as it is"},
		{"a file of somebody else", "dev --rds orders", "dev.yaml is there already"},
		{"no database", "new", "which database? write for example: tally init prod --rds app"},
		{"no name", "--rds orders", "init takes one name, got 0"},
		{"a name that cannot be", "Prod --rds orders", `"Prod" is not an environment name`},
		{"a path", "../prod --rds orders", `"../prod" is not an environment name`},
		{"an unknown database", "new --rds ordres", `there is no database "ordres"`},
	} {
		status, _, complaint := tally(append([]string{"init"}, strings.Fields(test.command)...)...)
		if status != exitInvalid || !strings.Contains(complaint, test.want) {
			t.Errorf("%s: status %d: %s", test.name, status, complaint)
		}
	}
	if status, _, complaint := tally("init", "new", "--rds", "orders", "--environments", "infra/jobs.yaml"); status != exitFailed || !strings.Contains(complaint, "make the folder of environment files: ") {
		t.Errorf("a folder that is a file: status %d: %s", status, complaint)
	}
	if after, _ := os.ReadFile("environments/live.yaml"); string(after) != string(written) {
		t.Error("the file has changed")
	}
	if files, _ := filepath.Glob("environments/*"); len(files) != 3 {
		t.Errorf("the folder holds %v", files)
	}
}

// Files outside of the project name no schema.
func TestInitElsewhere(t *testing.T) {
	startAccount(t)
	enterProject(t)
	folder := filepath.Join(t.TempDir(), "acme counts")
	status, said, complaint := tally("init", "live", "--rds", "orders", "--environments", folder)
	if status != exitOK {
		t.Fatalf("status %d: %s%s", status, said, complaint)
	}
	if written, err := os.ReadFile(filepath.Join(folder, "live.yaml")); err != nil || !strings.HasPrefix(string(written), `account: "444455556666"`) {
		t.Errorf("%v: %s", err, written)
	}
	t.Chdir(t.TempDir())
	if status, _, complaint := tally("init", "live", "--rds", "orders"); status != exitFailed || !strings.Contains(complaint, "run this inside the project") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// Two at once: one writes, and the other one says so.
func TestInitTwiceAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "live.yaml")
	written := make(chan error)
	for range 8 {
		go func() { written <- writeNew(path, "region: ap-northeast-2\n") }()
	}
	good := 0
	for range 8 {
		if err := <-written; err == nil {
			good++
		} else if !errors.As(err, &invalidError{}) {
			t.Error(err)
		}
	}
	if good != 1 {
		t.Errorf("%d wrote the file", good)
	}
}
