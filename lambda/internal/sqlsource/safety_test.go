package sqlsource

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"tally/lambda/sqlcheck"
)

// Each guard is tested beside what happens without it: a guard that guards nothing
// would pass any other test.

// Without the check, a condition that closes the parenthesis it stands in counts
// something else; with a semicolon and a driver's Exec it does anything.
func testGuardOneExpression(t *testing.T, f fixture) {
	f.exec(t, "DROP TABLE IF EXISTS guarded", "CREATE TABLE guarded (n integer)", insert("guarded", "1", "2", "3"))
	const closing = "n = 1) OR (n = 2"
	if err := sqlcheck.Check(f.server.Engine, closing); err == nil {
		t.Error("the check takes a condition with unmatched parentheses")
	}
	var counted int
	unchecked := "SELECT COUNT(*) FROM guarded WHERE n > 1 AND (" + closing + ")"
	if err := f.admin.QueryRowContext(t.Context(), unchecked).Scan(&counted); err != nil || counted != 1 {
		t.Errorf("unchecked it counts %d (%v): of the rows above 1 none is 1, yet the rule says what is counted", counted, err)
	}

	const dropping = "1 = 1); DROP TABLE guarded; SELECT (1"
	if err := sqlcheck.Check(f.server.Engine, dropping); err == nil {
		t.Error("the check takes a condition with a semicolon")
	}
	text := "SELECT (" + dropping + ")"
	if err := send(t, f.sessionAs(t, f.server.URL), text); failure(err).Code != f.pick("42601", "42000") {
		t.Errorf("got %v, want that the protocol takes one statement", err)
	}
	f.exec(t, text) // the same as an Exec without values
	if _, err := f.admin.ExecContext(t.Context(), "SELECT * FROM guarded"); err == nil {
		t.Error("without the guards the table should be gone")
	}
}

// Without the newline behind it, a condition that ends with a comment hides the
// rest of the statement.
func testGuardComment(t *testing.T, f fixture) {
	f.exec(t, "DROP TABLE IF EXISTS remarks", "CREATE TABLE remarks (n integer)", insert("remarks", "1", "2"))
	const remark = "n = 1 -- the first"
	if got := f.mustCount(t, queryOf("remarks", "first", remark, "second", "n = 2")); got["first"] != 1 || got["second"] != 1 || got["other"] != 0 {
		t.Errorf("got %v", got)
	}
	if _, err := f.admin.ExecContext(t.Context(), "SELECT COUNT(CASE WHEN ("+remark+") THEN 1 END) FROM remarks"); err == nil {
		t.Error("without the newline the statement should be cut")
	}
}

// A read-only transaction refuses what the user could do: a CTE that deletes, or a
// function that does.
func testGuardReadOnly(t *testing.T, f fixture) {
	f.exec(t, "DROP TABLE IF EXISTS kept", "CREATE TABLE kept (n integer)", insert("kept", "1"),
		f.pick("CREATE FUNCTION wipe() RETURNS bigint LANGUAGE sql AS 'WITH gone AS (DELETE FROM kept RETURNING 1) SELECT count(*) FROM gone'",
			"CREATE FUNCTION wipe() RETURNS bigint BEGIN DELETE FROM kept; RETURN ROW_COUNT(); END"))
	query := queryOf("kept", "wiped", "wipe() > 0", "one", "n = 1")
	lines, err := linesAt(t.Context(), f.server.URL, query) // as the administrator
	if err != nil {
		t.Fatal(err)
	}
	if lines[0].Failure == nil || lines[0].Failure.Code != "25006" {
		t.Errorf("got %v, want SQLSTATE 25006, a read-only transaction", lines[0].Failure)
	}
	if f.postgres() { // MariaDB has no DELETE in a CTE
		const cte = "n IN (WITH gone AS (DELETE FROM kept RETURNING n) SELECT n FROM gone)"
		lines, err := linesAt(t.Context(), f.server.URL, queryOf("kept", "wiped", cte, "one", "n = 1"))
		if err != nil || lines[0].Failure == nil {
			t.Errorf("got %v (%v), want a failure", lines, err)
		}
		err = send(t, f.sessionAs(t, f.server.URL), "WITH gone AS (DELETE FROM kept RETURNING n) SELECT n FROM gone")
		if failure(err).Code != "25006" {
			t.Errorf("got %v, want SQLSTATE 25006", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // a write that went through holds a lock
	defer cancel()
	var gone, left int
	if err := f.admin.QueryRowContext(ctx, "SELECT COUNT(*) FROM kept").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d rows are left (%v), want the one", left, err)
	}
	if err := f.admin.QueryRowContext(ctx, "SELECT wipe()").Scan(&gone); err != nil || gone != 1 {
		t.Errorf("without the guard it should delete the row: %d (%v)", gone, err)
	}
}

// MariaDB commits and runs DDL in a read-only transaction. What stops it is that a
// condition is an expression, and a user who can only SELECT.
func testGuardDDL(t *testing.T, f fixture) {
	if f.postgres() {
		if err := send(t, f.sessionAs(t, f.server.URL), "CREATE TABLE sneaked (n integer)"); failure(err).Code != "25006" {
			t.Errorf("got %v, want SQLSTATE 25006", err)
		}
		return
	}
	f.exec(t, "DROP TABLE IF EXISTS sneaked")
	if err := send(t, f.session(t), "CREATE TABLE sneaked (n integer)"); failure(err).Code != "42000" {
		t.Errorf("got %v, want that the reader may not", err)
	}
	if err := send(t, f.sessionAs(t, f.server.URL), "CREATE TABLE sneaked (n integer)"); err != nil {
		t.Errorf("the administrator's read-only transaction should not stop it: %v", err)
	}
	f.exec(t, "DROP TABLE sneaked")
}

// A condition can lift the statement timeout for what comes after it in the
// transaction, which is why it is set again before each statement.
func testGuardTimeout(t *testing.T, f fixture) {
	lift := "SELECT set_config('statement_timeout', '0', true)"
	if !f.postgres() {
		f.exec(t, "CREATE FUNCTION lift() RETURNS integer BEGIN SET SESSION "+f.pick("", "max_statement_time", "max_execution_time")+" = 0; RETURN 1; END")
		lift = "SELECT lift()"
	}
	awhile := "SELECT " + f.pick("pg_sleep(1)", "SLEEP(1)")
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	s := f.sessionAs(t, f.server.URL)
	if err := sendWithin(ctx, s, lift); err != nil {
		t.Fatal(err)
	}
	if err := sendWithin(ctx, s, f.endless()); failure(err).Code != f.pick("57014", "70100", "HY000") {
		t.Errorf("got %v, want the server's timeout", err)
	}

	unguarded := f.sessionAs(t, f.server.URL)
	if err := unguarded.exec(t.Context(), unguarded.dialect.limit(100*time.Millisecond, time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{lift, awhile} {
		if err := drained(unguarded.conn.QueryContext(t.Context(), text)); err != nil {
			t.Errorf("%s: %v: without the guard nothing should stop it", text, err)
		}
	}
}

// Without the server's own limit, the statement would run on after the function
// has gone.
func testGuardServerLimit(t *testing.T, f fixture) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if err := sendWithin(ctx, f.session(t), f.endless()); failure(err).Code != f.pick("57014", "70100", "HY000") {
		t.Errorf("got %v, want the server's timeout", err)
	}
	if ctx.Err() != nil {
		t.Error("the server ended it later than the context")
	}
	unguarded, cancelUnguarded := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancelUnguarded()
	if err := drained(f.session(t).conn.QueryContext(unguarded, f.endless())); err == nil || isRefusal(err) {
		t.Errorf("without the limit it is the context that ends it, which is transient: %v", err)
	}
}

// endless is a statement that takes too long. MySQL's SLEEP that its limit ends just
// gives 1; what reads rows is ended.
func (f fixture) endless() string {
	return f.pick("SELECT pg_sleep(60)", "SELECT SLEEP(60) FROM information_schema.engines")
}

// sessionAs opens a run's connection as the user of a URL.
func (f fixture) sessionAs(t *testing.T, url string) *session {
	t.Helper()
	target, err := sourceAt(url).findTarget("app")
	if err != nil {
		t.Fatal(err)
	}
	session, err := open(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.close)
	return session
}

// send sends a statement and drops what it gives.
func send(t *testing.T, s *session, text string, values ...any) error {
	t.Helper()
	return sendWithin(t.Context(), s, text, values...)
}

func sendWithin(ctx context.Context, s *session, text string, values ...any) error {
	return drained(s.sendWithLimit(ctx, text, values...))
}

// drained reads a result to its end.
func drained(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return serverError(rows.Err())
}
