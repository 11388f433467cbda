package athenasource

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

// lake is a database that Athena asks, on a real PostgreSQL.
type lake struct {
	*local.AWS
	db *sql.DB
}

// postgres starts once, for all tests.
var postgres *local.Database

func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	if postgres, err = local.StartPostgres(context.Background(), "../../.."); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := postgres.Stop(); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// startLake starts an Athena with an empty database for the test.
func startLake(t *testing.T) *lake {
	t.Helper()
	db, err := postgres.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	cloud, err := local.StartAWS(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	schema := "lake_" + strings.ToLower(strings.NewReplacer("/", "_", "#", "_").Replace(t.Name()))
	l := &lake{cloud, db}
	db.SetMaxOpenConns(1) // the connection with the schema
	l.exec(t, fmt.Sprintf("CREATE SCHEMA %q", schema), fmt.Sprintf("SET search_path = %q", schema))
	if err := cloud.Athena.AddDatabase(t.Context(), "", "analytics", local.AthenaStore{URL: postgres.URL, Schema: schema}); err != nil {
		t.Fatal(err)
	}
	cloud.Athena.AddWorkGroup(local.AthenaWorkGroup{Name: "tally-dev", Managed: true, BytesScannedCutoffPerQuery: 1 << 40})
	return l
}

func (l *lake) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := l.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v in\n%s", err, statement)
		}
	}
}

// source is that of a function of the environment dev.
func (l *lake) source() *Source {
	config := aws.Config{Region: "ap-northeast-2", BaseEndpoint: &l.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	return New(Options{
		Environment: "dev", API: config, Glue: config, Pause: time.Millisecond, Patience: 300 * time.Millisecond,
		Athena: map[string]contract.Athena{"lake": {Workgroup: "tally-dev", Catalog: contract.DefaultCatalog, Database: "analytics"}},
	})
}

// jobOf is the job of a text in YAML, indented by four blanks.
func jobOf(t *testing.T, rest string) job.Job {
	t.Helper()
	return jobtest.Read(t, "timezone: Asia/Seoul\njobs:\n  - name: events\n    schedule: cron(30 16 * * ? *)\n"+rest).Jobs[0]
}

// slot is a slot of such a job. Its previous day is 7 April in Seoul.
var slot = time.Date(2022, 4, 7, 16, 30, 0, 0, time.UTC)

// queryOf is what the slot counts.
func queryOf(t *testing.T, j job.Job) count.Query {
	t.Helper()
	window, err := count.WindowOf(j, job.Slot{Time: slot})
	if err != nil {
		t.Fatal(err)
	}
	return count.Query{Job: j, Window: window, Slot: slot, Purpose: "slot"}
}

// counted counts, and returns the lines in words.
func counted(t *testing.T, s *Source, query count.Query) (string, count.Result) {
	t.Helper()
	result, err := s.Count(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return inWords(result.Counts), result
}

func inWords(lines []count.CaseCount) string {
	var words []string
	for _, line := range lines {
		word := fmt.Sprintf("%s %d", line.Case, line.Count)
		for column, value := range line.Groups {
			text := "NULL"
			if value != nil {
				text = *value
			}
			word = column + "=" + text + ": " + word
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// paid are the queries that read rows.
func (l *lake) paid() []local.AthenaExecution {
	var all []local.AthenaExecution
	for _, execution := range l.Athena.Executions() {
		if execution.Bytes > 0 {
			all = append(all, execution)
		}
	}
	return all
}

func failureOf(t *testing.T, err error) *count.Failure {
	t.Helper()
	failed, ok := errors.AsType[*count.Failure](err)
	if !ok {
		t.Fatalf("got %v, want a *count.Failure", err)
	}
	return failed
}
