package local_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/test/local"
)

// athena stands in for Athena: PostgreSQL holds the table as the strict reader read
// it, the view and a few of Presto's functions. So the SQL runs, and its answers can
// be checked. What it does not prove: that Athena's own parser, planner and JSON
// reader do the same; the SQL keeps to what both engines have in common, plus the
// functions below.
type athena struct {
	db      *sql.DB
	catalog local.Catalog
}

// prestoFunctions are those that the view and the saved queries use and PostgreSQL
// lacks (Trino documentation, date and time, map, and JSON functions).
const prestoFunctions = `
	CREATE FUNCTION from_iso8601_timestamp(text) RETURNS timestamptz LANGUAGE sql AS 'SELECT $1::timestamptz';
	CREATE FUNCTION date_diff(text, timestamptz, timestamptz) RETURNS bigint LANGUAGE sql AS
		$$SELECT CASE $1 WHEN 'second' THEN trunc(extract(epoch FROM $3 - $2))::bigint END$$;
	CREATE FUNCTION cardinality(jsonb) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM jsonb_object_keys($1)';
	CREATE FUNCTION element_at(jsonb, text) RETURNS text LANGUAGE sql AS 'SELECT $1 ->> $2';
	CREATE FUNCTION json_format(json) RETURNS text LANGUAGE sql AS $$SELECT replace($1::text, '": ', '":')$$;`

// The engines' names of types.
var (
	hiveInPostgres = map[string]string{
		"string": "text", "bigint": "bigint", "boolean": "boolean", "map<string,string>": "jsonb", "array<string>": "text[]",
	}
	prestoInPostgres = map[string]string{
		"varchar": "text", "bigint": "bigint", "boolean": "boolean", "map(varchar,varchar)": "jsonb",
		"timestamp": "timestamp without time zone", "array(varchar)": "ARRAY",
	}
)

// startAthena loads what is stored in the results bucket.
func startAthena(t *testing.T, system *local.System) *athena {
	t.Helper()
	db, err := system.Database.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	a := &athena{db: db, catalog: system.Catalog}
	a.exec(t, prestoFunctions)
	a.createTable(t)
	for _, row := range readTable(t, system) {
		a.insert(t, row)
	}
	a.exec(t, "CREATE VIEW counts_latest AS "+a.catalog.View.SQL)
	return a
}

// readTable reads every object of the bucket by the table's definition.
func readTable(t *testing.T, system *local.System) []tableRow {
	t.Helper()
	reader, err := newTableReader(system.Catalog.Table, system.Bucket, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := system.S3.Keys(system.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	var all []tableRow
	for _, key := range keys {
		content, err := system.S3.Object(system.Bucket, key)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := reader.read(key, content)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}

func (a *athena) exec(t *testing.T, statement string, values ...any) {
	t.Helper()
	if _, err := a.db.ExecContext(t.Context(), statement, values...); err != nil {
		t.Fatalf("%v in\n%s", err, statement)
	}
}

func (a *athena) columns() []local.Column {
	return append(a.catalog.Table.Columns[:len(a.catalog.Table.Columns):len(a.catalog.Table.Columns)], a.catalog.Table.Partition)
}

func (a *athena) createTable(t *testing.T) {
	t.Helper()
	var columns []string
	for _, column := range a.columns() {
		columns = append(columns, fmt.Sprintf("%q %s", column.Name, hiveInPostgres[column.Type]))
	}
	a.exec(t, "CREATE TABLE counts ("+strings.Join(columns, ", ")+")")
}

func (a *athena) insert(t *testing.T, row tableRow) {
	t.Helper()
	var places []string
	var values []any
	for i, column := range a.columns() {
		value := row[column.Name]
		if groups, isMap := value.(map[string]*string); isMap {
			text, err := json.Marshal(groups)
			if err != nil {
				t.Fatal(err)
			}
			value = string(text)
		}
		places = append(places, fmt.Sprintf("$%d", i+1))
		values = append(values, value)
	}
	a.exec(t, "INSERT INTO counts VALUES ("+strings.Join(places, ", ")+")", values...)
}

// ask runs a query as Athena does with execution parameters, which stand for ? in
// order, and returns its lines, cells parted by |. NULL is empty.
func (a *athena) ask(t *testing.T, query string, parameters ...any) []string {
	t.Helper()
	for i := range parameters {
		query = strings.Replace(query, "?", fmt.Sprintf("$%d", i+1), 1)
	}
	rows, err := a.db.QueryContext(t.Context(), query, parameters...)
	if err != nil {
		t.Fatalf("%v in\n%s", err, query)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		cells := make([]sql.NullString, len(names))
		into := make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(names))
		for i, cell := range cells {
			texts[i] = cell.String
		}
		lines = append(lines, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
