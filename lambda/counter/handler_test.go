package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"tally/lambda/contract"
	"tally/test/local"
)

const jobsFile = `
timezone: Asia/Seoul
jobs:
  - name: daily-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at}
    cases: {normal: result = 'normal'}
`

const config = `{"environment":"local","bucket":"results","databases":{}}`

// setEnvironment sets the variables and makes the layers that the stack gives the function.
func setEnvironment(t *testing.T, config, jobs string) {
	t.Helper()
	layers := t.TempDir()
	if jobs != "" {
		path := filepath.Join(layers, contract.JobsFile)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(jobs), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(contract.ConfigVariable, config)
	t.Setenv(contract.LayerRootVariable, layers)
	t.Setenv("AWS_REGION", "ap-northeast-2")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}

func TestNewHandlerRefusesBadEnvironments(t *testing.T) {
	for _, test := range []struct{ name, config, jobs, want string }{
		{"no configuration", "", jobsFile, "TALLY_CONFIG is not set"},
		{"no JSON", "{", jobsFile, "parse TALLY_CONFIG"},
		{"no bucket", `{"environment":"local"}`, jobsFile, "bucket must be set"},
		{"no jobs layer", config, "", "tally/jobs.yaml: the file does not exist"},
		{"a bad job", config, strings.Replace(jobsFile, "cron(55 14 * * ? *)", "55 14 * * *", 1), "jobs.yaml:5:15: jobs[0].schedule"},
	} {
		t.Run(test.name, func(t *testing.T) {
			setEnvironment(t, test.config, test.jobs)
			_, err := newHandler(slog.Default())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}

func TestBadEventsAreLoggedOnceAndStoreNothing(t *testing.T) {
	setEnvironment(t, config, jobsFile)
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	defer log.SetOutput(os.Stderr) // Invoke changes it

	for _, test := range []struct{ name, event, want, job string }{
		{"malformed", `{"job":"daily-scans"`, "parse event", ""},
		{"misspelt key", `{"job":"daily-scans","time":"2022-04-07T14:55:00Z"}`, `unknown field \"time\"`, ""},
		{"unknown job", `{"job":"daily","scheduledTime":"2022-04-07T14:55:00Z"}`, "no such job; the jobs file has daily-scans", "daily"},
		{"no occurrence", `{"job":"daily-scans","scheduledTime":"2022-04-07T14:57:00Z"}`, "no occurrence", "daily-scans"},
		{"sweep of a job", `{"sweep":true,"job":"daily-scans"}`, "a sweep looks at all jobs", ""},
		{"dry run of an unknown job", `{"job":"daily","dryRun":true}`, "no such job", "daily"},
		{"dry run without a database", `{"job":"daily-scans","dryRun":true}`, "check: database app: not configured", "daily-scans"},
		{"no database", `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`, "count: database app: not configured", "daily-scans"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
			if err != nil {
				t.Fatal(err)
			}
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
			if _, err = h.Invoke(ctx, []byte(test.event)); err == nil {
				t.Fatal("no error")
			}
			if strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), test.want) {
				t.Errorf("the log is not one line that says %q: %s", test.want, &out)
			}
			if log.Writer() != io.Discard {
				t.Error("aws-lambda-go will log the error again")
			}
			if slot := test.job != "" && !strings.Contains(test.event, `"daily","dryRun"`); slot != strings.Contains(out.String(), `"slot"`) {
				t.Errorf("a slot is logged, want that %t: %s", slot, &out)
			}
			var line struct {
				Level, Msg, Job, Error string
				RequestID              string `json:"request_id"`
			}
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if line.Level != "ERROR" || line.RequestID != "request-1" || line.Job != test.job || line.Error != err.Error() {
				t.Errorf("log line is %+v", line)
			}
			if keys, err := s3.Keys("results"); err != nil || len(keys) != 0 {
				t.Errorf("the bucket holds %v (%v)", keys, err)
			}
		})
	}
}

// The log has the warnings about a run's counts.
func TestWarningsAreLogged(t *testing.T) {
	setEnvironment(t, strings.Replace(config, `"databases":{}`, `"databases":{},"buckets":{"logs":"acme-logs"}`, 1), `
timezone: UTC
jobs:
  - name: orders
    schedule: cron(0 1 * * ? *)
    source: {bucket: logs, prefix: x/, format: jsonl}
    window: {span: previous-day, column: at}
    cases: {paid: statsu == "paid"}
`)
	s3, err := local.StartS3(t.Context(), "results", "acme-logs")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	if err := s3.Put("acme-logs", "x/a.jsonl", []byte(`{"at":"2022-04-07T01:00:00Z","status":"paid"}`)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request-1"})
	for event, want := range map[string]string{
		`{"job":"orders","dryRun":true,"scheduledTime":"2022-04-08T01:00:00Z"}`: `"msg":"cases.paid: none of the first 1 records has the field \"statsu\"; the nearest that they have is \"status\""`,
		`{"job":"orders","scheduledTime":"2022-04-08T01:00:00Z"}`:               `"msg":"cases.paid: no record has the field \"statsu\"; the nearest that they have is \"status\""`,
	} {
		out.Reset()
		answer, err := h.Invoke(ctx, []byte(event))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(out.String(), "\n")
		for _, part := range []string{`"level":"WARN"`, want, `"request_id":"request-1"`, `"job":"orders"`, `"slot":"2022-04-08T01:00:00Z"`} {
			if !strings.Contains(first, part) {
				t.Errorf("the log does not begin with %s:\n%s", part, &out)
			}
		}
		if strings.Contains(event, "dryRun") != strings.Contains(string(answer), `"warnings":["cases.paid: none of the first 1 records has`) ||
			strings.Contains(event, "dryRun") == strings.Contains(string(answer), `"unknown_fields":["statsu"]`) {
			t.Errorf("the answer is %s", answer)
		}
	}
}

// Nobody gets a sweep's answer, so the log has to say the same.
func TestSweepLogsItsAnswer(t *testing.T) {
	setEnvironment(t, config, jobsFile)
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	const before = `{"job":"daily-scans","case_name":"normal","count":1,"schedule":"cron(55 14 * * ? *)","scheduled_time":"2022-04-05T14:55:00Z","revision":1}`
	if err := s3.Put("results", "counts/date=2022-04-05/daily-scans-20220405T1455Z.rev1.jsonl", []byte(before)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h.engine.Now = func() time.Time { return time.Date(2022, 4, 7, 15, 17, 0, 0, time.UTC) }
	payload, err := h.Invoke(t.Context(), []byte(`{"sweep":true,"days":2}`)) // there is no database
	if err != nil {
		t.Fatal(err)
	}
	var answer contract.SweepAnswer
	if err := json.Unmarshal(payload, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Outcome != contract.OutcomeSwept || answer.Failed.Total != 2 || answer.Recovered.Total != 0 || answer.Missed.Total != 0 {
		t.Errorf("the answer is %s", payload)
	}
	for _, part := range []string{
		`"level":"ERROR","msg":"slot not counted"`, `"job":"daily-scans","slot":"2022-04-06T14:55:00Z"`, `"job":"daily-scans","slot":"2022-04-07T14:55:00Z"`,
		`"reason":"count: database app: not configured`, `"outcome":"swept","recovered":0,"missed":0,"failed":2}`,
	} {
		if strings.Count(out.String(), "\n") != 3 || !strings.Contains(out.String(), part) {
			t.Errorf("the log is not three lines with %s:\n%s", part, &out)
		}
	}
}
