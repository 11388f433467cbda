package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/test/local"
)

// reported are inputs that people reported, as folders of testdata/reported: jobs.yaml is
// what they wrote, corrected.yaml is what they meant, and the other files are the bucket's
// objects under the prefix.
var reported = []struct {
	folder, prefix string
	invalid        []string           // what validate says about jobs.yaml, by part; empty if it is valid
	given          map[string]outcome // what runs of jobs.yaml come to then, by job
	corrected      map[string]string  // the table that runs of corrected.yaml print, by job
}{
	{
		folder: "01-unknown-column", prefix: "cases/01/",
		invalid:   []string{`:11:42: jobs[0].window.column: there is no column "tmie"; write "time"; there are "id", "status", "time"`},
		corrected: map[string]string{"typo": "  paid    1\n  other   1\n  total   2\n"},
	},
	{
		folder: "02-hyphen", prefix: "cases/02/",
		invalid: []string{
			`:7:21: jobs[0].cases.second: user-id is a subtraction; write $env["user-id"] for the field of that name, or user - id to subtract (1:1)`,
			`:12:17: jobs[1].cases.ok: log-status is a subtraction; write $env["log-status"] for the field of that name, or log - status to subtract (1:1)`,
		},
		corrected: map[string]string{
			"by-status": "  log-status   second   other   total\n  (all)        2        1       3\n  NODATA       1        0       1\n  OK           1        1       2\n",
			"users":     "  ok      2\n  other   1\n  total   2\n",
		},
	},
	{
		folder: "03-unquoted-value", prefix: "cases/03/",
		given: map[string]outcome{"unquoted": {
			stdout: "no record has paid, statsu\n  unquoted   0\n  typo       0\n  other      2\n  total      2\n",
			stderr: "warning: cases.unquoted: no record has the field \"paid\"; the nearest that they have is \"status\"; a text is written in quotes: \"paid\"\n" +
				"warning: cases.typo: no record has the field \"statsu\"; the nearest that they have is \"status\"\n",
		}},
		corrected: map[string]string{"unquoted": "  unquoted   1\n  typo       1\n  other      1\n  total      2\n"},
	},
	{
		folder: "04-list-in-json", prefix: "cases/04/",
		given: map[string]outcome{"logins": {
			stdout: "no record has eventName\n  login   0\n  other   1\n  total   1\n",
			stderr: "warning: a record holds the list \"Records\"; write format: json and records: Records to count what is in it\n" +
				"warning: cases.login: no record has the field \"eventName\"; the nearest that they have is \"Records\"\n",
		}},
		corrected: map[string]string{"logins": "  login   2\n  other   1\n  total   3\n"},
	},
	{
		folder: "05-no-line-ends", prefix: "cases/05/",
		corrected: map[string]string{"paid": "  paid    2\n  other   1\n  total   3\n"},
	},
	{
		folder: "06-blanks", prefix: "cases/06/",
		given: map[string]outcome{"ssh": {
			status: exitFailed,
			stderr: `line 1: there is no column "dstport"; there are "version account-id srcaddr dstport start end action log-status"` + "\n" +
				`there is no column "start"; there are "version account-id srcaddr dstport start end action log-status"` + "\n",
		}},
		corrected: map[string]string{"ssh": "  ssh     1\n  other   1\n  total   2\n", "word": "  ssh     1\n  other   1\n  total   2\n"},
	},
	{
		folder: "07-times", prefix: "cases/07/",
		given: map[string]outcome{
			"times": {stdout: "  all_of_them   9\n  other         0\n  total         9\n"},
			"ambiguous": {
				status: exitFailed,
				stderr: "order.csv, line 2: the window's column has dates such as 01/02/2026, which may be of January or February; write column_format: dd/MM/yyyy HH:mm:ss, or MM/dd/yyyy HH:mm:ss, as they are\n",
			},
		},
		corrected: map[string]string{"times": "  all_of_them   9\n  other         0\n  total         9\n", "ambiguous": "  all_of_them   1\n  other         0\n  total         1\n"},
	},
	{
		folder: "09-gzip", prefix: "cases/09/",
		corrected: map[string]string{"gz": "  paid    4\n  other   0\n  total   4\n"},
	},
	{
		folder: "12-comments", prefix: "cases/12/",
		given: map[string]outcome{"errors": {
			status: exitFailed, stderr: "E1.2022-11-22-10.abc, line 1: has 1 fields, and there are 3 columns\n",
		}},
		corrected: map[string]string{"errors": "  e5      1\n  other   1\n  total   2\n", "named": "  e5      1\n  other   1\n  total   2\n"},
	},
	{
		folder: "13-more-fields", prefix: "cases/13/",
		given: map[string]outcome{"paid": {
			status: exitFailed, stderr: "a.csv, line 3: has 3 fields, and there are 2 columns; write csv: {extra: ignore} to leave out those after the last column\n",
		}},
		corrected: map[string]string{"paid": "  paid    2\n  other   1\n  total   3\n"},
	},
	{
		folder: "10-epoch-millis", prefix: "cases/10/",
		given: map[string]outcome{"millis": {
			status: exitFailed,
			stderr: "window.column ts: as epoch_millis its values lie before 1990, and nothing would ever be counted; write column_type: epoch_seconds\n",
		}},
		corrected: map[string]string{"millis": "  all     1\n  other   0\n  total   1\n"},
	},
}

// outcome is how a run ends and how its outputs end; empty where there is none.
type outcome struct {
	status         int
	stdout, stderr string
}

func (o outcome) is(status int, stdout, stderr string) bool {
	ends := func(text, with string) bool { return strings.HasSuffix(text, with) && (with == "") == (text == "") }
	return status == o.status && ends(stdout, o.stdout) && ends(stderr, o.stderr)
}

// reportedSlot is the slot of all of them. It lies in the past.
const reportedSlot = "2022-11-23T01:00:00Z"

// Each input gives a message that says what is wrong. Its corrected form is counted right.
func TestReportedInputsAreDiagnosed(t *testing.T) {
	data, err := filepath.Abs("testdata/reported")
	if err != nil {
		t.Fatal(err)
	}
	s3, err := local.StartS3(t.Context(), "acme-logs")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	enterProject(t)
	write(t, "infra/environments/dev.yaml", strings.TrimSuffix(environment, "\n")+"\nbuckets: {logs: acme-logs}\n")
	if err := os.Remove("environments/prod.yaml"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	counts := func(job, jobs string) (status int, stdout, stderr string) {
		return tally("run", job, "--at", reportedSlot, "--jobs", jobs, "--env", "dev", "--endpoint-url", s3.Endpoint)
	}
	for _, test := range reported {
		t.Run(test.folder, func(t *testing.T) {
			folder := filepath.Join(data, test.folder)
			upload(t, s3, folder, test.prefix)
			given := filepath.Join(folder, "jobs.yaml")
			status, stdout, stderr := tally("validate", "--jobs", given)
			if len(test.invalid) == 0 && (status != exitOK || stderr != "") || len(test.invalid) > 0 && status != exitInvalid {
				t.Errorf("validate ends with %d and says\n%s%s", status, stdout, stderr)
			}
			for _, part := range test.invalid {
				if !strings.Contains(stderr, part) {
					t.Errorf("validate says\n%swant %s", stderr, part)
				}
			}
			for job, want := range test.given {
				if status, stdout, stderr := counts(job, given); !want.is(status, stdout, stderr) {
					t.Errorf("%s as given ends with %d and prints\n%s%s\nwant\n%s%s", job, status, stdout, stderr, want.stdout, want.stderr)
				}
			}
			for job, want := range test.corrected {
				if status, stdout, stderr := counts(job, filepath.Join(folder, "corrected.yaml")); !(outcome{exitOK, want, ""}).is(status, stdout, stderr) {
					t.Errorf("%s corrected ends with %d and prints\n%s%s\nwant\n%s", job, status, stdout, stderr, want)
				}
			}
		})
	}
	folders, err := os.ReadDir(data)
	if err != nil || len(folders) != len(reported) {
		t.Errorf("%d folders (%v) of %d inputs that are tested", len(folders), err, len(reported))
	}
}

// upload puts a folder's input into the bucket.
func upload(t *testing.T, s3 *local.S3, folder, prefix string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Ext(file.Name()) == ".yaml" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := s3.Put("acme-logs", prefix+file.Name(), content); err != nil {
			t.Fatal(err)
		}
	}
}
