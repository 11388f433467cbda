package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tally/test/local"
)

var update = flag.Bool("update", false, "write the golden files of --json again")

// days are what differs from one day to the next: when clocks change next, and when something
// was counted.
var days = regexp.MustCompile(`(skip |counted_at":"|listed_from":"|listed_to":")\d{4}[-\dT:.Z]+( \d\d:\d\d)?`)

// TestJSON compares what --json prints with testdata/json. Errors are on stderr, as without it.
func TestJSON(t *testing.T) {
	golden, err := filepath.Abs("testdata/json")
	if err != nil {
		t.Fatal(err)
	}
	s3, err := local.StartS3(t.Context(), "acme-uploads")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	if err := s3.Put("acme-uploads", "images/2022/04/07/a.jpg", []byte("1234")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		args   string
		status int
		stderr string // its end
	}{
		{"next-expression", "next cron(55_14_*_*_?_*) -n 2 --from 2022-04-07T00:00:00Z", exitOK, ""},
		{"next-scheduler", "next cron(5_0_*_*_?_*) -n 1 --from 2022-04-07T00:00:00Z --timezone Asia/Seoul", exitOK, ""},
		{"next-jobs", "next -n 1 --from 2022-04-07T00:00:00Z", exitOK, ""},
		{"next-job", "next daily-scans -n 1 --from 2022-04-07T00:00:00Z --display-timezone Asia/Seoul", exitOK, ""},
		{"next-unknown-job", "next daily-scan", exitInvalid, "there is no job \"daily-scan\"; the jobs file has daily-scans, early-orders\n"},
		{"validate", "validate", exitOK, ""},
		{"validate-problems", "validate --environments other/environments --jobs other/jobs.yaml", exitInvalid, "jobs: is empty; write at least one job\n"},
		{"validate-unknown-environment", "validate --env live", exitInvalid, "or add infra/environments/live.yaml\n"},
		{"run", "run uploads --jobs buckets.yaml --at 2022-04-07T15:10:00Z --bucket uploads=acme-uploads --endpoint-url " + s3.Endpoint, exitOK, ""},
		{"verify", "verify --env dev --environments mail", exitOK, ""},
		{"verify-failed", "verify --env broken --environments mail", exitFailed, "2 of 2 jobs cannot be counted\n"},
		{"verify-not-deployed", "verify --env gone --environments mail", exitFailed, "run make deploy ENV=gone first\n"},
		{"sweep", "sweep --env dev", exitOK, ""},
		{"sweep-not-deployed", "sweep --env gone --environments mail --if-deployed", exitOK, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			enterProject(t)
			for _, name := range []string{"dev", "broken", "gone"} {
				write(t, "mail/"+name+".yaml", environment+"alarms: {email: [first@example.com, second@example.com]}\n")
			}
			write(t, "buckets.yaml", bucketJobs)
			t.Setenv("AWS_ACCESS_KEY_ID", "key")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
			if !strings.HasPrefix(test.name, "run") {
				t.Setenv("AWS_ENDPOINT_URL", standInForFunctions(t))
			}
			args := append(strings.Fields(test.args), "--json")
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "_", " ")
			}
			status, stdout, stderr := tally(args...)
			if status != test.status || !strings.HasSuffix(stderr, test.stderr) || test.status != exitOK && stderr == "" {
				t.Errorf("got %d and %q, want %d and … %q", status, stderr, test.status, test.stderr)
			}
			got := days.ReplaceAllString(stdout, "${1}…")
			file := filepath.Join(golden, test.name+".json")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(file); err != nil || got != string(want) {
				t.Errorf("got\n%s\nwant\n%s%v", got, want, err)
			}
		})
	}
}

// standInForFunctions answers as the functions of environments do: dev can count every job,
// broken none, and any other is not deployed. Of two addresses the first has confirmed.
func standInForFunctions(t *testing.T) string {
	t.Helper()
	const functions = "/2015-03-31/functions/tally-"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, functions), "-")
		body, _ := io.ReadAll(r.Body)
		switch {
		case !strings.HasPrefix(r.URL.Path, functions): // SNS
			_, _ = io.WriteString(w, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>
				<member><Endpoint>first@example.com</Endpoint><SubscriptionArn>arn:aws:sns:ap-northeast-2:111122223333:a:1</SubscriptionArn></member>
				</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`)
		case name != "dev" && name != "broken":
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"Message":"Function not found"}`)
		case r.Method == http.MethodGet:
			_, _ = io.WriteString(w, `{"FunctionArn":"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-dev-monitor"}`)
		case r.Header.Get("X-Amz-Invocation-Type") == "Event":
			w.WriteHeader(http.StatusAccepted)
		case name == "broken":
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			_, _ = io.WriteString(w, `{"errorMessage":"database app: connect: <no route>"}`)
		default:
			jobs, _ := new(files).readJobs()
			for _, j := range jobs.Jobs {
				if strings.Contains(string(body), `"`+j.Name+`"`) {
					fmt.Fprintf(w, `{"outcome":"dry-run","job":%q,"slot":"2022-04-07T14:55:00Z","window_from":null,"window_to":null,"cases":["normal","other","total"],`+
						`"database":"app","table":"scans","job_sha256":%q,"warnings":["the table has no index"]}`, j.Name, j.SHA256())
				}
			}
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
