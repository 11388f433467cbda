package sqlsource

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

const visitRows = `INSERT INTO visits VALUES
	('a', 1, 10, 'x'), ('a', 1, 10, 'y'), ('a', NULL, 11, 'x'), ('a', NULL, NULL, NULL),
	(NULL, 1, 10, 'x'), (NULL, NULL, 12, 'y'), ('', 2, 12, 'z'), ('스캔', 2, 13, 'z')`

func testGroups(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE visits (clinic varchar(20), room integer, patient integer, result varchar(5))", visitRows)
	byClinic := queryOf("visits", "x", "result = 'x'", "y", "result = 'y'")
	byClinic.Job.GroupBy = []string{"clinic"}
	distinct := byClinic
	distinct.Job.Distinct = "patient"
	byRoom := byClinic
	byRoom.Job.GroupBy = []string{"clinic", "room"}
	distinctByRoom := byRoom
	distinctByRoom.Job.Distinct = "patient"
	alone := byClinic
	alone.Job.Total = new(false)
	aloneDistinct := distinct
	aloneDistinct.Job.Total = new(false)
	exclusive := queryOf("visits", "x", "result = 'x'", "first", "room = 1", "tenth", "patient = 10")
	exclusive.Job.Exclusive, exclusive.Job.GroupBy, exclusive.Job.Distinct = true, []string{"clinic"}, "patient"

	for _, test := range []struct {
		name  string
		query count.Query
		want  string
	}{
		{"rows", byClinic, `
			x: 3|y: 2|other: 3|total: 8
			[clinic=] x: 0|[clinic=] y: 0|[clinic=] other: 1|[clinic=] total: 1
			[clinic=a] x: 2|[clinic=a] y: 1|[clinic=a] other: 1|[clinic=a] total: 4
			[clinic=스캔] x: 0|[clinic=스캔] y: 0|[clinic=스캔] other: 1|[clinic=스캔] total: 1
			[clinic=NULL] x: 1|[clinic=NULL] y: 1|[clinic=NULL] other: 0|[clinic=NULL] total: 2`},
		// Patient 10 is in two clinics, so the clinics' numbers do not add up; NULL is no patient.
		{"distinct values", distinct, `
			x: 2|y: 2|other: 2|total: 4
			[clinic=] x: 0|[clinic=] y: 0|[clinic=] other: 1|[clinic=] total: 1
			[clinic=a] x: 2|[clinic=a] y: 1|[clinic=a] other: 0|[clinic=a] total: 2
			[clinic=스캔] x: 0|[clinic=스캔] y: 0|[clinic=스캔] other: 1|[clinic=스캔] total: 1
			[clinic=NULL] x: 1|[clinic=NULL] y: 1|[clinic=NULL] other: 0|[clinic=NULL] total: 2`},
		{"two columns", byRoom, `
			x: 3|y: 2|other: 3|total: 8
			[clinic= room=2] x: 0|[clinic= room=2] y: 0|[clinic= room=2] other: 1|[clinic= room=2] total: 1
			[clinic=a room=1] x: 1|[clinic=a room=1] y: 1|[clinic=a room=1] other: 0|[clinic=a room=1] total: 2
			[clinic=a room=NULL] x: 1|[clinic=a room=NULL] y: 0|[clinic=a room=NULL] other: 1|[clinic=a room=NULL] total: 2
			[clinic=스캔 room=2] x: 0|[clinic=스캔 room=2] y: 0|[clinic=스캔 room=2] other: 1|[clinic=스캔 room=2] total: 1
			[clinic=NULL room=1] x: 1|[clinic=NULL room=1] y: 0|[clinic=NULL room=1] other: 0|[clinic=NULL room=1] total: 1
			[clinic=NULL room=NULL] x: 0|[clinic=NULL room=NULL] y: 1|[clinic=NULL room=NULL] other: 0|[clinic=NULL room=NULL] total: 1`},
		{"distinct values of two columns", distinctByRoom, `
			x: 2|y: 2|other: 2|total: 4
			[clinic= room=2] x: 0|[clinic= room=2] y: 0|[clinic= room=2] other: 1|[clinic= room=2] total: 1
			[clinic=a room=1] x: 1|[clinic=a room=1] y: 1|[clinic=a room=1] other: 0|[clinic=a room=1] total: 1
			[clinic=a room=NULL] x: 1|[clinic=a room=NULL] y: 0|[clinic=a room=NULL] other: 0|[clinic=a room=NULL] total: 1
			[clinic=스캔 room=2] x: 0|[clinic=스캔 room=2] y: 0|[clinic=스캔 room=2] other: 1|[clinic=스캔 room=2] total: 1
			[clinic=NULL room=1] x: 1|[clinic=NULL room=1] y: 0|[clinic=NULL room=1] other: 0|[clinic=NULL room=1] total: 1
			[clinic=NULL room=NULL] x: 0|[clinic=NULL room=NULL] y: 1|[clinic=NULL room=NULL] other: 0|[clinic=NULL room=NULL] total: 1`},
		// Groups that match no case are not seen.
		{"total: false", alone, `
			x: 3|y: 2
			[clinic=a] x: 2|[clinic=a] y: 1
			[clinic=NULL] x: 1|[clinic=NULL] y: 1`},
		{"total: false, distinct values", aloneDistinct, `
			x: 2|y: 2
			[clinic=a] x: 2|[clinic=a] y: 1
			[clinic=NULL] x: 1|[clinic=NULL] y: 1`},
		// Overlap counts rows, whatever the cases count.
		{"exclusive", exclusive, `
			x: 2|first: 1|tenth: 1|other: 2|total: 4|overlap: 3
			[clinic=] x: 0|[clinic=] first: 0|[clinic=] tenth: 0|[clinic=] other: 1|[clinic=] total: 1|[clinic=] overlap: 0
			[clinic=a] x: 2|[clinic=a] first: 1|[clinic=a] tenth: 1|[clinic=a] other: 0|[clinic=a] total: 2|[clinic=a] overlap: 2
			[clinic=스캔] x: 0|[clinic=스캔] first: 0|[clinic=스캔] tenth: 0|[clinic=스캔] other: 1|[clinic=스캔] total: 1|[clinic=스캔] overlap: 0
			[clinic=NULL] x: 1|[clinic=NULL] first: 1|[clinic=NULL] tenth: 1|[clinic=NULL] other: 1|[clinic=NULL] total: 2|[clinic=NULL] overlap: 1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := strings.FieldsFunc(strings.ReplaceAll(test.want, "\t", ""), func(r rune) bool { return r == '\n' || r == '|' })
			if difference := cmp.Diff(want, f.lines(t, test.query)); difference != "" {
				t.Errorf("lines (-want +got):\n%s", difference)
			}
		})
	}
	t.Run("no rows", func(t *testing.T) {
		for _, query := range []count.Query{byRoom, distinctByRoom} {
			query.Job.Cases = queryOf("", "none", "1 = 2").Job.Cases
			query.Job.Source.Table = job.Table{"no_visits"}
			f.exec(t, "DROP TABLE IF EXISTS no_visits", "CREATE TABLE no_visits (clinic integer, room integer, patient integer)")
			if difference := cmp.Diff([]string{"none: 0", "other: 0", "total: 0"}, f.lines(t, query)); difference != "" {
				t.Errorf("lines (-want +got):\n%s", difference)
			}
		}
	})
}

// Values of every type come as a text of their own.
func testGroupTypes(t *testing.T, f fixture) {
	for _, test := range []struct{ sqlType, values, want string }{
		{"integer", "1|-2", "-2 1"},
		{"numeric(5,2)", "1.50|-0.01", "-0.01 1.50"},
		{f.pick("boolean", "boolean"), "true|false", f.pick("false true", "0 1")},
		{"date", "'2022-04-07'", "2022-04-07"},
		{f.pick("timestamptz", "timestamp(3) NULL"), "'2022-04-07 14:55:00.5'", f.pick("2022-04-07 14:55:00.5+00", "2022-04-07 14:55:00.500")},
		{f.pick("timestamp", "datetime"), "'2022-04-07 23:55:00'", "2022-04-07 23:55:00"},
		{f.pick("real", "float"), "0.1|0.10000001", f.pick("0.1 0.10000001", "0.10000000149011612 0.10000000894069672")},
		{f.pick("double precision", "double"), "0.1|0.30000000000000004", "0.1 0.30000000000000004"},
		{f.pick("bytea", "varbinary(4)"), f.pick(`'\xff00'`, "x'ff00'"), f.pick(`\xff00`, "ff00")},
		{f.pick("uuid", "binary(2)"), f.pick("'00000000-0000-0000-0000-0000000000ff'", "x'00ff'"), f.pick("00000000-0000-0000-0000-0000000000ff", "00ff")},
		{f.pick("bit(3)", "bit(3)"), f.pick("B'101'", "b'101'"), f.pick("101", "5")},
		{f.pick("text", "text"), "'a'|'b'", "a b"},
		{"char(3)", "'a'|'bcd'", "a bcd"},
	} {
		t.Run(test.sqlType, func(t *testing.T) {
			f.exec(t, "DROP TABLE IF EXISTS typed", "CREATE TABLE typed (v "+test.sqlType+")", insert("typed", strings.Split(test.values+"|NULL", "|")...))
			for _, distinct := range []string{"", "v"} {
				query := queryOf("typed", "any", "1 = 1")
				query.Job.GroupBy, query.Job.Distinct = []string{"v"}, distinct
				var got []string
				for _, line := range f.lines(t, query) {
					if value, found := strings.CutPrefix(line, "[v="); found && strings.HasSuffix(value, "] total: "+f.pickDistinct(distinct, value)) {
						got = append(got, strings.Split(value, "]")[0])
					}
				}
				want := test.want + " NULL"
				if strings.Join(got, " ") != want {
					t.Errorf("distinct %q: groups are %q, want %q", distinct, strings.Join(got, " "), want)
				}
			}
		})
	}
}

// pickDistinct is the total of a group of one row: NULL is no distinct value.
func (f fixture) pickDistinct(distinct, value string) string {
	if distinct != "" && strings.HasPrefix(value, "NULL]") {
		return "0"
	}
	return "1"
}

func testMaxGroups(t *testing.T, f fixture) {
	var numbers []string
	for n := range 1001 {
		numbers = append(numbers, fmt.Sprint(n))
	}
	f.exec(t, "CREATE TABLE crowd (n integer)", insert("crowd", numbers...))
	for _, distinct := range []string{"", "n"} {
		query := queryOf("crowd", "any", "1 = 1")
		query.Job.GroupBy, query.Job.Distinct = []string{"n"}, distinct
		_, err := f.count(t, query)
		if !count.IsPermanent(err) || !strings.Contains(err.Error(), "group_by n has more than 1000 groups; write a larger max_groups in job daily") {
			t.Errorf("got %v, want a permanent failure", err)
		}
		query.Job.MaxGroups = 1001
		if got := len(f.lines(t, query)); got != 1002*3 {
			t.Errorf("with max_groups: 1001 there are %d lines, want %d", got, 1002*3)
		}
	}
}
