package sqlsource

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

// Tables whose engine keeps no snapshots are refused, by their own name and behind
// views, and so is no other.
func testStorage(t *testing.T, f fixture) {
	if f.postgres() {
		return // which has one engine
	}
	f.exec(t, "CREATE DATABASE elsewhere", "GRANT SELECT ON elsewhere.* TO tally_reader",
		"CREATE TABLE inno (n integer)", insert("inno", "1"),
		"CREATE TABLE inno_parts (n integer NOT NULL) PARTITION BY HASH (n) PARTITIONS 2",
		"CREATE TABLE isam (n integer) ENGINE=MyISAM", "CREATE TABLE elsewhere.`is``am` (n integer) ENGINE=MyISAM",
		"CREATE TABLE in_memory (n integer) ENGINE=MEMORY", "CREATE TABLE in_csv (n integer NOT NULL) ENGINE=CSV",
		"CREATE TABLE merged (n integer) ENGINE=MERGE UNION=(isam)",
		"CREATE TABLE "+f.pick("", "aria (n integer) ENGINE=Aria TRANSACTIONAL=1", "aria (n integer) ENGINE=ARCHIVE"),
		"CREATE TABLE isam_parts (n integer NOT NULL) ENGINE="+f.pick("", "MyISAM PARTITION BY HASH (n) PARTITIONS 2", "MyISAM"),
		"CREATE VIEW of_inno AS SELECT n FROM inno", "CREATE VIEW of_nothing AS SELECT 1 AS n",
		"CREATE VIEW of_isam AS SELECT n FROM elsewhere.`is``am`",
		"CREATE VIEW of_view AS SELECT a.n FROM (inno a LEFT JOIN (inno b JOIN of_isam c ON b.n = c.n) ON a.n = b.n)",
		"CREATE VIEW of_union AS SELECT n FROM inno UNION SELECT n FROM inno WHERE n IN (SELECT n FROM isam)")
	for table, engine := range map[string]string{
		"inno": "", "app.inno": "", "inno_parts": "", "of_inno": "", "of_nothing": "",
		"isam": "app.isam has the storage engine MyISAM", "app.isam": "app.isam has the storage engine MyISAM",
		"elsewhere.is`am": "elsewhere.is`am has the storage engine MyISAM",
		"in_memory":       "app.in_memory has the storage engine MEMORY", "in_csv": "engine CSV", "merged": f.pick("", "engine MRG_MyISAM", "engine MRG_MYISAM"),
		"aria": f.pick("", "engine Aria", "engine ARCHIVE"), "isam_parts": "app.isam_parts has the storage engine MyISAM",
		"of_isam": "elsewhere.is`am has the storage engine MyISAM", "of_view": "elsewhere.is`am has the storage engine MyISAM",
		"of_union": "app.isam has the storage engine MyISAM",
	} {
		query := queryOf(table, "one", "n = 1")
		_, err := linesAt(t.Context(), f.server.URL, query) // who sees the definitions of views
		checked := problemsOf(t, f.server.URL, query)
		if engine == "" {
			if err != nil || len(checked) > 0 {
				t.Errorf("%s: got %v and %q", table, err, checked)
			}
			continue
		}
		if !count.IsPermanent(err) || !strings.Contains(err.Error(), engine) || !strings.Contains(err.Error(), "ENGINE=InnoDB") {
			t.Errorf("%s: got %v, want a permanent failure that says %q", table, err, engine)
		}
		if len(checked) != 1 || !strings.HasPrefix(checked[0], "source.table: ") || !strings.Contains(checked[0], engine) {
			t.Errorf("%s: the check says %q, want that %s", table, checked, engine)
		}
	}
	// The reader may not see what a view is. A table without snapshots beside it is a
	// reason to look.
	checked := problemsOf(t, f.server.ReaderURL, queryOf("of_isam", "one", "n = 1"))
	if len(checked) != 1 || !strings.HasPrefix(checked[0], "warning: source.table: what the view app.of_isam reads cannot be seen; ") {
		t.Errorf("a view of the reader: %q", checked)
	}
	if f.server.MariaDB {
		f.exec(t, "CREATE VIEW of_aria AS SELECT n FROM aria")
		query := queryOf("of_aria", "one", "n = 1")
		want := "app.of_aria reads a table whose storage engine keeps no snapshots ("
		if _, err := f.count(t, query); !count.IsPermanent(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("a view of Aria: got %v, want %q", err, want)
		}
		if checked := problemsOf(t, f.server.ReaderURL, query); len(checked) != 1 || !strings.HasPrefix(checked[0], "source.table: ") || !strings.Contains(checked[0], want) {
			t.Errorf("a view of Aria: the check says %q", checked)
		}
	}
	f.exec(t, "CREATE VIEW elsewhere.of_inno AS SELECT n FROM inno", "DROP TABLE elsewhere.`is``am`")
	if checked := problemsOf(t, f.server.ReaderURL, queryOf("elsewhere.of_inno", "one", "n = 1")); len(checked) > 0 {
		t.Errorf("a view without such a table beside it: %q", checked)
	}
}

// problemsOf are what the check of a query finds, as text.
func problemsOf(t *testing.T, url string, query count.Query) (shown []string) {
	t.Helper()
	problems, err := sourceAt(url).Check(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		text := problem.Field + ": " + problem.Err.Error()
		if problem.Warning {
			text = "warning: " + text
		}
		shown = append(shown, text)
	}
	return shown
}

// Types whose values have no text are refused in group_by: MySQL would take their
// groups for NULL.
func testTextless(t *testing.T, f fixture) {
	types := []string{"geometry", "point"}
	switch _, err := f.admin.ExecContext(t.Context(), "CREATE TABLE vectors (v VECTOR(2))"); {
	case f.postgres():
		return // where each type has one
	case err == nil: // MySQL 9
		types = append(types, "vector(2)")
	}
	for _, sqlType := range types {
		f.exec(t, "DROP TABLE IF EXISTS shapes", "CREATE TABLE shapes (v "+sqlType+", n integer)", "CREATE OR REPLACE VIEW shapes_seen AS SELECT v, n FROM shapes")
		for _, table := range []string{"shapes", "shapes_seen"} {
			query := grouped(queryOf(table, "one", "n = 1"), "n", "v")
			_, err := f.count(t, query)
			if !count.IsPermanent(err) || !strings.Contains(err.Error(), "group_by of "+table+": column v: values of type ") {
				t.Errorf("%s: got %v", sqlType, err)
			}
			if checked := problemsOf(t, f.server.ReaderURL, query); len(checked) != 1 || !strings.HasPrefix(checked[0], "group_by[1]: column v: values of type ") {
				t.Errorf("%s: the check says %q", sqlType, checked)
			}
		}
	}
}

// Of every type, a case that each row matches has the distinct values that the database
// counts in the bare column, in one scan and alone, by group and together.
func testDistinctTypes(t *testing.T, f fixture) {
	if !f.postgres() { // where a value that is no member becomes ''
		f.exec(t, "SET GLOBAL sql_mode = ''")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL sql_mode = DEFAULT") })
	}
	admin, err := f.server.Open() // with that mode
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	types := map[string]string{
		"varchar(9)": "'a'|'A'|'a '|'á'|''", "char(3)": "'a'|'A'|'a '|''", "text": "'a'|'A'|'a '|'á'", "date": "'2022-04-07'|'2022-04-08'",
		"numeric(4,2)": "1.5|1.50|0", "double precision": "0.1|0.30000000000000004|0.0|-0.0", "bigint": "1|-9223372036854775808|1",
	}
	if !f.postgres() {
		for sqlType, values := range map[string]string{
			"enum('new','')": "'no member'|''|'new'|'new'", "enum('new','old')": "'no member'|''|'new'", "set('','a')": "''|1|2|'no member'", "set('a','b')": "'a,b'|'b,a'|''",
			"year": "2022|0", "bit(5)": "1|2|1", "float": "0.1|0.10000001", "time(3)": "'01:00:00.1'|'01:00:00.10'|'-01:00:00'",
			"binary(2)": "'a'|'a '", "varbinary(3)": "'a'|'a '|'A'", "blob": "'a'|'a '", "json": "'1'|'1.0'|'{}'|'{ }'",
			"point": "ST_GeomFromText('POINT(1 2)')|ST_GeomFromText('POINT(1 3)')", "timestamp(6) NULL": "'2022-04-07 00:00:00.000001'|'2022-04-07 00:00:00.000002'",
		} {
			types[sqlType] = values
		}
	}
	for sqlType, values := range types {
		for _, statement := range []string{
			"DROP TABLE IF EXISTS varied", "CREATE TABLE varied (v " + sqlType + ", g integer)",
			"INSERT INTO varied VALUES (" + strings.ReplaceAll(values+"|NULL", "|", ", 1), (") + ", 1)",
		} {
			if _, err := admin.ExecContext(t.Context(), statement); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		var native int64
		if err := admin.QueryRowContext(t.Context(), "SELECT COUNT(DISTINCT v) FROM varied").Scan(&native); err != nil {
			t.Fatal(err)
		}
		query := queryOf("varied", "all", "g = 1")
		query.Job.Distinct = "v"
		alone := query
		alone.Job.Total = new(false)
		want := map[string]int64{"all": native, "other": 0, "total": native}
		for name, query := range map[string]count.Query{"together": query, "alone": alone, "by group": grouped(query, "g"), "alone by group": grouped(alone, "g")} {
			wanted := want
			if query.Job.Total != nil {
				wanted = map[string]int64{"all": native}
			}
			if difference := cmp.Diff(wanted, f.mustCount(t, query)); difference != "" {
				t.Errorf("%s, %s: counts (-want +got):\n%s", sqlType, name, difference)
			}
		}
	}
}

// A user who may read some columns only counts in them.
func testColumnRights(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE partly (id integer, at "+f.pick("timestamp", "datetime")+", n integer, private integer)",
		"INSERT INTO partly VALUES (1, '2022-04-07 01:00:00', 1, 7), (2, '2022-04-07 02:00:00', 2, 8), (3, '2022-04-08 00:00:00', 1, 9)")
	url, on := mustURL(f.server.ReaderURL), "partly"
	if f.postgres() {
		f.exec(t, "REVOKE ALL ON partly FROM tally_reader", "GRANT SELECT (id, at, n) ON partly TO tally_reader")
	} else { // whose reader may read each table
		url.User = mustURL("mysql://partial:p@h/").User
		f.exec(t, "CREATE USER partial IDENTIFIED BY 'p'", "GRANT SELECT (id, at, n) ON app.partly TO partial")
	}
	query := within(queryOf(on, "one", "n = 1", "two", "n = 2"), "at", zone(t, "UTC"), at("2022-04-07T00:00:00Z"), at("2022-04-08T00:00:00Z"))
	distinct := grouped(query, "n")
	distinct.Job.Distinct = "id"
	alone := query
	alone.Job.Total = new(false)
	for name, query := range map[string]count.Query{"together": query, "distinct by group": distinct, "alone": alone} {
		result, err := sourceAt(url.String()).Count(t.Context(), query)
		if err != nil || result.Counts[0].Count != 1 || result.Counts[1].Count != 1 {
			t.Errorf("%s: counted %+v (%v)", name, result.Counts, err)
		}
		warned := strings.Join(result.Warnings, "\n")
		if f.postgres() != strings.HasPrefix(warned, "partly is read without LOCK TABLE") {
			t.Errorf("%s: warnings are %q", name, result.Warnings)
		}
		var want []string
		if f.postgres() {
			want = []string{"warning: source.table: " + warned}
		}
		if difference := cmp.Diff(want, problemsOf(t, url.String(), query)); difference != "" {
			t.Errorf("%s: the check (-want +got):\n%s", name, difference)
		}
		if _, err := sourceAt(url.String()).Explain(t.Context(), query); err != nil {
			t.Errorf("%s: explain: %v", name, err)
		}
	}
	// What may not be read fails alone, and in the check as in the run.
	private := queryOf(on, "one", "n = 1", "secret", "private = 7")
	lines, err := linesAt(t.Context(), url.String(), private)
	denied := f.pick("42501", "42000")
	if err != nil || lines[0].Count != 2 || lines[1].Failure == nil || lines[1].Failure.Code != denied {
		t.Errorf("a column that may not be read: %+v (%v)", lines, err)
	}
	if checked := strings.Join(problemsOf(t, url.String(), private), "\n"); !strings.Contains(checked, "cases.secret: ") || strings.Contains(checked, "cases.one") {
		t.Errorf("the check says %q", checked)
	}
	f.exec(t, f.pick("REVOKE ALL (id, at, n) ON partly FROM tally_reader", "REVOKE SELECT (id, at, n) ON app.partly FROM partial"),
		f.pick("SELECT 1", "CREATE TABLE another (n integer)"), f.pick("SELECT 1", "GRANT SELECT ON app.another TO partial"))
	var failure *count.Failure
	if _, err := linesAt(t.Context(), url.String(), query); !errors.As(err, &failure) || !failure.Permanent || failure.Code != denied {
		t.Errorf("no right at all: got %v", err)
	}
}
