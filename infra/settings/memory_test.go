package settings_test

import (
	"fmt"
	"strings"
	"testing"
)

// Synth says which memory the largest job needs; what fits is accepted.
func TestMemoryOfJobs(t *testing.T) {
	cases := func(form string, count int) string {
		var all strings.Builder
		for i := range count {
			fmt.Fprintf(&all, "      c%d: "+form+"\n", i, i)
		}
		return "    cases:\n" + all.String()
	}
	table := func(more string, count int) string {
		return "  - name: tables\n    schedule: cron(0 0 * * ? *)\n    source: {database: app, table: scans}\n" + more + cases("a = %d", count)
	}
	objects := func(more string, count int) string {
		return "  - name: objects\n    schedule: cron(0 0 * * ? *)\n    source: {bucket: logs, prefix: x/, format: jsonl}\n" + more + cases("a == %d", count)
	}
	const groups = "    group_by: [clinic]\n    max_groups: 10000\n"
	for _, test := range []struct {
		name, memory string
		jobs         string
		want         string
	}{
		{"rows, little memory", "memory_mb: 128\n", table("", 200), ""},
		{"10,000 groups of 16 cases, little memory", "memory_mb: 128\n", table(groups, 16), ""},
		{"10,000 groups of 16 cases", "", table(groups, 16), ""},
		{"10,000 groups of 400 cases", "", table(groups, 400),
			"1:1: memory_mb: is 256, and job tables may need 325; write memory_mb: 384, or a smaller max_groups in the job"},
		{"the memory that it says", "memory_mb: 384\n", table(groups, 400), ""},
		{"exactly the memory that it needs", "memory_mb: 325\n", table(groups, 400), ""},
		{"max_groups is not said", "", table("    group_by: [clinic]\n", 400), ""},
		{"records of objects", "", objects(groups, 16), ""},
		{"records of objects, little memory", "memory_mb: 128\n", objects("", 1), "memory_mb: is 128, and job objects may need 208; write memory_mb: 256"},
		{"distinct values of records", "", objects("    distinct: user\n", 8), ""},
		{"distinct values, little memory", "memory_mb: 192\n", objects("    distinct: user\n", 8), "memory_mb: is 192, and job objects may need 240; write memory_mb: 256"},
		{"distinct values of groups", "", objects(groups+"    distinct: user\n", 16), ""},
		{"the largest job counts", "memory_mb: 128\n", table("", 1) + objects("", 1) + table(groups, 16), "job objects may need 208"},
		{"memory that is wrong itself", "memory_mb: 64\n", objects("", 1), "memory_mb: is 64; write a number from 128 to 10240"},
	} {
		t.Run(test.name, func(t *testing.T) {
			jobs := "timezone: UTC\njobs:\n" + strings.Replace(test.jobs, "name: tables", "name: tables-first", strings.Count(test.jobs, "tables")-1)
			_, err := load(t, test.memory+goodEnvironment+"buckets: {logs: acme-logs}\n", jobs)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Count(err.Error(), "memory_mb: is") != 1):
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}
