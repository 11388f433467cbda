package job

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// queueKind is a kind of source that only this test knows: tables called queue:… are
// of it.
var queueKind = sourceKind{
	kind:    "queue",
	has:     func(s Source) bool { return strings.HasPrefix(s.Table.String(), "queue:") },
	key:     func(s Source) string { return strings.TrimPrefix(s.Table.String(), "queue:") },
	keys:    "a table that starts with queue:",
	example: "{table: queue:orders}",
	check: func(j *Job, report report) {
		if j.Window != nil {
			report("window", "is not for queues; leave it out")
		}
	},
	memory: func(Job) (int, int) { return 1, 2 },
}

func TestSourceKindsComeFromTheTable(t *testing.T) {
	notDatabase := databaseKind
	notDatabase.has = func(s Source) bool { return s.Database != "" }
	table := []sourceKind{notDatabase, bucketKind, queueKind}
	for _, test := range []struct {
		name      string
		job       Job
		kind, key string
		want      []string // that is reported
	}{
		{"a queue", Job{Source: Source{Table: Table{"queue:orders"}}}, "queue", "orders", nil},
		{"a queue with a window", Job{Source: Source{Table: Table{"queue:orders"}}, Window: &Window{}}, "queue", "orders",
			[]string{"window: is not for queues; leave it out"}},
		{"a database", Job{Source: Source{Database: "app", Table: Table{"orders"}}}, "database", "app", nil},
		{"both", Job{Source: Source{Database: "app", Table: Table{"queue:orders"}}}, "queue", "orders",
			[]string{"source: names a database and a queue; write either database and table, or a table that starts with queue:"}},
		{"nothing", Job{}, "database", "",
			[]string{"source: names nothing; write {database: app, table: scans} or {bucket: logs, prefix: orders/} or {table: queue:orders}"}},
	} {
		var reported []string
		test.job.checkSource(table, func(field, format string, args ...any) {
			reported = append(reported, field+": "+fmt.Sprintf(format, args...))
		})
		if !slices.Equal(reported, test.want) {
			t.Errorf("%s: reported %q, want %q", test.name, reported, test.want)
		}
		found := kindOf(table, test.job.Source)
		if key := found.key(test.job.Source); string(found.kind) != test.kind || key != test.key {
			t.Errorf("%s: is the %s %q, want the %s %q", test.name, found.kind, key, test.kind, test.key)
		}
	}
}
