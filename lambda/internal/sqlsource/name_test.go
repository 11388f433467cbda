package sqlsource

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tally/lambda/job"
)

// FuzzQuote holds quoting against the rule of SQL: a quoted name ends at the first
// quote that is not doubled, which has to be the last character.
func FuzzQuote(f *testing.F) {
	for _, name := range []string{"scans", "", `"`, "`", "``", `a"b`, "a`b", `"; DROP TABLE x; --`, "스캔", "a\x00b", "\\`"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, test := range []struct {
			dialect dialect
			quote   string
		}{{postgres{}, `"`}, {&mySQL{}, "`"}} {
			quoted := quote(test.dialect, name)
			inside, opened := strings.CutPrefix(quoted, test.quote)
			inside, closed := strings.CutSuffix(inside, test.quote)
			if !opened || !closed {
				t.Fatalf("%q is not in quotes: %s", name, quoted)
			}
			if single := strings.ReplaceAll(inside, test.quote+test.quote, ""); strings.Contains(single, test.quote) {
				t.Errorf("%q ends early: %s", name, quoted)
			}
			if back := strings.ReplaceAll(inside, test.quote+test.quote, test.quote); back != name {
				t.Errorf("%q comes back as %q", name, back)
			}
		}
	})
}

// testAnyName gives the server random names, which have to come back as they are.
func testAnyName(t *testing.T, f fixture) {
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("aZ0_ .,;:'\"`\\/*-#%$?@()[]{}<>=|&!~^+\t\n스캔é🦷")
	if !f.postgres() {
		alphabet = alphabet[:len(alphabet)-1] // its names are of the basic plane
	}
	s := f.session(t)
	for range 500 {
		name := make([]rune, 1+r.IntN(12))
		for i := range name {
			name[i] = alphabet[r.IntN(len(alphabet))]
		}
		want := "x" + string(name) + "x" // MariaDB has no blanks at the ends of a name
		if got := s.nameOf(t, quote(s.dialect, want)); got != want {
			t.Errorf("%q comes back as %q", want, got)
		}
	}
}

// nameOf is what the server takes a quoted name for.
func (s *session) nameOf(t *testing.T, quoted string) string {
	t.Helper()
	rows, err := s.sendWithLimit(t.Context(), "SELECT 1 AS "+quoted)
	if err != nil {
		t.Fatalf("%s: %v", quoted, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil || len(columns) != 1 || rows.Err() != nil {
		t.Fatalf("%s: %q, %v, %v", quoted, columns, err, rows.Err())
	}
	return columns[0]
}

// Tables may have blanks, dots and quotes in their names. Schemas may, too.
func testTableNames(t *testing.T, f fixture) {
	schema := f.pick("public", "app")
	for _, table := range []job.Table{{"Order Items"}, {"order.items"}, {`order"` + "`items"}, {schema, "more.order items"}} {
		name := quoteTable(f.session(t).dialect, table)
		f.exec(t, "CREATE TABLE "+name+" (n int)", "INSERT INTO "+name+" VALUES (1), (2), (2)")
		query := queryOf("", "two", "n = 2")
		query.Job.Source.Table = table
		if got := f.mustCount(t, query); got["two"] != 2 || got["total"] != 3 {
			t.Errorf("%s: got %v", name, got)
		}
		problems, err := sourceAt(f.server.ReaderURL).Check(t.Context(), query)
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: the check says %v (%v)", name, problems, err)
		}
	}
}

// A job without cases counts its rows, and those of each group.
func testNoCases(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE no_cases (n int, g varchar(9))", "INSERT INTO no_cases VALUES (1, 'x'), (2, 'x'), (2, 'y')")
	if got := f.mustCount(t, queryOf("no_cases")); len(got) != 1 || got["total"] != 3 {
		t.Errorf("got %v", got)
	}
	query := grouped(queryOf("no_cases"), "g")
	query.Job.Distinct = "n"
	lines, err := linesAt(t.Context(), f.server.ReaderURL, query)
	if err != nil || len(lines) != 3 || lines[0].Count != 2 {
		t.Errorf("got %+v (%v)", lines, err)
	}
	if _, err := f.count(t, queryOf("no_such_table")); err == nil || !strings.Contains(err.Error(), "no_such_table") {
		t.Errorf("got %v", err)
	}
	if problems, err := sourceAt(f.server.ReaderURL).Check(t.Context(), queryOf("no_cases")); err != nil || len(problems) > 0 {
		t.Errorf("the check says %v (%v)", problems, err)
	}
	if explained, err := sourceAt(f.server.ReaderURL).Explain(t.Context(), queryOf("no_cases")); err != nil || len(explained) != 1 || !explained[0].Used {
		t.Errorf("explained as %+v (%v)", explained, err)
	}
}
