package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
	"tally/lambda/job/jobtest"
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

func TestWhatTheMonitorDoesNotTake(t *testing.T) {
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

// Without a topic nothing is checked. Events that were on their way while the checks went are no
// failure: there would be an alarm.
func TestWithoutATopicNothingIsChecked(t *testing.T) {
	functiontest.SetEnvironment(t, config, jobsFile)
	h, err := newHandler(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{
		`{"stored":"counts/a"}`:                                   `{"outcome":"checked","key":"counts/a","failed":0,"told":0}`,
		`{"summary":true,"scheduledTime":"2022-04-07T23:00:00Z"}`: `{"outcome":"summarized","failed":0,"told":0}`,
	} {
		if got, err := h.Invoke(t.Context(), []byte(event)); err != nil || string(got) != want {
			t.Errorf("%s: got %s (%v), want %s", event, got, err, want)
		}
	}
}

// A record is judged by the checks of its environment and told to the topic, and so are summaries.
func TestTheMonitorChecks(t *testing.T) {
	const topic = "arn:aws:sns:ap-northeast-2:123456789012:tally-local-checks"
	account, err := local.StartAWS(t.Context(), "local")
	if err != nil {
		t.Fatal(err)
	}
	defer account.Close()
	account.SNS.AddTopic(topic)
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_SNS", account.Endpoint)
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	checked := jobsFile + "    checks: {normal: {min: 5}, total: {min: 1}}\nsummary: {schedule: cron(0 23 * * ? *)}\n"
	functiontest.SetEnvironment(t, strings.TrimSuffix(config, "}")+`,"checks_topic":"`+topic+`"}`, checked)
	overrides := filepath.Join(os.Getenv(contract.LayerRootVariable), contract.ChecksFile)
	if err := os.WriteFile(overrides, []byte(`{"Jobs":[{"Key":"scans","Value":{"Cases":[{"Key":"normal","Value":{"Min":10}},{"Key":"total","Value":{"Off":true}}]}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}

	slot, number := time.Now().UTC().Truncate(time.Minute), int64(7)
	jobs := jobtest.Read(t, checked)
	record := contract.Record{
		Job: "scans", CaseName: "normal", Groups: contract.Groups{}, Count: &number, Status: contract.StatusOK, ScheduledTime: slot, CountedAt: slot,
		Revision: 1, Origin: contract.OriginSchedule, CountingSHA256: jobs.Jobs[0].CountingSHA256(),
	}
	content, err := contract.EncodeRecords([]contract.Record{record})
	if err != nil {
		t.Fatal(err)
	}
	key := contract.RecordKey("scans", slot, 1)
	if err := s3.Put("results", key, content); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	h, err := newHandler(slog.New(slog.NewJSONHandler(&out, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{
		`{"stored":"` + key + `"}`:                                `{"outcome":"checked","key":"` + key + `","failed":1,"told":1}`,
		`{"summary":true,"scheduledTime":"2022-04-07T23:00:00Z"}`: `{"outcome":"summarized","failed":0,"told":1}`,
	} {
		if got, err := h.Invoke(t.Context(), []byte(event)); err != nil || string(got) != want {
			t.Errorf("%s: got %s (%v), want %s", event, got, err, want)
		}
	}
	var subjects []string
	for _, message := range account.SNS.Messages() {
		subjects = append(subjects, message.Subject)
	}
	slices.Sort(subjects)
	if len(subjects) != 2 || subjects[0] != "local: counts until Fri 8 Apr 08:00" || !strings.HasSuffix(subjects[1], ": normal 7, below min 10") {
		t.Errorf("the messages are %q", subjects)
	}
	if log := out.String(); !strings.Contains(log, `"msg":"check failed","job":"scans"`) || !strings.Contains(log, `"key":"`+key+`","outcome":"checked","failed":1,"told":1`) {
		t.Errorf("the log is %s", log)
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
