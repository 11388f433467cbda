package athenasource

import (
	"strings"
	"testing"
)

const events = `CREATE TABLE events (kind varchar, person varchar, amount integer, event_time timestamp(3), dt varchar) PARTITION BY LIST (dt)`

// startEvents starts a lake with a table that is partitioned by the day in Seoul.
func startEvents(t *testing.T) *lake {
	t.Helper()
	l := startLake(t)
	l.exec(t, events,
		"CREATE TABLE events_06 PARTITION OF events FOR VALUES IN ('2022-04-06')",
		"CREATE TABLE events_07 PARTITION OF events FOR VALUES IN ('2022-04-07')",
		`INSERT INTO events VALUES
			('click', 'a', 1, '2022-04-06 23:59:59.999', '2022-04-06'), ('click', 'a', 1, '2022-04-07 00:00:00', '2022-04-07'),
			('click', 'b', 2, '2022-04-07 12:00:00', '2022-04-07'), ('view', 'b', NULL, '2022-04-07 23:59:59.999', '2022-04-07'),
			(NULL, 'c', 5, '2022-04-07 08:00:00', '2022-04-07'), ('', 'c', 5, '2022-04-07 08:00:00', '2022-04-07')`)
	return l
}

const clicks = `    source: {athena: lake, table: events, partitions: {dt: "{yyyy}-{MM}-{dd}"}, partition_timezone: Asia/Seoul}
    window: {span: previous-day, column: event_time, column_timezone: Asia/Seoul}
    cases: {clicks: kind = 'click', large: amount > 1}
`

func TestWhatIsCounted(t *testing.T) {
	l := startEvents(t)
	for _, test := range []struct{ name, job, want string }{
		{"cases, other and total", clicks, "clicks 2, large 3, other 1, total 5"},
		{"overlap", clicks + "    exclusive: true\n", "clicks 2, large 3, other 1, total 5, overlap 1"},
		{"distinct values", clicks + "    distinct: person\n", "clicks 2, large 2, other 1, total 3"},
		{"groups, of which NULL is not the empty one", strings.Replace(clicks, "large: amount > 1", "large: amount > 2", 1) + "    group_by: [kind]\n",
			"clicks 2, large 2, other 1, total 5, " +
				"kind=: clicks 0, kind=: large 1, kind=: other 0, kind=: total 1, kind=click: clicks 2, kind=click: large 0, kind=click: other 0, kind=click: total 2, " +
				"kind=view: clicks 0, kind=view: large 0, kind=view: other 1, kind=view: total 1, kind=NULL: clicks 0, kind=NULL: large 1, kind=NULL: other 0, kind=NULL: total 1"},
		{"groups of distinct values", strings.Replace(clicks, ", large: amount > 1", "", 1) + "    group_by: [kind]\n    distinct: person\n",
			"clicks 2, other 2, total 3, kind=: clicks 0, kind=: other 1, kind=: total 1, kind=click: clicks 2, kind=click: other 0, kind=click: total 2, " +
				"kind=view: clicks 0, kind=view: other 1, kind=view: total 1, kind=NULL: clicks 0, kind=NULL: other 1, kind=NULL: total 1"},
		{"the current state", "    source: {athena: lake, table: events}\n    cases: {clicks: kind = 'click'}\n", "clicks 3, other 3, total 6"},
		{"no cases", "    source: {athena: lake, table: events}\n", "total 6"},
		{"a comment at the end of a condition", strings.Replace(clicks, "{clicks: kind = 'click', ", "{clicks: \"kind = 'click' -- of the mouse\", ", 1), "clicks 2, large 3, other 1, total 5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(l.paid())
			got, result := counted(t, l.source(), queryOf(t, jobOf(t, test.job)))
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			paid := l.paid()[before:]
			if len(paid) != 1 || paid[0].ID != result.QueryID || paid[0].Bytes != result.BytesScanned || paid[0].Scans != 1 {
				t.Errorf("the record says query %s read %d bytes; paid were %+v", result.QueryID, result.BytesScanned, paid)
			}
		})
	}
}

// A result of more rows than fit into a page is read to its end.
func TestResultsOfManyPages(t *testing.T) {
	l := startEvents(t)
	l.exec(t, "INSERT INTO events SELECT 'k' || n, 'p', 1, '2022-04-07 10:00:00', '2022-04-07' FROM generate_series(1, 2500) n")
	_, result := counted(t, l.source(), queryOf(t, jobOf(t, clicks+"    group_by: [kind]\n    max_groups: 3000\n")))
	if groups := len(result.Counts)/4 - 1; groups != 2504 || result.Counts[3].Count != 2505 {
		t.Errorf("%d groups with %d rows in all", groups, result.Counts[3].Count)
	}
}
