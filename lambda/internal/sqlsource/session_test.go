package sqlsource

import (
	"context"
	"strings"
	"testing"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// READ COMMITTED, which a server may have as its default, would see the second row.
func testSnapshot(t *testing.T, f fixture) {
	if !f.postgres() { // PostgreSQL has it already
		f.exec(t, "SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ") })
	}
	f.exec(t, "CREATE TABLE growing (n integer)", insert("growing", "1"))
	session := f.session(t)
	if !f.postgres() { // PostgreSQL takes its snapshot at the first statement
		f.exec(t, insert("growing", "0"))
	}
	growing := queryOf("growing", "any", "1 = 1").Job
	statement := statement.Plan{Dialect: session.dialect, Table: quoteTable(session.dialect, growing.Source.Table)}.Together(statement.Measures(growing))
	for range 2 {
		sheet := count.NewSheet(growing)
		if err := session.tally(t.Context(), statement, sheet); err != nil {
			t.Fatal(err)
		}
		if sheet.All[0] != 1 {
			t.Errorf("the run sees %d rows, want the one that was there when it began", sheet.All[0])
		}
		f.exec(t, insert("growing", "2"))
	}
	if got := f.mustCount(t, queryOf("growing", "late", "n = 2")); got["late"] != 2 {
		t.Errorf("the next run sees %d of the rows that came during the first, want 2", got["late"])
	}
}

// A connection that stays would keep its snapshot and its locks, and in the end nobody would get one.
func testConnectionsEnd(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE ending (n integer)")
	for _, condition := range []string{"n = 1", "nn = 1"} { // which counts, and which does not
		_, _ = linesAt(t.Context(), f.server.ReaderURL, queryOf("ending", "any", condition))
	}
	open := -1
	for deadline := time.Now().Add(5 * time.Second); open != 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		err := f.admin.QueryRowContext(t.Context(), f.pick("SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'tally_reader'",
			"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = 'tally_reader'")).Scan(&open)
		if err != nil {
			t.Fatal(err)
		}
	}
	if open != 0 {
		t.Errorf("%d connections are open", open)
	}
}

// Whatever the database answers to a statement of ours, it says nothing about the job.
func testOwnStatements(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE ours (n integer)")
	for _, own := range []string{"SAVEPOINT", f.pick("SET LOCAL statement_timeout", "SET SESSION")} {
		to, err := sourceAt(f.server.ReaderURL).findTarget("app")
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		to.connector = hook{to.connector, func(text string) string {
			if strings.HasPrefix(text, own) {
				refused++
				return "SELECT nothing_here"
			}
			return text
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		s, err := open(ctx, to)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		_, err = (&run{session: s, query: queryOf("ours", "any", "n = 1")}).count(ctx)
		if err == nil || refused == 0 || failure(err).Permanent {
			t.Errorf("%s is refused %d times: got %v, want a transient failure", own, refused, err)
		}
	}
}

// The check of conditions aside, the protocol takes one statement, with and
// without values.
func testOneStatement(t *testing.T, f fixture) {
	for _, values := range [][]any{nil, {"2022-04-07"}} {
		text := "SELECT 1; SELECT 2"
		if values != nil {
			text = f.pick("SELECT 1 WHERE $1 = 'x'; SELECT 2", "SELECT ?; SELECT 2")
		}
		err := send(t, f.session(t), text, values...)
		if code := failure(err).Code; code != f.pick("42601", "42000") {
			t.Errorf("%s: got %v, want a syntax error", text, err)
		}
	}
}

func testStatementTimeout(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE slow (n integer)", insert("slow", "1"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	query := queryOf("slow", "one", "n = 1", "never", f.pick("pg_sleep(60) IS NULL", "SLEEP(60) = 1"))
	lines, err := linesAt(ctx, f.server.ReaderURL, query)
	if err != nil {
		t.Fatal(err)
	}
	if never := lines[1].Failure; never == nil || !never.Permanent || never.Code != f.pick("57014", "70100", "HY000") {
		t.Errorf("got %v, want the server's own timeout", never)
	}
	if ctx.Err() != nil {
		t.Error("the server was slower than the context")
	}
}

func TestServerLimitEndsBeforeTheContext(t *testing.T) {
	for _, test := range []struct{ left, want time.Duration }{
		{5 * time.Minute, 5*time.Minute - time.Second},
		{5 * time.Second, 4500 * time.Millisecond},
		{-time.Second, time.Millisecond}, // 0 would mean no limit
	} {
		ctx, cancel := context.WithTimeout(t.Context(), test.left)
		if got := limitOf(ctx).Round(10 * time.Millisecond); got != test.want.Round(10*time.Millisecond) {
			t.Errorf("%s left: got %s, want %s", test.left, got, test.want)
		}
		cancel()
	}
	if got := limitOf(t.Context()); got != 0 {
		t.Errorf("without a deadline: got %s", got)
	}
}
