package sqlsource

import (
	"context"
	"errors"
	"testing"
	"time"

	"tally/lambda/internal/count"
)

// READ COMMITTED, which a server may have as its default, would see the second row.
func testSnapshot(t *testing.T, f fixture) {
	if !f.postgres() { // PostgreSQL has it already
		f.exec(t, "SET GLOBAL tx_isolation = 'READ-COMMITTED'")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL tx_isolation = 'REPEATABLE-READ'") })
	}
	f.exec(t, "CREATE TABLE growing (n integer)", insert("growing", "1"))
	session := f.session(t)
	if !f.postgres() { // PostgreSQL takes its snapshot at the first statement
		f.exec(t, insert("growing", "0"))
	}
	statement := newStatement(session.dialect, queryOf("growing", "any", "1 = 1").Job, bounds{})
	for range 2 {
		got, err := session.counts(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		if got[0] != 1 {
			t.Errorf("the run sees %d rows, want the one that was there when it began", got[0])
		}
		f.exec(t, insert("growing", "2"))
	}
	if got := f.mustCount(t, queryOf("growing", "late", "n = 2")); got["late"] != 2 {
		t.Errorf("the next run sees %d of the rows that came during the first, want 2", got["late"])
	}
}

// The administrator has the right to write; the transaction has not.
func testReadOnly(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE untouched (n integer)")
	target, err := targetAt(f.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	session, err := open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer session.close()
	err = run(t, session, "INSERT INTO untouched VALUES (1)")
	if code, _ := answer(err); code != "25006" {
		t.Errorf("INSERT: got %v, want SQLSTATE 25006, a read-only transaction", err)
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
		err := run(t, f.session(t), text, values...)
		if code, _ := answer(err); code != f.pick("42601", "42000") {
			t.Errorf("%s: got %v, want a syntax error", text, err)
		}
	}
}

// run sends a statement and drops what it gives.
func run(t *testing.T, s *session, text string, values ...any) error {
	t.Helper()
	rows, err := s.query(t.Context(), text, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

func testStatementTimeout(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE slow (n integer)", insert("slow", "1"))
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	query := queryOf("slow", "never", f.pick("pg_sleep(60) IS NULL", "SLEEP(60) = 1"))
	_, err := sourceAt(f.server.ReaderURL).Count(ctx, query)
	var failure *count.Failure
	if !errors.As(err, &failure) || !failure.Permanent || failure.Code != f.pick("57014", "70100") {
		t.Errorf("got %#v, want the server's own timeout, permanent", err)
	}
	if ctx.Err() != nil {
		t.Error("the server was slower than the context")
	}
}

func TestServerLimit(t *testing.T) {
	for _, test := range []struct{ left, want time.Duration }{
		{5 * time.Minute, 5*time.Minute - time.Second},
		{time.Second, 900 * time.Millisecond},
		{0, time.Millisecond}, // 0 would mean no limit
		{-time.Second, time.Millisecond},
	} {
		if got := serverLimit(test.left); got != test.want {
			t.Errorf("%s left: got %s, want %s", test.left, got, test.want)
		}
	}
}
