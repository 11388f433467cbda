package schema_test

import (
	"strings"
	"testing"

	"tally/infra/schema"
	"tally/infra/schema/schematest"
)

// What an editor must mark: one mistake of each kind, which the reader refuses too.
func TestSchemasRefuse(t *testing.T) {
	for _, test := range []struct{ name, file, old, new string }{
		{"unknown key", existing, "region:", "regions: [a]\nregion:"},
		{"missing key", existing, "region: ap-northeast-2\n", ""},
		{"missing key of a mapping", existing, "  s3_endpoint: existing\n", ""},
		{"missing key of a list's entry", existing, "availability_zone: ap-northeast-2a, ", ""},
		{"number as text", existing, `"444455556666"`, "444455556666"},
		{"text as boolean", existing, "protect: true", "protect: yes"},
		{"text as number", existing, "memory_mb: 256", `memory_mb: "256"`},
		{"number too small", existing, "memory_mb: 256", "memory_mb: 64"},
		{"number too large", existing, "port: 3307", "port: 65536"},
		{"number of no choice", existing, "memory_mb: 256", "log_retention_days: 31"},
		{"protect without account", existing, "account: \"444455556666\"\n", ""},
		{"pattern", existing, "vpc-0fed5678", "vpc-1"},
		{"word of no choice", existing, "s3_endpoint: existing", "s3_endpoint: maybe"},
		{"another word for a mapping", created, "network: create", "network: new"},
		{"empty list", withSecret, "subnets: [{id: subnet-0fed5678, availability_zone: ap-northeast-2a, route_table_id: rtb-0fed5678}]", "subnets: []"},
		{"key of a database", existing, "  app:", "  App:"},
		{"engine", existing, "engine: mariadb", "engine: oracle"},
		{"version of another engine", existing, "engine: mariadb", "engine: mysql"},
		{"missing key of a database", existing, "    dbname: app\n", ""},
		{"missing key of a login", existing, "    resource_id: db-APP\n", ""},
		{"key of another login", existing, "    auth: iam", "    auth: secret"},
		{"secret without ARN", withSecret, "    secret_arn: arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:reader-AbC123\n", ""},
		{"host of a created database", created, "create: aurora-mysql", "create: aurora-mysql, host: a.b"},
		{"user of a created database", created, "username: tally_reader", "username: Tally"},
		{"capacity of a database that exists", existing, "    port: 3307", "    max_capacity: 2"},
		{"bucket's name", bucketsOnly, "logs: acme-logs", "logs: s3://acme-logs"},
		{"bucket without name", bucketsOnly, "name: acme-more, ", ""},
		{"address", created, "oncall@example.com", "oncall"},
		{"tag", created, "team: data", "team: 'data#1'"},

		{"another word for checks", bucketsOnly, "checks: off", "checks: none"},
		{"another word for a job's checks", created, "other: off", "other: none"},
		{"another word for a case's bounds", created, "normal: off", "normal: none"},
		{"number for a percentage of an environment", created, "5%", "5"},
		{"topic to notify by its name", created, "arn:aws:sns:ap-northeast-2:444455556666:analysts", "analysts"},
		{"topic and addresses to notify", created, "notify: {", "notify: {email: [a@example.com], "},

		{"no jobs", jobs, jobs[strings.Index(jobs, "jobs:"):], "jobs: []"},
		{"misspelt key", jobs, "table: scans", "tabel: scans"},
		{"name", jobs, "name: daily", "name: Daily"},
		{"missing schedule", jobs, "    schedule: cron(55 14 * * ? *)\n", ""},
		{"span", jobs, "day-to-date", "today"},
		{"column_type", jobs, "epoch_seconds", "epoch"},
		{"table and bucket", jobs, "bucket: uploads", "bucket: uploads, table: scans"},
		{"prefix of a table", jobs, "database: app,", "database: app, prefix: a/,"},
		{"table's characters", jobs, "table: scans", "table: a b"},
		{"format", jobs, "format: csv", "format: xml"},
		{"on_error", jobs, "on_error: skip", "on_error: ignore"},
		{"quotes", jobs, "quotes: lenient", "quotes: double"},
		{"groups that are no list", jobs, "group_by: [clinic]", "group_by: clinic"},
		{"too many groups", jobs, "max_groups: 10", "max_groups: 10001"},
		{"no case", jobs, "{large: size > 5}", "{}"},
		{"case of every record", jobs, "large:", "total:"},
		{"case's name", jobs, "large:", "Large:"},
		{"condition that is no text", jobs, "size > 5", "true"},
		{"checks that are off", checked, checked[strings.Index(checked, "    checks:"):strings.Index(checked, "reconcile:")], "    checks: off\n"},
		{"case that is not checked", checked, "{min: 1, max: 9}", "off"},
		{"bound below nothing", checked, "min: 1,", "min: -1,"},
		{"percentage without its sign", checked, "50%", "50"},
		{"part for a percentage", checked, "50%", "0.5"},
		{"drop of all", checked, "50%", "100%"},
		{"drop without a baseline", checked, "baseline: previous, ", ""},
		{"baseline of no choice", checked, "previous", "last-week"},
		{"date written in another way", checked, "2026-12-25", "25.12.2026"},
		{"side without a case", checked, "left: daily.normal", "left: daily"},
		{"within all", checked, "within: 2%", "within: 100%"},
		{"within a part", checked, "within: 2%", "within: 0.5"},
		{"pair without a name", checked, "name: both, ", ""},
		{"summary without a schedule", checked, "schedule: cron(0 8 * * ? *), ", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.file, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			text := strings.Replace(test.file, test.old, test.new, 1)
			path, read := schema.Environment, readEnvironment
			if strings.Contains(test.file, "jobs:") {
				path, read = schema.Jobs, readJobs
			}
			if read(folderWithAuthority(t), text) == nil {
				t.Error("the reader accepts it")
			}
			if schematest.Validate(t, path, text) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}
