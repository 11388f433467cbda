package local_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/test/local"
)

// athena stands in for Athena: PostgreSQL holds the tables as the strict reader read
// them, the view and a few of Presto's functions. So the SQL runs, and its answers can
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
		"string": "text", "bigint": "bigint", "double": "double precision", "boolean": "boolean", "map<string,string>": "jsonb", "array<string>": "text[]",
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
	for name := range a.catalog.Tables {
		a.createTable(t, name)
		for _, row := range readTable(t, system, name) {
			a.insert(t, name, row)
		}
	}
	a.exec(t, "CREATE VIEW counts_latest AS "+a.catalog.View.SQL)
	return a
}

// readTable reads every object of a table by its definition.
func readTable(t *testing.T, system *local.System, name string) []tableRow {
	t.Helper()
	reader, err := newTableReader(system.Catalog.Tables[name], system.Bucket, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := system.S3.Keys(system.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	var all []tableRow
	for _, key := range keys {
		if !strings.HasPrefix(key, name+"/") {
			continue
		}
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

func (a *athena) columns(name string) []local.Column {
	table := a.catalog.Tables[name]
	return append(slices.Clone(table.Columns), table.Partition)
}

func (a *athena) createTable(t *testing.T, name string) {
	t.Helper()
	var columns []string
	for _, column := range a.columns(name) {
		columns = append(columns, fmt.Sprintf("%q %s", column.Name, hiveInPostgres[column.Type]))
	}
	a.exec(t, "CREATE TABLE "+name+" ("+strings.Join(columns, ", ")+")")
}

func (a *athena) insert(t *testing.T, name string, row tableRow) {
	t.Helper()
	var places []string
	var values []any
	for i, column := range a.columns(name) {
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
	a.exec(t, "INSERT INTO "+name+" VALUES ("+strings.Join(places, ", ")+")", values...)
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
