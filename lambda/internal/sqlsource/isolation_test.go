package sqlsource

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

// What the database refuses of one case says nothing about the others, whose
// counts are exact.
func testIsolation(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE mixed (n integer, word varchar(10))", "INSERT INTO mixed VALUES (1, 'a'), (2, 'b'), (3, NULL)")
	for _, test := range []struct{ name, condition, code, says string }{
		{"a column that is gone", "nn = 1", f.pick("42703", "42S22"), "nn"},
		{"more than a condition", "n = 1 THEN 1 WHEN n = 2", f.pick("42601", "42000"), "syntax"},
		{"less than a condition", "n = ", f.pick("42601", "42000"), "syntax"},
		{"an unknown function", "no_such_function(n)", f.pick("42883", "42000"), "no_such_function"},
		{"a table that the reader may not see", "n IN (SELECT 1 FROM " + f.pick("pg_authid", "mysql.user") + ")", f.pick("42501", "42000"), "denied"},
		{"an error in a row", f.pick("1 / (n - 2) = 1", "n = (SELECT 1 UNION SELECT 2)"), f.pick("22012", "21000"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			query := queryOf("mixed", "one", "n = 1", "bad", test.condition, "word", "word IS NOT NULL")
			query.Job.Exclusive = true
			lines, err := linesAt(t.Context(), f.server.ReaderURL, query)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range lines {
				if line.Case == "bad" {
					if line.Failure == nil || line.Failure.Code != test.code || !strings.Contains(strings.ToLower(line.Failure.Error()), test.says) {
						t.Errorf("failure is %v, want code %s and %q", line.Failure, test.code, test.says)
					}
					continue
				}
				got = append(got, showCount(line))
			}
			want := []string{
				"one: 1", "word: 2", "other: failed  needs case bad, which failed",
				"total: 3", "overlap: failed  needs case bad, which failed",
			}
			if difference := cmp.Diff(want, got); difference != "" {
				t.Errorf("lines (-want +got):\n%s", difference)
			}
		})
	}
	t.Run("by group, without a total", func(t *testing.T) {
		query := queryOf("mixed", "bad", "nn = 1", "some", "n < 3")
		query.Job.GroupBy, query.Job.Total = []string{"word"}, new(false)
		var got []string
		for _, line := range f.lines(t, query) {
			got = append(got, strings.SplitAfter(line, "failed")[0])
		}
		want := []string{"bad: failed", "some: 2", "[word=a] bad: failed", "[word=a] some: 1", "[word=b] bad: failed", "[word=b] some: 1"}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("lines (-want +got):\n%s", difference)
		}
	})
}

// A case that takes too long leaves the others their time, of which one needs some: all together
// would have taken too long as well.
func testSlowCase(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE hurry (n integer)", insert("hurry", "1", "2"))
	query := queryOf("hurry", "slow", f.pick("pg_sleep(60) IS NULL", "SLEEP(60) = 1"), "one", "n = 1", "two", f.pick("n = 2 AND pg_sleep(0.4) IS NOT NULL", "n = 2 AND SLEEP(0.4) = 0"))
	begun := time.Now()
	lines := linesWithin(t, f, query, 8*time.Second)
	if took := time.Since(begun); took > 8*time.Second {
		t.Errorf("it took %s", took)
	}
	if !strings.HasPrefix(lines[0], "slow: failed "+f.pick("57014", "70100", "HY000")) {
		t.Errorf("got %s, want the server's timeout", lines[0])
	}
	if difference := cmp.Diff([]string{"one: 1", "two: 1", "total: 2"}, append(lines[1:3], lines[4])); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
	// With less time than a whole run has it is no verdict: nothing is to be stored.
	query.FullTime = 4 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, err := linesAt(ctx, f.server.ReaderURL, query)
	var failure *count.Failure
	if !errors.As(err, &failure) || failure.Permanent || failure.Code != f.pick("57014", "70100", "HY000") {
		t.Errorf("with less time: got %v, want a transient failure", err)
	}
}

// Nothing is to be stored when there is nothing to store, or when the reason may
// be gone at the next try.
func testFailedRun(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE lost (n integer)", insert("lost", "1"))
	alone := queryOf("lost", "bad", "nn = 1")
	alone.Job.Total = new(false)
	onlyTotal := queryOf("lost", "bad", "nn = 1")
	for _, test := range []struct {
		name  string
		query count.Query
		code  string
	}{
		{"no such table", queryOf("nowhere", "one", "n = 1"), f.pick("42P01", "42S02")},
		{"no such column to group by", grouped(queryOf("lost", "one", "n = 1"), "clinic"), f.pick("42703", "42S22")},
		{"no case that counts", alone, f.pick("42703", "42S22")},
		{"nothing but a total", onlyTotal, f.pick("42703", "42S22")},
	} {
		_, err := f.count(t, test.query)
		var failure *count.Failure
		if !errors.As(err, &failure) || !failure.Permanent || failure.Code != test.code {
			t.Errorf("%s: got %v, want a permanent failure with code %s", test.name, err, test.code)
		}
	}
	// Ends its own connection in the middle of the statement.
	t.Run("killed", func(t *testing.T) {
		query := queryOf("lost", "one", "n = 1", "kill", f.pick("pg_terminate_backend(pg_backend_pid())", "SLEEP(60) = 0"))
		if !f.postgres() {
			go f.killReader(t, "KILL")
		}
		_, err := f.count(t, query)
		if err == nil || count.IsPermanent(err) {
			t.Errorf("got %v, want a transient failure", err)
		}
	})
}

func grouped(query count.Query, columns ...string) count.Query {
	query.Job.GroupBy = columns
	return query
}

// killReader ends the reader's connection or statement once it is busy.
func (f fixture) killReader(t *testing.T, how string) {
	for range 1000 {
		var id int
		err := f.admin.QueryRowContext(context.WithoutCancel(t.Context()),
			"SELECT id FROM information_schema.processlist WHERE user = 'tally_reader' AND info LIKE '%SLEEP(60)%'").Scan(&id)
		if err == nil {
			f.exec(t, fmt.Sprint(how, " ", id))
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the reader was never busy")
}

// What the database says of a row may quote it, whatever the SQLSTATE.
func testNoData(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE private (word varchar(40), n bigint)", `INSERT INTO private VALUES ('s3cret "hunter" 42', 9007199254740993)`,
		f.pick("CREATE FUNCTION betray(word text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''bad patient %'', word USING ERRCODE = ''42704''; END'",
			"CREATE FUNCTION betray(word text) RETURNS integer BEGIN SIGNAL SQLSTATE '42000' SET MESSAGE_TEXT = word; RETURN 1; END"))
	conditions := []string{
		"word::integer = 1", "word::date > '2022-04-07'", "n::integer = 1", "CAST('{' || word AS json) IS NULL",
		"to_tsquery('simple', word) IS NULL", "current_setting(word) = ''", "betray(word)",
	}
	if !f.postgres() {
		conditions = []string{"EXTRACTVALUE('<a/>', word) = 1", "n * n * n = 1", "EXP(n) > 1", "betray(word) = 1"}
	}
	for _, condition := range conditions {
		lines, err := linesAt(t.Context(), f.server.URL, queryOf("private", "one", "n > 1", "bad", condition))
		if err != nil {
			t.Fatal(err)
		}
		if lines[1].Failure == nil {
			t.Errorf("%s: no failure", condition)
			continue
		}
		for _, secret := range []string{"hunter", "42\"", "9007199254740993", "patient"} {
			if strings.Contains(lines[1].Failure.Error(), secret) {
				t.Errorf("%s: the failure shows the row: %v", condition, lines[1].Failure)
			}
		}
	}
	// An error that a function makes look like the server's own is no different.
	f.exec(t, f.pick("CREATE FUNCTION disguise(word text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''bad patient %'', word USING ERRCODE = ''40001''; END'",
		"CREATE FUNCTION disguise(word text) RETURNS integer BEGIN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = word; RETURN 1; END"))
	if _, err := linesAt(t.Context(), f.server.URL, queryOf("private", "one", "n > 1", "bad", f.pick("disguise(word)", "disguise(word) = 1"))); err == nil ||
		count.IsPermanent(err) || strings.Contains(err.Error(), "hunter") {
		t.Errorf("got %v, want a transient failure that holds no data", err)
	}
	// All of a run's cases may fail, and its error is logged.
	_, err := linesAt(t.Context(), f.server.URL, queryOf("private", "bad", conditions[len(conditions)-1]))
	if err == nil || strings.Contains(err.Error(), "hunter") {
		t.Errorf("got %v", err)
	}
}

// What the database says of a refused statement later on, about something else, is not why it was
// refused.
func testReason(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE reasoned (n integer)", insert("reasoned", "0"))
	to, err := sourceAt(f.server.ReaderURL).findTarget("app")
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]int{}
	to.connector = hook{to.connector, func(text string) string {
		if sent[text]++; sent[text] == 2 && strings.HasPrefix(text, "SELECT COUNT(") { // it is prepared, to know why
			return "SELECT now_it_is_gone"
		}
		return text
	}}
	s, err := open(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	sheet, err := (&run{session: s, query: queryOf("reasoned", "bad", f.pick("1 / n = 1", "(SELECT 1 UNION SELECT 2) = n"), "zero", "n = 0")}).count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := sheet.Lines()[0].Failure; got == nil || got.Code != f.pick("22012", "21000") {
		t.Errorf("the reason is %v", got)
	}
}
