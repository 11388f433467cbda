package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// sqlCases are what is counted.
var sqlCases = []struct{ name, condition string }{
	{"normal", "result = 'normal'"},
	{"caries", "result = 'caries'"},
	{"sure-caries", "result = 'caries' AND confidence >= 0.8"},
	{"fracture", "result = 'fracture'"},
	{"implant", "result = 'implant'"},
	{"unclear", "result = 'unclear'"},
	{"unread", "result IS NULL"},
	{"urgent", "priority >= 4"},
}

const (
	rareCase  = "ticket = 4711"
	dayWindow = "created_at >= '2022-01-05' AND created_at < '2022-01-06'"
)

// slotOf are the slots to run jobs for.
var slotOf = map[string]string{
	"full": "latest", "few": "latest", "groups": "latest", "rare": "latest", "rare-merged": "latest", "rare-of-few": "latest", "day": "2022-01-06T00:00:00Z",
}

// writeFiles writes the jobs, and the SQL files that somebody would write by hand.
func (b sqlBench) writeFiles() error {
	var each, eachOfDay, one, cases, conditions strings.Builder
	for i, c := range sqlCases {
		fmt.Fprintf(&each, "SELECT count(*) FROM scans WHERE %s;\n", c.condition)
		fmt.Fprintf(&eachOfDay, "SELECT count(*) FROM scans WHERE %s AND %s;\n", dayWindow, c.condition)
		fmt.Fprintf(&one, b.engine.countIf+",\n", c.condition)
		fmt.Fprintf(&cases, "      %s: %s\n", c.name, c.condition)
		if i > 0 {
			conditions.WriteString(" OR ")
		}
		conditions.WriteString(c.condition)
	}
	fmt.Fprintf(&one, b.engine.countIf+",\ncount(*)", "("+conditions.String()+") IS NOT TRUE")
	job := func(name, table, more, cases string) string {
		return fmt.Sprintf("  - name: %s\n    schedule: cron(0 0 * * ? *)\n    source: {database: app, table: %s}\n%s    cases:\n%s", name, table, more, cases)
	}
	rare := "      rare: " + rareCase + "\n"
	for name, text := range map[string]string{
		"full-one.sql":  "SELECT " + one.String() + " FROM scans;\n",
		"full-each.sql": each.String(),
		"day-one.sql":   "SELECT " + one.String() + " FROM scans WHERE " + dayWindow + ";\n",
		"day-each.sql":  eachOfDay.String(),
		"rare-one.sql":  "SELECT count(*) FROM scans WHERE " + rareCase + ";\n",
		"jobs.yaml": "timezone: UTC\njobs:\n" +
			job("full", "scans", "", cases.String()) +
			job("few", "few", "", cases.String()) +
			job("groups", "scans", "    group_by: [clinic_id]\n", cases.String()) +
			job("rare", "scans", "    total: false\n", rare) +
			job("rare-merged", "scans", "", rare) +
			job("rare-of-few", "few", "    total: false\n", rare) +
			job("day", "scans", "    window: {span: previous-day, column: created_at, column_timezone: UTC}\n", cases.String()),
	} {
		if err := os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
