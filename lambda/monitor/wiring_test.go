package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
)

// What the stack says reaches those who need it.
func TestWiring(t *testing.T) {
	lambda := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(`"` + r.URL.Path + `"`)) }))
	defer lambda.Close()
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", lambda.URL)
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1") // nobody is there
	functiontest.SetEnvironment(t, `{"environment":"prod","stack":"arn:stack","bucket":"results","timeout_seconds":300,"parallel":4,
		"counters":[{"function":"tally-prod-counter","sources":["database/app"]}],"checks_topic":"arn:topic"}`, jobsFile)
	m, err := newMonitor(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, c := m.sweeper, m.checker
	if s.Environment != "prod" || s.Stack != "arn:stack" || s.Timeout != 5*time.Minute || s.Parallel != 4 || s.Pause != 250*time.Millisecond {
		t.Errorf("the sweeper is %+v", s)
	}
	if difference := cmp.Diff([]contract.Counter{{Function: "tally-prod-counter", Sources: []string{"database/app"}}}, s.Counters); difference != "" {
		t.Errorf("counters (- want, + got):\n%s", difference)
	}
	if s.Checks != m.checker || c.Environment != "prod" || c.Bucket != "results" || c.Timeout != 5*time.Minute {
		t.Errorf("the sweeper checks with %+v, which is %+v", s.Checks, c)
	}
	if reply, err := s.Lambda.Invoke(t.Context(), "counter", []byte("{}")); err != nil || string(reply.Payload) != `"/2015-03-31/functions/counter/invocations"` {
		t.Errorf("Lambda was asked for %s (%v)", reply.Payload, err)
	}
}

// Each kind of slot has a line of its own, and so has what went wrong with the checks.
func TestTheLogOfASweep(t *testing.T) {
	var out bytes.Buffer
	slots := contract.SweptSlots{Total: 1, Slots: []contract.SweptSlot{{Job: "scans"}}}
	sweepAnswer{Recovered: slots, Missed: slots, Failed: slots, Pending: slots, Recounted: slots, GivenUp: slots, ChecksFailed: "no S3"}.Log(slog.New(slog.NewTextHandler(&out, nil)))
	for _, want := range []string{
		`level=INFO msg="slot recovered" job=scans`, `level=WARN msg="slot missed" job=scans`, `level=WARN msg="slot pending" job=scans`,
		`level=ERROR msg="slot not counted" job=scans`, `level=INFO msg="slot recounted" job=scans`, `level=ERROR msg="slot given up: no later sweep looks back so far" job=scans`,
		`level=ERROR msg="checks failed" error="no S3"`,
	} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("there is no line %s in\n%s", want, &out)
		}
	}
}
