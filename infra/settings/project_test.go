package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"tally/infra/schema"
	"tally/infra/schema/schematest"
	"tally/infra/settings"
)

const root = "../.."

// project writes a project with these files and no npm packages.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for path, text := range files {
		path = filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const (
	goodEnvironment = `account: "444455556666"
region: ap-northeast-2
protect: true
network:
  vpc_id: vpc-0fed5678
  s3_endpoint: existing
  subnets:
    - id: subnet-0fed5678
      availability_zone: ap-northeast-2a
      route_table_id: rtb-0fed5678
databases:
  app:
    engine: mysql
    host: app.cfed5678.ap-northeast-2.rds.amazonaws.com
    dbname: app
    username: tally_reader
    auth: iam
    resource_id: db-APP
    security_group_id: sg-0fed5678
`
	goodJobs = `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: a = 1}
`
)

// load loads one environment, dev, with the project's default folders. Editors must
// not complain of files that it finds nothing wrong with.
func load(t *testing.T, environment, jobs string) (settings.Settings, error) {
	t.Helper()
	const environmentFile, jobsFile = "infra/environments/dev.yaml", "infra/jobs.yaml"
	loaded, err := settings.Load(settings.Source{Root: project(t, map[string]string{environmentFile: environment, jobsFile: jobs})})
	schematest.NoFalseAlarm(t, schema.Environment, environmentFile, environment, err)
	schematest.NoFalseAlarm(t, schema.Jobs, jobsFile, jobs, err)
	return loaded, err
}
