package sqlsource

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
	"tally/test/local"
)

// Every behaviour is tested on each engine; each server starts once.

// TestMain lets the engines be tested at the same time: they mostly wait, so that more
// of them than the machine has cores is no burden.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	server, err := local.StartPostgres(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	testEngine(t, server)
}

func TestMariaDB(t *testing.T) {
	t.Parallel()
	testEngine(t, local.MariaDBForTest(t))
}

func TestMySQL(t *testing.T) {
	t.Parallel()
	testEngine(t, local.MySQLForTest(t))
}

func testEngine(t *testing.T, server *local.Database) {
	admin, err := server.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	f := fixture{server: server, admin: admin}
	for _, test := range []struct {
		name string
		run  func(*testing.T, fixture)
	}{
		{"cases, other and total", testCases},
		{"an empty table gives zeros", testEmptyTable},
		{"groups, distinct values and overlap", testGroups},
		{"groups of every type", testGroupTypes},
		{"group_by of types without a text", testTextless},
		{"distinct values of every type", testDistinctTypes},
		{"too many groups", testMaxGroups},
		{"what a loop over the rows counts", testGenerated},
		{"names are quoted", testNames},
		{"conditions arrive as written", testConditions},
		{"bad conditions fail", testBadConditions},
		{"a bad case fails alone", testIsolation},
		{"the reason of a bad case", testReason},
		{"a slow case fails alone", testSlowCase},
		{"a run fails when all of it does, or the connection", testFailedRun},
		{"what is stored of a failure holds no data", testNoData},
		{"groups that are unique", testUniqueGroups},
		{"groups that are equal", testEqualValues},
		{"settings of the server and the user", testSettings},
		{"settings that read a condition in another way", testReadings},
		{"engines without snapshots", testStorage},
		{"rights on some columns", testColumnRights},
		{"a table that is emptied meanwhile", testTruncate},
		{"a table that is loaded anew", testReload},
		{"groups with long texts", testLongGroups},
		{"connections end with their run", testConnectionsEnd},
		{"locks and cancellation", testDisturbed},
		{"each statement of a run is hit", testHit},
		{"a run that waited for its table", testLostTime},
		{"a timeout that comes late", testLateTimeout},
		{"a row is in exactly one window", testWindows},
		{"days of 23 and 25 hours", testDST},
		{"columns that fit no window", testBadColumns},
		{"integers as times", testColumnType},
		{"integers of another unit", testWrongUnit},
		{"an index serves the window", testIndex},
		{"statements of a run see one snapshot", testSnapshot},
		{"cases agree while others write", testConcurrentWriters},
		{"any name can be quoted", testAnyName},
		{"tables with odd names", testTableNames},
		{"no cases", testNoCases},
		{"guard: one expression", testGuardOneExpression},
		{"guard: newline behind a condition", testGuardComment},
		{"guard: read-only transaction", testGuardReadOnly},
		{"guard: only SELECT", testGuardDDL},
		{"guard: timeout set again", testGuardTimeout},
		{"guard: the server's limit", testGuardServerLimit},
		{"statements of our own", testOwnStatements},
		{"one statement at a time", testOneStatement},
		{"the server ends a slow statement", testStatementTimeout},
		{"failures to get in", testRefused},
		{"a database that wakes", testWaking},
		{"a database that wakes late", testWokenLate},
		{"a database that does not wake", testAsleep},
		{"a database that is awake", testAwake},
		{"tokens need verified TLS", testToken},
		{"secrets are remembered until refused", testSecret},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, f) })
	}
}

// fixture is a server of one engine.
type fixture struct {
	server *local.Database
	admin  *sql.DB
}

func (f fixture) postgres() bool { return f.server.Engine == contract.EnginePostgres }

// pick returns the spelling of the engine under test. MySQL's is MariaDB's, if it is
// not said.
func (f fixture) pick(postgres, mariaDB string, mySQL ...string) string {
	switch {
	case f.postgres():
		return postgres
	case !f.server.MariaDB && len(mySQL) > 0:
		return mySQL[0]
	}
	return mariaDB
}

// exec runs statements as the administrator, one by one, also in a cleanup.
func (f fixture) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := f.admin.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// count counts as the reader, who can only SELECT.
func (f fixture) count(t *testing.T, query count.Query) (map[string]int64, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	lines, err := linesAt(ctx, f.server.ReaderURL, query)
	counts := map[string]int64{}
	for _, line := range lines {
		counts[line.Case] = line.Count
	}
	return counts, err
}

// linesAt counts as the user of a URL.
func linesAt(ctx context.Context, url string, query count.Query) ([]count.CaseCount, error) {
	result, err := sourceAt(url).Count(ctx, query)
	return result.Counts, err
}

func (f fixture) mustCount(t *testing.T, query count.Query) map[string]int64 {
	t.Helper()
	counts, err := f.count(t, query)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// session opens a run's connection as the reader.
func (f fixture) session(t *testing.T) *session {
	t.Helper()
	return f.sessionAs(t, f.server.ReaderURL)
}

func sourceAt(url string) *Source {
	return New(Options{Variable: func(name string) string {
		if name == "TALLY_DATABASE_APP" {
			return url
		}
		return ""
	}})
}

// queryOf counts the rows of table by conditions, given as name and condition in turn.
func queryOf(table string, cases ...string) count.Query {
	counted := job.Job{Name: "daily", Timezone: "Asia/Seoul", Source: job.Source{Database: "app", Table: strings.Split(table, ".")}}
	for i := 0; i < len(cases); i += 2 {
		counted.Cases = append(counted.Cases, strictyaml.Entry[job.Condition]{Key: cases[i], Value: job.Condition(cases[i+1])})
	}
	return count.Query{Job: counted}
}

// within limits a query to [from, to) of a column, whose values are of zone (nil: not said).
func within(query count.Query, column string, zone *time.Location, from, to time.Time) count.Query {
	query.Job.Window = &job.Window{Column: job.Columns{column}, ColumnZone: zone}
	query.Window = &count.Window{From: from, To: to}
	return query
}

// insert is an INSERT of one-column rows, given as SQL.
func insert(table string, values ...string) string {
	return fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, strings.Join(values, "), ("))
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loaded, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}
