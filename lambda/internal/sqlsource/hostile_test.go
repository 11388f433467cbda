package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
)

// What counts right on a plain table and a quiet server must do so on others.

// MariaDB's WITH ROLLUP counts rows instead of distinct values in the row of all
// rows where group_by covers a unique key, and takes columns that cannot be NULL
// for constants.
func testUniqueGroups(t *testing.T, f fixture) {
	for i, key := range []string{"PRIMARY KEY (a)", "UNIQUE (a, p)", "UNIQUE (a), UNIQUE (p)", "PRIMARY KEY (p, a)"} {
		table := fmt.Sprintf("keyed%d", i)
		f.exec(t, "CREATE TABLE "+table+" (a integer NOT NULL, p integer NOT NULL, "+key+")", "INSERT INTO "+table+" VALUES (1, 10), (2, 11)")
		if i == 0 || i == 3 {
			f.exec(t, "INSERT INTO "+table+" VALUES (3, 10), (4, 10)")
		}
		query := grouped(queryOf(table, "ten", "p = 10"), "a")
		query.Job.Distinct = "p"
		if difference := cmp.Diff([]string{"ten: 1", "other: 1", "total: 2"}, f.lines(t, query)[:3]); difference != "" {
			t.Errorf("%s: lines of all rows (-want +got):\n%s", key, difference)
		}
	}
	f.exec(t, "CREATE VIEW constant AS SELECT 7 AS a, p FROM keyed0")
	query := grouped(queryOf("constant", "ten", "p = 10"), "a")
	query.Job.Distinct = "p"
	want := []string{"ten: 1", "other: 1", "total: 2", "[a=7] ten: 1", "[a=7] other: 1", "[a=7] total: 2"}
	if difference := cmp.Diff(want, f.lines(t, query)); difference != "" {
		t.Errorf("a view (-want +got):\n%s", difference)
	}
}

// Values that the database takes for equal are groups of their own: which of their
// texts stands for both would be chance, and differ from one case to the next.
func testEqualValues(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE alike (v "+f.pick("numeric", "varchar(5)")+", n integer)",
		"INSERT INTO alike VALUES "+f.pick("(1.0, 1), (1.00, 2), (1.00, 2), (1.0, 3)", "('A', 1), ('a', 2), ('a', 2), ('A', 3), ('a ', 4)"))
	query := grouped(queryOf("alike", "one", "n = 1", "two", "n = 2"), "v")
	first, second := f.pick("1.0", "A"), f.pick("1.00", "a")
	want := []string{
		"one: 1", "two: 2",
		"[v=" + first + "] one: 1", "[v=" + first + "] two: 0", "[v=" + second + "] one: 0", "[v=" + second + "] two: 2",
	}
	query.Job.Total = new(false)
	if difference := cmp.Diff(want, f.lines(t, query)); difference != "" {
		t.Errorf("total: false (-want +got):\n%s", difference)
	}
	query.Job.Total = nil
	together := f.lines(t, query)
	query.Job.Cases = append(query.Job.Cases, queryOf("", "bad", "nn = 1").Job.Cases...)
	apart := slices.DeleteFunc(f.lines(t, query), func(line string) bool { return strings.Contains(line, ": failed ") })
	together = slices.DeleteFunc(together, func(line string) bool { return strings.Contains(line, "other: ") })
	if difference := cmp.Diff(together, apart); difference != "" {
		t.Errorf("one scan and one by one (-together +apart):\n%s", difference)
	}
}

// Settings of the server, the database and the user must not decide what a
// condition means.
func testSettings(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE said (w varchar(20))", f.pick(`INSERT INTO said VALUES ('é'), ('a\')`, `INSERT INTO said VALUES ('é'), ('a\\')`))
	if f.postgres() {
		f.exec(t, "ALTER ROLE tally_reader SET client_encoding = 'LATIN1'", "ALTER ROLE tally_reader SET datestyle = 'German'",
			"ALTER ROLE tally_reader SET standard_conforming_strings = off", "ALTER ROLE tally_reader SET timezone = 'Asia/Seoul'")
		t.Cleanup(func() { f.exec(t, "ALTER ROLE tally_reader RESET ALL") })
	} else {
		f.exec(t, "SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE'", "SET GLOBAL time_zone = '+09:00'")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL sql_mode = DEFAULT", "SET GLOBAL time_zone = 'SYSTEM'") })
	}
	query := grouped(queryOf("said", "accent", "w = 'é' AND "+f.pick("to_timestamp(0)", "FROM_UNIXTIME(0)")+" = '1970-01-01 00:00:00'", "backslash", f.pick(`w = 'a\'`, `w = 'a\\' AND "a" = 'a' AND NOT 0 = 1`)), "w")
	want := []string{"accent: 1", "backslash: 1", "other: 0", "total: 2"}
	if difference := cmp.Diff(want, f.lines(t, query)[:4]); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}

// A table that is emptied during the run would look empty to a later statement of
// the same snapshot: TRUNCATE has to wait.
func testTruncate(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE emptied (n integer)", insert("emptied", "1", "2"))
	query := queryOf("emptied", "one", "n = 1", "bad", "nn = 1")
	s := f.session(t)
	r := &run{session: s, query: query}
	planned, err := r.planned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	measures := statement.Measures(query.Job)
	if err := r.attempt(t.Context(), 1, func(ctx context.Context) error {
		return r.tally(ctx, planned.Together(measures), count.NewSheet(query.Job))
	}); !isRefusal(err) {
		t.Fatalf("got %v, want a refusal", err)
	}
	truncated := make(chan error, 1)
	go func() {
		_, err := f.admin.ExecContext(context.WithoutCancel(t.Context()), "TRUNCATE TABLE emptied")
		truncated <- err
	}()
	time.Sleep(200 * time.Millisecond) // time for TRUNCATE, which waits instead
	sheet, err := r.oneByOne(t.Context(), planned, measures)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff([]int64{1, 0, 0, 2}, sheet.All); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
	s.close()
	if err := <-truncated; err != nil {
		t.Error(err)
	}
}

// Neither somebody's lock nor somebody who cancels the statement says anything
// about the job.
func testDisturbed(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE held (n integer)", insert("held", "1"))
	t.Run("locked", func(t *testing.T) {
		conn, err := f.admin.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, statement := range []string{f.pick("BEGIN", "SELECT 1"), f.pick("LOCK TABLE held", "LOCK TABLES held WRITE")} {
			if _, err := conn.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		_, err = linesAt(ctx, f.server.ReaderURL, queryOf("held", "one", "n = 1"))
		var failure *count.Failure
		if !errors.As(err, &failure) || failure.Permanent || failure.Code != f.pick("55P03", "HY000") {
			t.Errorf("got %v, want a transient failure: a lock", err)
		}
		if _, err := conn.ExecContext(t.Context(), f.pick("ROLLBACK", "UNLOCK TABLES")); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		query := queryOf("held", "one", "n = 1", "cancelled", f.pick("pg_cancel_backend(pg_backend_pid()) AND pg_sleep(1) IS NULL", "SLEEP(60) = 0"))
		if !f.postgres() {
			go f.killReader(t, "KILL QUERY")
		}
		_, err := f.count(t, query)
		if err == nil || count.IsPermanent(err) {
			t.Errorf("got %v, want a transient failure", err)
		}
	})
}

// A table that is emptied and filled again in one transaction is never empty for
// anybody; a snapshot from before, which waits for it, must not see it so.
func testReload(t *testing.T, f fixture) {
	if !f.postgres() {
		return // TRUNCATE commits there, and a run that meets it is tried again
	}
	f.exec(t, "CREATE TABLE reloaded (n integer)", insert("reloaded", "1", "2"))
	tx, err := f.admin.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"TRUNCATE reloaded", insert("reloaded", "1", "2", "3")} {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	counted := make(chan []count.CaseCount, 1)
	go func() {
		lines, err := linesAt(t.Context(), f.server.ReaderURL, queryOf("reloaded", "any", "n > 0"))
		if err != nil {
			t.Error(err)
		}
		counted <- lines
	}()
	time.Sleep(300 * time.Millisecond) // the run waits for the lock
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if lines := <-counted; len(lines) == 0 || lines[0].Count != 3 {
		t.Errorf("counted %v, want 3", lines)
	}
	// What cannot be locked is read all the same.
	f.exec(t, "CREATE MATERIALIZED VIEW solid AS SELECT n FROM reloaded")
	if got := f.mustCount(t, queryOf("solid", "any", "n > 0")); got["any"] != 3 {
		t.Errorf("a materialized view: %v", got)
	}
}

// MariaDB sorts by the first 1024 bytes of a text where it counts distinct values.
func testLongGroups(t *testing.T, f fixture) {
	long := strings.Repeat("x", 1500)
	f.exec(t, "CREATE TABLE lengthy (v varchar(2000), p integer)",
		fmt.Sprintf("INSERT INTO lengthy VALUES ('%[1]sa', 1), ('%[1]sa', 2), ('%[1]sb', 3), ('%[1]sb', 3)", long))
	query := grouped(queryOf("lengthy", "any", "p > 0"), "v")
	query.Job.Distinct = "p"
	var got []string
	for _, line := range f.lines(t, query) {
		if strings.Contains(line, "any: ") {
			got = append(got, strings.ReplaceAll(line, long, "…"))
		}
	}
	if difference := cmp.Diff([]string{"any: 3", "[v=…a] any: 2", "[v=…b] any: 1"}, got); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}
