package schema_test

import (
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tally/infra/settings"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// readJobs tells what the reader refuses of a jobs file.
func readJobs(folder, text string) error {
	path := filepath.Join(folder, "jobs.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	_, document, _ := job.ReadFile(path, path)
	return strictyaml.Join(document)
}

// readEnvironment tells what the reader refuses of an environment file. That there
// are no jobs is about another file.
func readEnvironment(folder, text string) error {
	path := filepath.Join(folder, "dev.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	_, err := settings.Load(settings.Source{Root: root, Environments: folder, Jobs: filepath.Join(folder, "none.yaml")})
	var problems strictyaml.Problems
	if !errors.As(err, &problems) {
		return err
	}
	if !slices.ContainsFunc(problems, func(p strictyaml.Problem) bool { return p.File == path }) {
		return nil
	}
	return problems
}

// folderWithAuthority is where files are read: beside a certificate to read instead
// of those of RDS, which is quicker.
func folderWithAuthority(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "authority.pem"), pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Files with nothing wrong, which hold each key in one of its forms.
const (
	existing = `rds_ca_file: authority.pem
account: "444455556666"
region: ap-northeast-2
protect: true
network:
  vpc_id: vpc-0fed5678
  s3_endpoint: existing
  subnets:
    - {id: subnet-0fed5678, availability_zone: ap-northeast-2a, route_table_id: rtb-0fed5678}
databases:
  app:
    engine: mariadb
    version: "10.11"
    host: app.cfed5678.ap-northeast-2.rds.amazonaws.com
    port: 3307
    dbname: app
    username: tally_reader
    auth: iam
    resource_id: db-APP
    security_group_id: sg-0fed5678
    ingress: managed
memory_mb: 256
`
	created = `rds_ca_file: authority.pem
region: ap-northeast-2
network: create
databases:
  app: {create: aurora-mysql, dbname: app, username: tally_reader, max_capacity: 2}
tags: {team: data}
alarms: {email: [oncall@example.com]}
checks: {daily: {total: {min: 10, max_drop: 5%}, normal: off, except: [2026-12-25]}, other: off}
notify: {topic_arn: "arn:aws:sns:ap-northeast-2:444455556666:analysts"}
`
	withSecret = `rds_ca_file: authority.pem
region: ap-northeast-2
network:
  vpc_id: vpc-0fed5678
  s3_endpoint: create
  secrets_endpoint: existing
  subnets: [{id: subnet-0fed5678, availability_zone: ap-northeast-2a, route_table_id: rtb-0fed5678}]
databases:
  app:
    engine: postgres
    host: app.cfed5678.ap-northeast-2.rds.amazonaws.com
    dbname: app
    username: tally_reader
    auth: secret
    secret_arn: arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:reader-AbC123
    security_group_id: sg-0fed5678
`
	bucketsOnly = `rds_ca_file: authority.pem
region: ap-northeast-2
buckets: {logs: acme-logs, more: {name: acme-more, region: ap-northeast-2}}
results: {bucket: acme-results}
checks: off
notify: {email: [analysts@example.com]}
`
	jobs = `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_type: epoch_seconds}
    group_by: [clinic]
    max_groups: 10
    exclusive: true
    cases: {normal: a = 1, other-one: b = 2}
  - name: objects
    description: Objects
    schedule: cron(10 15 * * ? *)
    schedule_timezone: UTC
    source: {bucket: uploads, prefix: "images/{yyyy}/{MM}/{dd}/"}
    window: {span: previous-day}
    cases: {large: size > 5}
    total: true
  - name: records
    schedule: cron(20 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: csv, csv: {header: false, columns: [at, status], delimiter: ";", quotes: lenient}, on_error: skip}
    window: {span: previous-day, column: at, column_timezone: UTC}
    distinct: status
    cases: {paid: status == "paid"}
`
	checked = `timezone: UTC
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at}
    cases: {normal: a = 1}
    checks:
      total: {min: 1, max: 9}
      normal: {max_drop: 50%, baseline: previous, min_baseline: 5}
      except: [2026-12-25]
reconcile: [{name: both, left: daily.normal, right: daily.total, within: 2%}]
summary: {schedule: cron(0 8 * * ? *), schedule_timezone: UTC}
`
)
