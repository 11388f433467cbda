package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/test/local"
)

const runJobs = `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at, column_timezone: Asia/Seoul}
    cases: {normal: result = 'normal', caries: result = 'caries'}
  - name: by-clinic
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at, column_timezone: Asia/Seoul}
    group_by: [clinic]
    total: false
    cases: {normal: result = 'normal'}
  - name: state
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal', gone: no_such_column = 1}
  - name: later
    schedule: cron(0 0 1 1 ? 2199)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal'}
`

const badJobs = `timezone: Asia/Seoul
jobs:
  - name: good
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal'}
  - name: bad
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    group_by: [clinic, room]
    distinct: patient
    cases: {normal: result = 'normal', gone: no_such_column = 1, unfinished: result =}
  - name: nowhere
    schedule: cron(0 0 1 1 ? 2199)
    source: {database: app, table: no_such_table}
    cases: {normal: a = 1}
  - name: no-time
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: previous-day, column: result}
    cases: {normal: result = 'normal'}
`

func TestPostgres(t *testing.T) {
	database, err := local.StartPostgres(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	testWithDatabase(t, database)
}

func TestMariaDB(t *testing.T) { testWithDatabase(t, local.MariaDBForTest(t)) }

func TestMySQL(t *testing.T) { testWithDatabase(t, local.MySQLForTest(t)) }

// testWithDatabase drives the command line against a real database, as its reader.
func testWithDatabase(t *testing.T, database *local.Database) {
	admin, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	for _, statement := range []string{
		"CREATE TABLE scans (result varchar(10), clinic integer, at " + map[string]string{"postgres": "timestamp", "mysql": "datetime"}[database.Engine] + ")",
		`INSERT INTO scans VALUES ('normal', 7, '2022-04-07 00:00:00'), ('normal', NULL, '2022-04-07 23:54:59'), ('caries', 7, '2022-04-07 12:00:00'),
			(NULL, 8, '2022-04-07 12:00:00'), ('normal', 7, '2022-04-07 23:55:00')`,
	} {
		if _, err := admin.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	enterProject(t)
	write(t, "run.yaml", runJobs)
	write(t, "bad.yaml", badJobs)
	t.Setenv("TALLY_DATABASE_APP", database.ReaderURL)
	t.Run("counts", testRunCounts)
	t.Run("stores", testRunStores)
	t.Run("counts beside a bad job", testRunBesideABadJob)
	t.Run("refuses URLs", testRefusesURLs)
	t.Run("explains", func(t *testing.T) { testRunExplains(t, database.Engine) })
	t.Run("validates", func(t *testing.T) { testValidateDatabase(t, database.Engine) })
	t.Run("warns", func(t *testing.T) { testValidateWarns(t, admin, database.Engine) })
	t.Run("validates by the engine of the URL", func(t *testing.T) { testValidateByURL(t, database.Engine) })
}

// A condition that means something else with the server's own settings is only a warning.
func testValidateWarns(t *testing.T, admin *sql.DB, engine string) {
	set, reset := "SET GLOBAL time_zone = '+09:00'", "SET GLOBAL time_zone = '+00:00'"
	if engine == "postgres" {
		set, reset = "ALTER ROLE tally_reader SET timezone = 'Asia/Seoul'", "ALTER ROLE tally_reader RESET timezone"
	}
	if _, err := admin.ExecContext(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	defer admin.ExecContext(context.WithoutCancel(t.Context()), reset)
	write(t, "day.yaml", `timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal', today: at >= CURRENT_DATE}
`)
	status, stdout, stderr := tally("validate", "--database", "--jobs", "day.yaml")
	if status != exitOK || stdout != "valid: 2 environments, 1 job\n" || strings.Count(stderr, "\n") != 1 ||
		!strings.HasPrefix(stderr, "warning: job daily: cases.today: a run reads days and times in UTC; with the database's own setting (") {
		t.Errorf("got %d\n%s%s", status, stdout, stderr)
	}
}

// write writes a file of the project that the test is in.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join("..", name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func testRunCounts(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "") // whatever this machine is set to
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	for _, test := range []struct {
		name, args     string
		status         int
		stdout, stderr string
	}{
		{"a slot", "daily --at 2022-04-07T14:55:00Z", exitOK, `daily, slot 2022-04-07T14:55:00Z: Thu 2022-04-07 23:55 in Asia/Seoul
window from 2022-04-06T15:00:00Z to before 2022-04-07T14:55:00Z
  normal   2
  caries   1
  other    1
  total    4
`, ""},
		{"groups", "by-clinic --at 2022-04-07T23:55:00+09:00", exitOK, `by-clinic, slot 2022-04-07T14:55:00Z: Thu 2022-04-07 23:55 in Asia/Seoul
window from 2022-04-06T15:00:00Z to before 2022-04-07T14:55:00Z
  clinic   normal
  (all)    2
  7        1
  NULL     1
`, ""},
		{"a failed case", "state --at latest", exitFailed, "state, slot ", "case gone failed: "},
		{"not an occurrence", "daily --at 2022-04-07T14:54:00Z", exitInvalid, "", "job daily: 2022-04-07T14:54:00Z is no occurrence of cron(55 14 * * ? *); the next one is 2022-04-07T14:55:00Z\n"},
		{"not on the minute", "daily --at 2022-04-07T14:55:30Z", exitInvalid, "", "job daily: 2022-04-07T14:55:30Z is no occurrence of"},
		{"not a time", "daily --at today", exitInvalid, "", "--at \"today\" is not a time; write it like 2022-04-07T14:55:00Z, or latest\n"},
		{"in the future", "daily --at 2199-04-07T14:55:00Z", exitInvalid, "", "--at 2199-04-07T14:55:00Z has not come yet; write --at latest"},
		{"never yet", "later --at latest", exitInvalid, "", "job later: cron(0 0 1 1 ? 2199) has not fired yet\n"},
		{"unknown job", "weekly --at latest", exitInvalid, "", "there is no job \"weekly\"; the jobs file has daily, by-clinic, state, later\n"},
		{"no job", "--at latest", exitInvalid, "", "which job? write for example: tally run daily-scans --at latest\n"},
		{"two jobs", "daily state --at latest", exitInvalid, "", "one job at a time; got 2\n"},
		{"no slot", "daily", exitInvalid, "", "which slot? write --at latest, or its time, such as --at 2022-04-07T14:55:00Z\n"},
		{"no time at all", "daily --at latest --timeout 0s", exitInvalid, "", "--timeout is 0s; write for example 5m\n"},
		{"explain and store", "daily --at latest --explain --store s3://results", exitInvalid, "", "--explain counts nothing; leave --json and --store out\n"},
		{"a path in the bucket", "daily --at latest --store s3://results/counts", exitInvalid, "", "--store \"s3://results/counts\" is not a bucket; write s3://name, without a path\n"},
		{"no URL", "daily --at latest --store s3://results --endpoint-url 127.0.0.1:9000", exitInvalid, "", "--endpoint-url is not a URL; write it like http://127.0.0.1:9000\n"},
		{"an endpoint for nothing", "daily --at latest --endpoint-url http://127.0.0.1:9000", exitInvalid, "", "--endpoint-url is for S3, which this run does not use; write --store too, or leave it out\n"},
		{"no region", "daily --at latest --store s3://results", exitInvalid, "", "which AWS region? set AWS_REGION, or choose an environment with --env\n"},
		{"no jobs file", "daily --at latest --jobs none.yaml", exitInvalid, "", "none.yaml: the file does not exist; write it, or name another\n"},
		{"a password", "daily --at latest --store s3://key:s3cret@results", exitInvalid, "", "argument 6 holds a password, which everybody on this machine can read; put the URL"},
		{"a URL as the job", "POSTGRES://tally:s3cret/2@host/app --at latest", exitInvalid, "", "argument 2 holds a password, which"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"run"}, strings.Fields(test.args)...)
			if !strings.Contains(test.args, "--jobs") {
				args = append(args, "--jobs", "run.yaml")
			}
			status, stdout, stderr := tally(args...)
			if status != test.status || !strings.HasPrefix(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) || strings.Contains(stderr, "s3cret") {
				t.Errorf("got %d\n%s%s\nwant %d\n%s%s", status, stdout, stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
	t.Run("a database that is not there", func(t *testing.T) {
		t.Setenv("TALLY_DATABASE_APP", "postgres://tally:s3cret@127.0.0.1:1/app")
		status, stdout, stderr := tally("run", "daily", "--at", "latest", "--jobs", "run.yaml")
		if status != exitFailed || stdout != "" || !strings.Contains(stderr, "database app: connect: ") || strings.Contains(stderr, "s3cret") {
			t.Errorf("got %d\n%s%s", status, stdout, stderr)
		}
		t.Setenv("TALLY_DATABASE_APP", "")
		if _, _, stderr := tally("run", "daily", "--at", "latest", "--jobs", "run.yaml"); !strings.Contains(stderr, "TALLY_DATABASE_APP is not set") {
			t.Errorf("got %s", stderr)
		}
	})
}

// Problems of one job do not stop another from being counted.
func testRunBesideABadJob(t *testing.T) {
	const good = `timezone: Asia/Seoul
jobs:
  - name: bad
    schedule: rate(1 day)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal'}
    colour: red
  - nothing
  - name: good
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal'}
  - {name: bad, schedule: cron(55 14 * * ? *), source: {database: app, table: scans}, cases: {normal: result = 'normal'}}
`
	for _, test := range []struct {
		name, jobs, job string
		status          int
		stdout          string
		stderr          []string // what its lines begin with
	}{
		{"another", good, "good", exitOK, "  normal   3\n  other    2\n  total    5\n", []string{
			"warning: bad.yaml:4:15: jobs[0].schedule: ", "warning: bad.yaml:7:5: jobs[0].colour: unknown key", "warning: bad.yaml:8:5: jobs[1]: ",
			"warning: bad.yaml:13:12: jobs[3].name: \"bad\" is also the name of jobs[0]",
		}},
		{"the bad one", good, "bad", exitInvalid, "", []string{"bad.yaml:4:15: jobs[0].schedule: ", "bad.yaml:7:5: ", "bad.yaml:8:5: ", "bad.yaml:13:12: "}},
		{"no such job", good, "goood", exitInvalid, "", []string{"bad.yaml:4:15: ", "bad.yaml:7:5: ", "bad.yaml:8:5: ", "bad.yaml:13:12: "}},
		{"a name twice", strings.ReplaceAll(runJobs, "name: by-clinic", "name: daily"), "daily", exitInvalid, "", []string{"bad.yaml:8:11: jobs[1].name: "}},
		{"the file", strings.Replace(good, "Asia/Seoul", "Asia/Soul", 1), "good", exitInvalid, "", []string{"bad.yaml:1:11: timezone: "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, "bad.yaml", test.jobs)
			status, stdout, stderr := tally("run", test.job, "--at", "latest", "--jobs", "bad.yaml")
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			if status != test.status || !strings.HasSuffix(stdout, test.stdout) || test.stdout == "" && stdout != "" || len(lines) < len(test.stderr) {
				t.Fatalf("got %d\n%s%s", status, stdout, stderr)
			}
			for i, want := range test.stderr {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("line %d is %q, want %q", i, lines[i], want)
				}
			}
		})
	}
	large := "  - name: large\n    schedule: cron(55 14 * * ? *)\n    source: {database: app, table: scans}\n    group_by: [clinic_id]\n    max_groups: 10000\n    cases:\n"
	for i := range 400 {
		large += fmt.Sprintf("      c%d: n = 1\n", i)
	}
	write(t, "bad.yaml", runJobs+large)
	const memory = "memory_mb: is 256, and job large may need 325; "
	if status, stdout, stderr := tally("run", "daily", "--at", "latest", "--jobs", "bad.yaml", "--env", "dev"); status == exitInvalid || !strings.Contains(stderr, "warning: ") || !strings.Contains(stderr, memory) {
		t.Errorf("beside a job that needs more memory: got %d\n%s%s", status, stdout, stderr)
	}
	if status, _, stderr := tally("run", "large", "--at", "latest", "--jobs", "bad.yaml", "--env", "dev"); status != exitInvalid || !strings.Contains(stderr, memory) {
		t.Errorf("a job that needs more memory: got %d\n%s", status, stderr)
	}
	write(t, "bad.yaml", badJobs)
}

// A malformed URL is an error of the user's input, and no command prints any part of it.
func testRefusesURLs(t *testing.T) {
	for _, value := range []string{
		"postgres://u:p@ss#w/c4n4ry?@host/app", "mysql://u:p@h?c4n4ry@host/err", "mysql://u:c4n4ry@host/app?multiStatements=c4n4ry", "postgres://u:p@host/app?sslmode=c4n4ry",
		"postgres://u:p@host/app?sslmode=require&sslrootcert=c4n4ry", "c4n4ry", "oracle://u:c4n4ry@host/app", "postgres://u:c4n4ry%zz@host/app", "postgres://u:c4n4ry@host:c4n4ry/app", "host=h password=c4n4ry",
	} {
		t.Setenv("TALLY_DATABASE_APP", value)
		for _, args := range []string{
			"run daily --at latest --jobs run.yaml", "run daily --at latest --jobs run.yaml --json", "run daily --at latest --jobs run.yaml --explain",
			"run daily --at latest --jobs run.yaml --env dev", "validate --database --jobs good.yaml",
		} {
			write(t, "good.yaml", runJobs)
			status, stdout, stderr := tally(strings.Fields(args)...)
			if status != exitInvalid || stdout != "" || !strings.Contains(stderr, "database app: TALLY_DATABASE_APP: ") || strings.Contains(stderr, "c4n4ry") {
				t.Errorf("%s, %s: got %d\n%s%s", value, args, status, stdout, stderr)
			}
		}
	}
	for _, password := range []string{"c4n4ry", "c4n4 ry", "c4n4\nry", "c4n4/r@y"} {
		status, stdout, stderr := tally("run", "postgres://u:"+password+"@host/app", "--at", "latest")
		if status != exitInvalid || strings.Contains(stdout+stderr, "c4n4") {
			t.Errorf("as an argument: got %d\n%s%s", status, stdout, stderr)
		}
	}
}

// The stored record is what --json prints, and is stored once.
func testRunStores(t *testing.T) {
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	const key = "counts/date=2022-04-07/by-clinic-20220407T1455Z.rev1.jsonl"
	run := func(job string) (int, string, string) {
		return tally("run", job, "--at", "2022-04-07T14:55:00Z", "--jobs", "run.yaml", "--json", "--store", "s3://results", "--endpoint-url", s3.Endpoint)
	}
	status, stdout, stderr := run("by-clinic")
	if status != exitOK || stderr != "stored: s3://results/"+key+"\n" {
		t.Errorf("got %d: %s", status, stderr)
	}
	object, err := s3.Object("results", key)
	if difference := cmp.Diff(string(object), stdout); difference != "" || err != nil {
		t.Errorf("printed (-stored +printed), %v:\n%s", err, difference)
	}
	if lines := strings.Split(strings.TrimSpace(stdout), "\n"); len(lines) != 3 || !strings.Contains(lines[2], `"groups":{"clinic":null},"count":1,`) {
		t.Errorf("stored %s", stdout)
	}
	status, again, stderr := run("by-clinic")
	if status != exitOK || again != stdout || stderr != "already-stored: s3://results/"+key+"\n" {
		t.Errorf("again: got %d: %s\n%s", status, stderr, again)
	}
	// The record stays the same when the job changes.
	write(t, "changed.yaml", strings.Replace(runJobs, "group_by: [clinic]", "description: not by clinic", 1))
	status, changed, _ := tally("run", "by-clinic", "--at", "2022-04-07T14:55:00Z", "--jobs", "changed.yaml", "--store", "s3://results", "--endpoint-url", s3.Endpoint)
	if want := "counted by another definition of the job than today's\n  clinic   normal\n  (all)    2\n  7        1\n  NULL     1\n"; status != exitOK || !strings.HasSuffix(changed, want) {
		t.Errorf("got %d\n%s, want\n%s", status, changed, want)
	}
	// Today's state must not be stored under the slot of another day.
	if status, stdout, stderr = run("state"); status != exitFailed || stdout != "" || !strings.Contains(stderr, "can no longer be counted") {
		t.Errorf("a job without a window: got %d\n%s%s", status, stdout, stderr)
	}
	// A record of a missed slot is printed as missed.
	missed := `{"job":"state","case_name":"normal","groups":{},"count":null,"status":"missed","scheduled_time":"2022-04-07T14:55:00Z","counted_at":"2022-04-07T15:17:00Z","revision":1}`
	if err := s3.Put("results", "counts/date=2022-04-07/state-20220407T1455Z.rev1.jsonl", []byte(missed)); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = tally("run", "state", "--at", "2022-04-07T14:55:00Z", "--jobs", "run.yaml", "--store", "s3://results", "--endpoint-url", s3.Endpoint)
	if status != exitFailed || !strings.Contains(stdout, "the state was not counted in time, found at 2022-04-07T15:17:00Z\n") ||
		!strings.HasSuffix(stdout, "  normal   missed\n") || !strings.HasSuffix(stderr, "the slot was missed, and its state is gone\n") {
		t.Errorf("a missed slot: got %d\n%s%s", status, stdout, stderr)
	}
	if keys, err := s3.Keys("results"); err != nil || len(keys) != 2 {
		t.Errorf("the bucket holds %v (%v)", keys, err)
	}
}

// Conditions are read as the database at the URL reads them, not as the environments'
// engine does.
func testValidateByURL(t *testing.T, engine string) {
	const file = "by-url.yaml"
	other := map[string]string{"postgres": "mysql", "mysql": "postgres"}[engine]
	// In one engine a backslash is a character, in the other it escapes the quote.
	condition := map[string]string{"postgres": `result = 'a\'`, "mysql": `result = 'a\''`}[engine]
	if err := os.MkdirAll("../elsewhere", 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "elsewhere/dev.yaml", strings.Replace(environment, "engine: mysql", "engine: "+other, 1))
	write(t, file, "timezone: UTC\njobs:\n  - name: ends\n    schedule: cron(55 14 * * ? *)\n    source: {database: app, table: scans}\n    cases:\n      ends: "+condition+"\n")
	files := []string{"--jobs", file, "--environments", "elsewhere"}
	if status, _, stderr := tally(append([]string{"validate"}, files...)...); status != exitInvalid || !strings.HasPrefix(stderr, file+":7:13: jobs[0].cases.ends: ") {
		t.Errorf("as synth does: got %d\n%s", status, stderr)
	}
	for _, args := range [][]string{{"validate", "--database"}, {"validate", "--database", "--env", "dev"}, {"run", "ends", "--at", "latest", "--env", "dev"}} {
		if status, stdout, stderr := tally(append(args, files...)...); status != exitOK {
			t.Errorf("%v: got %d\n%s%s", args, status, stdout, stderr)
		}
	}
}

func testRunExplains(t *testing.T, engine string) {
	plan := regexp.MustCompile(map[string]string{
		"postgres": `(?m)^ +-> +Seq Scan on scans|^  Seq Scan on scans`,
		"mysql":    `(?m)^  1 +SIMPLE +scans|^  +-> Table scan on scans`, // a table, since MySQL 9 a tree
	}[engine])
	for job, used := range map[string][]string{
		"daily":     {"-- How this job counts: all cases in one scan.", "-- With total: false, normal would be counted alone.", "-- With total: false, caries would be counted alone."},
		"by-clinic": {"-- Without total: false, all cases would be counted in one scan.", "-- How this job counts normal: alone."},
	} {
		status, stdout, stderr := tally("run", job, "--at", "2022-04-07T14:55:00Z", "--jobs", "run.yaml", "--explain")
		if status != exitOK || len(plan.FindAllString(stdout, -1)) != len(used) || strings.Contains(stdout, "\n\n\n") {
			t.Errorf("%s: got %d\n%s%s", job, status, stdout, stderr)
		}
		for _, want := range append(used, "-- value 1: 2022-04-07 00:00:00\n-- value 2: 2022-04-07 23:55:00\n") {
			if !strings.Contains(stdout, want) {
				t.Errorf("%s: %q is not in\n%s", job, want, stdout)
			}
		}
	}
}

func testValidateDatabase(t *testing.T, engine string) {
	write(t, "good.yaml", strings.ReplaceAll(runJobs, ", gone: no_such_column = 1", ""))
	if status, stdout, stderr := tally("validate", "--database", "--jobs", "good.yaml"); status != exitOK || stdout != "valid: 2 environments, 4 jobs\n" {
		t.Errorf("got %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr := tally("validate", "--database", "--jobs", "bad.yaml")
	// The databases' messages differ, but not the lines that they are about.
	says := map[string][]string{
		"postgres": {`column "no_such_column" does not exist`, `syntax error at or near ")"`, `relation "no_such_table" does not exist`, "varchar"},
		"mysql":    {"Unknown column 'no_such_column'", "You have an error in your SQL syntax", "'app.no_such_table' doesn't exist", "varchar"},
	}[engine]
	want := []string{
		"bad.yaml:10:5: jobs[1].window.column_timezone: column at of scans: its values have no time zone; write in job bad what they mean, such as column_timezone: Asia/Seoul",
		"bad.yaml:11:24: jobs[1].group_by[1]: ",
		"bad.yaml:12:15: jobs[1].distinct: ",
		"bad.yaml:13:46: jobs[1].cases.gone: " + says[0],
		"bad.yaml:13:78: jobs[1].cases.unfinished: " + says[1],
		"bad.yaml:16:36: jobs[2].source.table: ",
		"bad.yaml:21:42: jobs[3].window.column: column result of scans: its type is " + says[3] + "; a window needs one of ",
	}
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if status != exitInvalid || stdout != "" || len(lines) != len(want) {
		t.Fatalf("got %d with %d problems, want %d:\n%s%s", status, len(lines), len(want), stdout, stderr)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("problem %d is\n%s, want\n%s", i, lines[i], want[i])
		}
	}
	if !strings.Contains(lines[5], says[2]) {
		t.Errorf("the table: %s", lines[5])
	}

	// A database that cannot be reached is reported once, and not as a problem of a job.
	t.Setenv("TALLY_DATABASE_APP", "mysql://tally:s3cret@127.0.0.1:1/app")
	status, _, stderr = tally("validate", "--database", "--jobs", "bad.yaml")
	if status != exitFailed || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "job good: database app: connect: ") || strings.Contains(stderr, "s3cret") {
		t.Errorf("got %d: %s", status, stderr)
	}
}
