package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
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

func TestNewHandlerRefusesBadEnvironments(t *testing.T) {
	for _, test := range []struct{ name, config, jobs, want string }{
		{"no configuration", "", jobsFile, "TALLY_CONFIG is not set"},
		{"no JSON", "{", jobsFile, "parse TALLY_CONFIG"},
		{"no bucket", `{"environment":"local"}`, jobsFile, "bucket must be set"},
		{"no jobs layer", config, "", "tally/jobs.yaml: the file does not exist"},
		{"a bad job", config, strings.Replace(jobsFile, "cron(55 14 * * ? *)", "55 14 * * *", 1), "jobs.yaml:5:15: jobs[0].schedule"},
	} {
		t.Run(test.name, func(t *testing.T) {
			functiontest.SetEnvironment(t, test.config, test.jobs)
			_, err := newHandler(slog.Default())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}

func TestBadEventsAreLoggedOnceAndStoreNothing(t *testing.T) {
	functiontest.SetEnvironment(t, config, jobsFile)
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
		{"sweep", `{"sweep":true}`, "this function counts; send {\\\"sweep\\\":true} to the monitor", ""},
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
			_, err = h.Invoke(ctx, []byte(test.event))
			var said messages.InvokeResponse_Error
			if !errors.As(err, &said) {
				t.Fatalf("got %v, want the error that Lambda answers", err)
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
			if line.Level != "ERROR" || line.RequestID != "request-1" || line.Job != test.job || line.Error != said.Message {
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
	functiontest.SetEnvironment(t, strings.Replace(config, `"databases":{}`, `"databases":{},"buckets":{"logs":"acme-logs"}`, 1), `
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

// The monitor learns from the type of an error whether other slots of the source must wait.
func TestErrorsHaveATypeForTheMonitor(t *testing.T) {
	functiontest.SetEnvironment(t, strings.Replace(config, `"databases":{}`, `"databases":{"app":{"engine":"postgres","host":"127.0.0.1","port":1,"dbname":"app","username":"reader","auth":"iam"}}`, 1), jobsFile)
	layAuthority(t)
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	h, err := newHandler(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for event, want := range map[string]string{
		`{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`: contract.ErrorUnavailable, // nobody listens
		`{"job":"daily-scans","scheduledTime":"2022-04-07T14:57:00Z"}`: contract.ErrorTransient,
	} {
		_, err := h.Invoke(ctx, []byte(event))
		var said messages.InvokeResponse_Error
		if !errors.As(err, &said) || said.Type != want {
			t.Errorf("%s: got %+v, want the type %s", event, said, want)
		}
		if want == contract.ErrorUnavailable && !strings.Contains(said.Message, "tried for ") { // it may have been waking
			t.Errorf("it was tried once: %s", said.Message)
		}
	}
}

func TestAPingDoesNothing(t *testing.T) {
	functiontest.SetEnvironment(t, config, jobsFile)
	var out bytes.Buffer
	h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(t.Context(), []byte(contract.PingEvent))
	if err != nil || string(answer) != `{"outcome":"pong"}` {
		t.Errorf("got %s (%v)", answer, err)
	}
}
