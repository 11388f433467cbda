package sqlsource

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

func testCases(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE scans (id integer, result varchar(20), confidence numeric(3,2))",
		`INSERT INTO scans VALUES
			(1, 'normal', 0.10), (2, 'normal', NULL), (3, 'caries', 0.80), (4, 'caries', 0.79), (5, 'caries', NULL),
			(6, NULL, 0.90), (7, NULL, NULL), (8, 'fracture', 0.50)`)
	query := queryOf("scans",
		"unread", "result IS NULL",
		"normal", "result = 'normal'",
		"sure", "confidence >= 0.8",
		"sure-caries", "result = 'caries' AND confidence >= 0.8",
		"crown", "result = 'crown'",
		"unknown", "NULL = 1",
	)
	lines, err := linesAt(t.Context(), f.server.ReaderURL, query)
	if err != nil {
		t.Fatal(err)
	}
	// Rows 4, 5 and 8 match none: for row 5 "sure" is NULL.
	want := []count.CaseCount{
		{Case: "unread", Count: 2}, {Case: "normal", Count: 2}, {Case: "sure", Count: 2}, {Case: "sure-caries", Count: 1},
		{Case: "crown", Count: 0}, {Case: "unknown", Count: 0}, {Case: "other", Count: 3}, {Case: "total", Count: 8},
	}
	if difference := cmp.Diff(want, lines); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}

func testEmptyTable(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE no_rows (n integer)")
	got := f.mustCount(t, queryOf("no_rows", "one", "n = 1", "null", "n IS NULL"))
	if difference := cmp.Diff(map[string]int64{"one": 0, "null": 0, "other": 0, "total": 0}, got); difference != "" {
		t.Errorf("counts (-want +got):\n%s", difference)
	}
}

func testNames(t *testing.T, f fixture) {
	d := f.session(t).dialect
	for _, name := range []string{"Scans", "order", "스캔-2", `"`, "`", `a"b` + "`c''", "%s", "a b", `back\slash`} {
		t.Run(name, func(t *testing.T) {
			table, column := quote(d, name+"t"), quote(d, name+"c")
			f.exec(t, "CREATE TABLE "+table+" ("+column+" "+f.pick("timestamptz", "timestamp")+")",
				insert(table, "'2022-04-07 00:00:00'", "'2022-04-07 12:00:00'", "'2022-04-08 00:00:00'"))
			query := within(queryOf(name+"t", "noon", column+" = '2022-04-07 12:00:00'"), name+"c", nil,
				at("2022-04-07T00:00:00Z"), at("2022-04-08T00:00:00Z"))
			if difference := cmp.Diff(map[string]int64{"noon": 1, "other": 1, "total": 2}, f.mustCount(t, query)); difference != "" {
				t.Errorf("counts (-want +got):\n%s", difference)
			}
		})
	}
	t.Run("qualified, and a view", func(t *testing.T) {
		schema := "app"
		if f.postgres() {
			schema = "Sales"
			f.exec(t, `CREATE SCHEMA "Sales"`)
		}
		f.exec(t, "CREATE TABLE "+quote(d, schema)+".base (n integer)", insert(quote(d, schema)+".base", "1", "2"),
			"CREATE VIEW "+quote(d, schema)+"."+quote(d, "Seen")+" AS SELECT n FROM "+quote(d, schema)+".base WHERE n > 1")
		got := f.mustCount(t, queryOf(schema+".Seen", "two", "n = 2"))
		if difference := cmp.Diff(map[string]int64{"two": 1, "other": 0, "total": 1}, got); difference != "" {
			t.Errorf("counts (-want +got):\n%s", difference)
		}
	})
}
