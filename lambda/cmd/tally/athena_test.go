package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tally/test/local"
)

const lakeJobs = `timezone: Asia/Seoul
jobs:
  - name: events
    schedule: cron(30 16 * * ? *)
    source: {athena: lake, table: events, partitions: {dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: UTC}
    window: {span: previous-day, column: event_time, column_timezone: UTC}
    group_by: [kind]
    cases: {large: amount >= 100, small: amount < 10}
  - name: everything
    schedule: cron(30 16 * * ? *)
    source: {athena: lake, table: events}
    window: {span: previous-day, column: event_time, column_timezone: UTC}
    cases: {clicks: kind = 'click'}
`

const wrongLakeJobs = `timezone: Asia/Seoul
jobs:
  - name: events
    schedule: cron(30 16 * * ? *)
    source: {athena: lake, table: events, partitions: {day: "{yyyy}-{MM}-{dd}"}}
    window: {span: previous-day, column: event_tme, column_timezone: UTC}
    cases: {large: amount >= 100, wide: width > 1, unfinished: amount >}
  - name: nowhere
    schedule: cron(30 16 * * ? *)
    source: {athena: lake, table: evnts}
    cases: {large: amount >= 100}
`

// changing is what differs from one run to the next.
var changing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\(cost=[^)]*\)|"counted_at":"[^"]*"`)

// TestAthena compares what commands say of jobs in Athena with testdata/athena.
func TestAthena(t *testing.T) {
	database, err := local.StartPostgres(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := database.LoadLake(t.Context()); err != nil {
		t.Fatal(err)
	}
	cloud, err := local.StartAWS(t.Context(), "lake")
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	athena := &cloud.Athena
	if err := athena.AddDatabase(t.Context(), "", "analytics", local.AthenaStore{URL: database.URL, Schema: "analytics"}); err != nil {
		t.Fatal(err)
	}
	athena.AddWorkGroup(local.AthenaWorkGroup{Name: "tally-lake-source_lake", Managed: true, BytesScannedCutoffPerQuery: 1e12})
	golden, err := filepath.Abs("testdata/athena")
	if err != nil {
		t.Fatal(err)
	}
	enterProject(t)
	write(t, "lakes/lake.yaml", environment+"athena: {lake: {database: analytics, data: [s3://acme-lake/events/]}}\n")
	write(t, "lake.yaml", lakeJobs)
	write(t, "wrong.yaml", wrongLakeJobs)
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": cloud.Endpoint, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"} {
		t.Setenv(name, value)
	}
	const slot = " --at 2022-04-07T16:30:00Z --env lake"
	for _, test := range []struct {
		name, args string
		status     int
		held       bool // the query that counts does not end in time
		billed     int  // queries that read data
	}{
		{"run", "run events" + slot, exitOK, false, 1},
		{"run-json", "run everything --json" + slot, exitOK, false, 1},
		{"run-everything", "run everything" + slot, exitOK, false, 1},
		{"run-too-long", "run events --timeout 2s" + slot, exitFailed, true, 1},
		{"run-without-environment", "run events --at 2022-04-07T16:30:00Z", exitInvalid, false, 0},
		{"explain", "run events --explain" + slot, exitOK, false, 0},
		{"validate", "validate --database --env lake", exitOK, false, 0},
		{"validate-problems", "validate --database --env lake --jobs wrong.yaml", exitInvalid, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(athena.Executions())
			athena.SetPace()
			if test.held {
				athena.SetPace(local.AthenaPace{Of: "COUNT(", Running: local.AthenaHeld})
			}
			args := append(strings.Fields(test.args), "--environments", "lakes")
			if !strings.Contains(test.args, "--jobs") {
				args = append(args, "--jobs", "lake.yaml")
			}
			status, stdout, stderr := tally(args...)
			if status != test.status {
				t.Errorf("exit status %d, want %d", status, test.status)
			}
			got := changing.ReplaceAllString(stdout+stderr, "…")
			file := filepath.Join(golden, test.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file); err != nil || got != string(want) {
				t.Errorf("got\n%s\nwant\n%s%v", got, want, err)
			}
			billed := 0
			for _, query := range athena.Executions()[before:] {
				if query.Bytes > 0 {
					billed++
				}
				if query.State == "RUNNING" || query.State == "QUEUED" {
					t.Errorf("nobody waits for %s any more, and it was not stopped", query.ID)
				}
			}
			if billed != test.billed {
				t.Errorf("%d queries were billed, want %d", billed, test.billed)
			}
		})
	}
}
