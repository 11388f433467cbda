package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

const athenaJobs = `timezone: Asia/Seoul
jobs:
  - {name: a, schedule: cron(0 1 * * ? *), source: {athena: lake, table: events}, window: {span: previous-day, column: at}, cases: {clicks: kind = 'click'}}
`

func TestChecksOfAthena(t *testing.T) {
	const (
		good    = "    database: analytics\n    data: [s3://acme-lake/events/]\n"
		dataFix = "write s3://, the bucket and the folder, such as s3://acme-lake/events/"
		catalog = "is not a catalog that can be counted in; write s3tablescatalog/ and the name of a table bucket (s3tablescatalog/aws-s3 for S3 Metadata), or leave it out: then it is AwsDataCatalog, Glue's"
		noData  = "athena.lake.data: is missing; write data: [s3://acme-lake/events/], where the files of the tables are, or lake_formation: true if that gives access to them"
	)
	for _, test := range []struct{ name, entry, want string }{
		{"as it should be", good, ""},
		{"one folder without brackets", "    database: analytics\n    data: s3://acme-lake\n", ""},
		{"everything of a workgroup of one's own", good + "    workgroup: analytics\n    lake_formation: true\n    kms_key_arn: arn:aws:kms:ap-northeast-2:444455556666:key/0fed5678-1234-1234-1234-123456789012\n", ""},
		{"Glue's catalog by name", good + "    catalog: AwsDataCatalog\n    scan_limit_gb: 1\n", ""},
		{"Lake Formation alone", "    database: analytics\n    lake_formation: true\n", ""},
		{"S3 Metadata", "    database: b_acme-lake\n    catalog: s3tablescatalog/aws-s3\n", ""},

		{"nothing", "    scan_limit_gb: 5\n", "athena.lake.database: is missing; write database: analytics\n" + noData},
		{"no data", "    database: analytics\n", noData},
		{"data of Glue's catalog by name", "    database: analytics\n    catalog: AwsDataCatalog\n", noData},
		{"data that are empty", "    database: analytics\n    data: []\n", "athena.lake.data: is empty; " + dataFix},
		{"data without a scheme", "    database: analytics\n    data: [acme-lake/events]\n", `athena.lake.data[0]: "acme-lake/events" is not a URL of a folder in S3; ` + dataFix},
		{"one without a scheme and brackets", "    database: analytics\n    data: acme-lake/events\n", `athena.lake.data: "acme-lake/events" is not a URL of a folder in S3; ` + dataFix},
		{"data with a wildcard", "    database: analytics\n    data: ['s3://acme-lake/*/events']\n", `athena.lake.data[0]: "s3://acme-lake/*/events" is not a URL of a folder in S3; ` + dataFix},
		{"data twice", "    database: analytics\n    data: [s3://a-b/c, s3://a-b/c]\n", `athena.lake.data[1]: "s3://a-b/c" is listed twice; keep one`},
		{"data of S3 Tables", good + "    catalog: s3tablescatalog/acme-tables\n", "athena.lake.data: is for catalogs of Glue, and S3 Tables keeps the files of acme-tables itself; leave it out"},
		{"S3 Tables without a bucket", good + "    catalog: s3tablescatalog\n", `athena.lake.catalog: "s3tablescatalog" ` + catalog},
		{"the ARN of a table bucket", good + "    catalog: arn:aws:s3tables:ap-northeast-2:444455556666:bucket/acme-tables\n", `athena.lake.catalog: "arn:aws:s3tables:ap-northeast-2:444455556666:bucket/acme-tables" ` + catalog},
		{"a connector", good + "    catalog: dynamo\n", `athena.lake.catalog: "dynamo" ` + catalog},
		{"a database with a capital", "    database: Analytics\n    data: s3://acme-lake\n", `athena.lake.database: "Analytics" is not valid; write the database's name in the catalog: lower-case letters, digits, _ and -`},
		{"a limit of another's workgroup", good + "    workgroup: analytics\n    scan_limit_gb: 10\n", "athena.lake.scan_limit_gb: is of the stack's own workgroup; leave it out, and set the limit of the one that you name"},
		{"a limit below none", good + "    scan_limit_gb: -1\n", "athena.lake.scan_limit_gb: is -1; write a number from 1 to 1000000"},
		{"the ARN of a workgroup", good + "    workgroup: arn:aws:athena:ap-northeast-2:444455556666:workgroup/analytics\n", `athena.lake.workgroup: "arn:aws:athena:ap-northeast-2:444455556666:workgroup/analytics" is not valid; write a workgroup's name (not its ARN)`},
		{"a key of another region", good + "    kms_key_arn: arn:aws:kms:us-east-1:444455556666:key/0fed5678-1234-1234-1234-123456789012\n", "athena.lake.kms_key_arn: is in us-east-1; write the ARN of one in ap-northeast-2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := load(t, "region: ap-northeast-2\nathena:\n  lake:\n"+test.entry, athenaJobs)
			got := ""
			if err != nil {
				var lines []string
				for line := range strings.Lines(err.Error()) {
					_, text, _ := strings.Cut(line, ": ") // the place
					lines = append(lines, strings.TrimSpace(text))
				}
				got = strings.Join(lines, "\n")
			}
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("(-want +got):\n%s", difference)
			}
		})
	}
}

func TestAthenaOfAnEnvironment(t *testing.T) {
	loaded, err := load(t, `region: ap-northeast-2
network: create
buckets: {lake: {name: acme-lake, vpc: true}}
athena:
  lake: {database: analytics, data: [s3://acme-lake/events/click, s3://acme-lake/events/, s3://acme-lake/events-old, s3://acme-other]}
  theirs: {database: analytics, data: s3://acme-lake, workgroup: analytics}
  tables: {database: shop, catalog: s3tablescatalog/acme-tables}
`, athenaJobs)
	if err != nil {
		t.Fatal(err)
	}
	environment := loaded.Environments[0]
	for key, want := range map[string]contract.Athena{
		"lake":   {Workgroup: "tally-dev-source_lake", Catalog: "AwsDataCatalog", Database: "analytics"},
		"theirs": {Workgroup: "analytics", Catalog: "AwsDataCatalog", Database: "analytics"},
		"tables": {Workgroup: "tally-dev-source_tables", Catalog: "s3tablescatalog/acme-tables", Database: "shop"},
	} {
		entry, _ := environment.Athena.Get(key)
		if got := entry.Connection(); got != want {
			t.Errorf("%s: %+v, want %+v", key, got, want)
		}
	}
	lake, _ := environment.Athena.Get("lake")
	buckets := []settings.DataBucket{{Name: "acme-lake", Prefixes: []string{"events-old/", "events/"}}, {Name: "acme-other", Prefixes: []string{""}}}
	if difference := cmp.Diff(buckets, lake.DataBuckets()); difference != "" || lake.ScanLimitGB != 1000 {
		t.Errorf("%d GB, buckets (-want +got):\n%s", lake.ScanLimitGB, difference)
	}
	// A bucket with the same key is counted elsewhere.
	for want, source := range map[string]job.Source{"tally-dev-counter": {Athena: "lake"}, "tally-dev-vpc-counter": {Bucket: "lake"}} {
		if got := environment.Counter(source); got != want {
			t.Errorf("%s is counted by %s", source, got)
		}
	}
	if got := loaded.Used(job.KindAthena); !cmp.Equal(got, []string{"lake"}) {
		t.Errorf("%s are used", got)
	}
}

func TestJobsOfAthena(t *testing.T) {
	const entry = "region: ap-northeast-2\nathena: {lakes: {database: analytics, data: s3://acme-lake}}\n"
	_, err := load(t, entry, athenaJobs)
	want := `infra/jobs.yaml:3:61: jobs[0].source.athena: "lake" is no Athena database of dev; write one of lakes, or add it under athena there`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	_, err = load(t, strings.Replace(entry, "lakes", "lake", 1), strings.Replace(athenaJobs, "'click'", "'click", 1))
	if err == nil || !strings.Contains(err.Error(), "jobs[0].cases.clicks: ") {
		t.Errorf("a text without an end: %v", err)
	}
}
