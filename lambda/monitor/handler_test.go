package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
	"tally/test/local"
)

const config = `{"environment":"local","stack":"local","bucket":"results","timeout_seconds":300,"parallel":1,"counters":[]}`

// jobsFile is a job that has fired every minute of the last hours.
const jobsFile = `
timezone: Asia/Seoul
jobs:
  - name: scans
    schedule: cron(* * * * ? *)
    source: {database: app, table: scans}
    window: {span: previous-hour, column: created_at}
    cases: {normal: result = 'normal'}
`

func TestTheMonitorCountsNothing(t *testing.T) {
	functiontest.SetEnvironment(t, config, jobsFile)
	h, err := newHandler(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{contract.PingEvent, `{"job":"scans","dryRun":true}`, `{"job":"scans","scheduledTime":"2022-04-07T14:55:00Z"}`} {
		_, err := h.Invoke(t.Context(), []byte(event))
		var said messages.InvokeResponse_Error
		if !errors.As(err, &said) || said.Message != `the monitor takes {"sweep":true}, what was stored and summaries; send everything else to a counter` {
			t.Errorf("%s: got %v", event, err)
		}
	}
}

// Nobody gets a sweep's answer, so the log has to say the same.
func TestASweepLogsItsAnswer(t *testing.T) {
	functiontest.SetEnvironment(t, config, jobsFile)
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	begun := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	history := `{"time":"` + begun.Format(time.RFC3339) + `","stack":"local","jobs":[{"name":"scans","schedule":"cron(* * * * ? *)"}]}`
	if err := s3.Put("results", "schedules/local/000001.json", []byte(history)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := h.Invoke(t.Context(), []byte(contract.SweepEvent)) // there is no counter
	if err != nil {
		t.Fatal(err)
	}
	var answer contract.SweepAnswer
	if err := json.Unmarshal(payload, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Outcome != contract.OutcomeSwept || answer.Failed.Total < 44 || answer.Failed.Total > 46 {
		t.Errorf("the answer is %s", payload)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != answer.Failed.Total+1 {
		t.Errorf("the log has %d lines for %d slots", len(lines), answer.Failed.Total)
	}
	if first := lines[0]; !strings.Contains(first, `"level":"ERROR","msg":"slot not counted"`) || !strings.Contains(first, `"job":"scans","slot":"`) ||
		!strings.Contains(first, `"reason":"no counter of this environment counts in database/app; deploy it again"`) {
		t.Errorf("the log begins with %s", first)
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, `"outcome":"swept","recovered":0,"missed":0,"failed":`) {
		t.Errorf("the log ends with %s", last)
	}
}

func TestNewHandlerRefusesBadEnvironments(t *testing.T) {
	for config, want := range map[string]string{
		"":                        "TALLY_CONFIG is not set",
		"{":                       "parse TALLY_CONFIG",
		`{"environment":"local"}`: "environment, stack, bucket, timeout_seconds and parallel must be set",
	} {
		functiontest.SetEnvironment(t, config, jobsFile)
		if _, err := newHandler(slog.Default()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %q", err, want)
		}
	}
}
