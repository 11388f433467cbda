package count_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

const bucket = "results"

const jobsFile = `
timezone: Asia/Seoul
jobs:
  - name: daily-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    cases: {normal: result = 'normal', caries: result = 'caries', crown: result = 'crown'}
  - name: all-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    cases: {normal: result = 'normal'}
  - name: broken
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: no_such_table}
    cases: {normal: result = 'normal'}
  - name: half-broken
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    group_by: [result]
    cases: {normal: result = 'normal', bad: no_such_column = 1}
`

// database is the same for all tests, which only read it.
var database *local.Database

func TestMain(m *testing.M) {
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	var err error
	if database, err = local.StartPostgres(context.Background(), "../../.."); err != nil {
		return failed(err)
	}
	defer func() { _ = database.Stop() }() // the tests are over
	admin, err := database.Open()
	if err != nil {
		return failed(err)
	}
	defer admin.Close()
	_, err = admin.Exec(`
		CREATE TABLE scans (result text, at timestamptz);
		INSERT INTO scans VALUES
			('normal', '2022-04-06 14:59:59.999999Z'),
			('normal', '2022-04-06 15:00:00Z'), ('caries', '2022-04-07 01:00:00Z'),
			(NULL, '2022-04-07 02:00:00Z'), ('normal', '2022-04-07 14:54:59.999999Z'),
			('normal', '2022-04-07 14:55:00Z')`)
	if err != nil {
		return failed(err)
	}
	return m.Run()
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// system is an engine with a store of its own and the common database.
type system struct {
	engine  *count.Engine
	s3      *local.S3
	metrics *recorder
	now     time.Time
}

func newSystem(t *testing.T) *system {
	t.Helper()
	s := newSystemOf(t, jobsFile)
	databases := sqlsource.New(sqlsource.Options{Variable: func(name string) string {
		return map[string]string{"TALLY_DATABASE_APP": database.ReaderURL}[name]
	}})
	s.engine.Source, s.engine.Checker = databases, databases
	return s
}

// newSystemOf is a system of other jobs, without a source.
func newSystemOf(t *testing.T, jobs string) *system {
	t.Helper()
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &system{s3: server, metrics: &recorder{}, now: slot.Add(time.Second)}
	s.engine = &count.Engine{
		Jobs:    jobtest.Read(t, jobs),
		Store:   storeAt(server.Endpoint),
		Metrics: s.metrics,
		Now:     func() time.Time { return s.now },
	}
	return s
}

func storeAt(endpoint string) *store.Store { return store.New(storeClient(endpoint), bucket) }

func storeClient(endpoint string) *s3.Client {
	return store.NewClient(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
}

func (s *system) mustFill(t *testing.T, name string, at time.Time) contract.Answer {
	t.Helper()
	answer, err := s.engine.Fill(t.Context(), contract.Event{Job: name, ScheduledTime: at})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (s *system) keys(t *testing.T) []string {
	t.Helper()
	keys, err := s.s3.Keys(bucket)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (s *system) object(t *testing.T, key string) string {
	t.Helper()
	object, err := s.s3.Object(bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(object)
}

// recorder keeps what was published.
type recorder struct {
	mutex    sync.Mutex
	outcomes []contract.Outcome
	skipped  []count.Result
}

func (r *recorder) Publish(answer contract.Answer) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.outcomes = append(r.outcomes, answer.Outcome)
	return nil
}

func (r *recorder) PublishSkipped(_ job.Job, result count.Result) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.skipped = append(r.skipped, result)
	return nil
}
