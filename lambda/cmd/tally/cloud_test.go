package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

// cloudJobs count orders by day, and again by country.
const cloudJobs = `timezone: Asia/Seoul
jobs:
  - name: orders
    label: 주문
    schedule: cron(30 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
    window: {span: previous-day, column: at}
    cases: {paid: status == "paid", open: status == "open"}
  - name: by-country
    schedule: cron(30 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
    window: {span: previous-day, column: at}
    group_by: [country]
  - name: now
    schedule: cron(30 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
`

// cloud is a deployed environment: its results bucket on a server of the S3 protocol, and the
// API of Lambda, whose counter is the engine and counts in the bucket logs of that server.
type cloud struct {
	t      *testing.T
	s3     *local.S3
	store  *store.Store
	jobs   job.File
	flags  []string // for the environment prod
	engine *count.Engine

	mutex   sync.Mutex
	invoked []string // events
	// refuse answers an invocation instead of the counter; nil lets all through.
	refuse func(w http.ResponseWriter, event contract.Event) bool
}

func newCloud(t *testing.T, jobs string) *cloud {
	t.Helper()
	impatient(t)
	server, err := local.StartS3(t.Context(), "results", "logs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	client := store.NewClient(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &server.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	c := &cloud{t: t, s3: server, store: store.New(client, "results"), jobs: jobtest.Read(t, jobs)}
	source := s3source.New(s3source.Options{Client: client, Buckets: map[string]string{"logs": "logs"}})
	c.engine = &count.Engine{
		Jobs: c.jobs, Source: source, Checker: source,
		Store: c.store, Metrics: metric.New(io.Discard, "prod", time.Now), Now: time.Now,
	}
	lambda := httptest.NewServer(c)
	t.Cleanup(lambda.Close)
	t.Setenv("AWS_ENDPOINT_URL", lambda.URL)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.Endpoint)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	enterProject(t)
	c.writeJobs(jobs)
	return c
}

// impatient waits only for a moment where Lambda refuses.
func impatient(t *testing.T) {
	pause := firstPause
	firstPause = time.Millisecond
	t.Cleanup(func() { firstPause = pause })
}

// writeJobs makes the files that the command reads; what is deployed stays.
func (c *cloud) writeJobs(jobs string) {
	c.t.Helper()
	folder := c.t.TempDir()
	for name, text := range map[string]string{
		"jobs.yaml":              jobs,
		"environments/prod.yaml": "region: ap-northeast-2\nbuckets: {logs: {name: logs-of-acme}}\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			c.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	c.flags = []string{"--env", "prod", "--jobs", filepath.Join(folder, "jobs.yaml"), "--environments", filepath.Join(folder, "environments")}
}

// tally runs a command for the environment.
func (c *cloud) tally(args ...string) (status int, stdout, stderr string) {
	return tally(append(args, c.flags...)...)
}

// ServeHTTP is the API of Lambda.
func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		config, _ := json.Marshal(contract.MonitorConfig{Environment: "prod", Stack: "prod/1", Bucket: "results", LongestTimeoutSeconds: 900, Parallel: 4})
		_ = json.NewEncoder(w).Encode(map[string]any{
			"FunctionArn": "arn:aws:lambda:ap-northeast-2:111122223333:function:tally-prod-monitor",
			"Environment": map[string]any{"Variables": map[string]string{contract.ConfigVariable: string(config)}},
		})
		return
	}
	payload, _ := io.ReadAll(r.Body)
	request, err := contract.ParseEvent(payload)
	if asked, ok := request.(contract.DryRun); ok {
		c.dryRun(w, asked)
		return
	}
	event, _ := request.(contract.Event)
	c.mutex.Lock()
	c.invoked = append(c.invoked, string(payload))
	refuse := c.refuse
	c.mutex.Unlock()
	if refuse != nil && refuse(w, event) {
		return
	}
	if !strings.Contains(r.URL.Path, "/tally-prod-counter/") {
		err = fmt.Errorf("no counter of %s", r.URL.Path)
	}
	var answer contract.Answer
	if err == nil {
		answer, err = c.engine.Fill(r.Context(), event)
	}
	if err != nil {
		failFunction(w, count.ErrorType(err), err.Error())
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (c *cloud) dryRun(w http.ResponseWriter, asked contract.DryRun) {
	answer, err := c.engine.DryRun(c.t.Context(), asked)
	if err != nil {
		failFunction(w, count.ErrorType(err), err.Error())
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// failFunction is what Lambda answers when the function failed.
func failFunction(w http.ResponseWriter, kind, message string) {
	w.Header().Set("X-Amz-Function-Error", "Unhandled")
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": kind, "errorMessage": message})
}

// order puts orders of a local day: a word each, such as paid:KR.
func (c *cloud) order(day, words string) {
	c.t.Helper()
	var lines strings.Builder
	for i, word := range strings.Fields(words) {
		status, country, _ := strings.Cut(word, ":")
		fmt.Fprintf(&lines, `{"at":"%sT10:%02d:00+09:00","status":%q,"country":%q}`+"\n", day, i%60, status, country)
	}
	if err := c.s3.Put("logs", fmt.Sprintf("orders/%s-%d", day, lines.Len()), []byte(lines.String())); err != nil {
		c.t.Fatal(err)
	}
}

// slotOf is the slot of a job that counts a local day: 00:30 of the next one.
func slotOf(t *testing.T, day string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(15*time.Hour + 30*time.Minute)
}

// count has a slot counted, as at a time after it.
func (c *cloud) count(job, day string, after time.Duration) {
	c.t.Helper()
	at := slotOf(c.t, day)
	c.engine.Now = func() time.Time { return at.Add(after) }
	defer func() { c.engine.Now = time.Now }()
	if _, err := c.engine.Fill(c.t.Context(), contract.Event{Job: job, ScheduledTime: at}); err != nil {
		c.t.Fatal(err)
	}
}

// deployedSince begins the schedule history at a day.
func (c *cloud) deployedSince(day string) {
	c.t.Helper()
	var scheduled []map[string]string
	for _, j := range c.jobs.Jobs {
		scheduled = append(scheduled, map[string]string{"name": j.Name, "schedule": j.Cron.Canonical()})
	}
	entry := map[string]any{"time": day + "T00:00:00Z", "stack": "prod/1", "jobs": scheduled}
	if _, err := c.store.CreateJSON(c.t.Context(), contract.SchedulesPrefix("prod")+"000001.json", entry); err != nil {
		c.t.Fatal(err)
	}
}
