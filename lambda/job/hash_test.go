package job_test

import (
	"regexp"
	"strings"
	"testing"
)

const hashed = `timezone: Asia/Seoul
jobs:
  - name: scans
    description: Scans read today
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}
    cases:
      normal: result = 'normal'
      caries: result = 'caries'
  - name: orders
    schedule: cron(5 0 * * ? *)
    schedule_timezone: Asia/Seoul
    source: {database: app, table: orders}
    cases: {paid: status = 'paid'}
`

func TestSHA256ChangesWithTheJobOnly(t *testing.T) {
	const orders = "  - name: orders\n    schedule: cron(5 0 * * ? *)\n    schedule_timezone: Asia/Seoul\n    source: {database: app, table: orders}\n    cases: {paid: status = 'paid'}\n"
	for _, test := range []struct {
		name, old, new string
		scans, orders  bool // whose hash changes
	}{
		{"nothing", "", "", false, false},
		{"job added", "jobs:\n", "jobs:\n  - {name: more, schedule: cron(0 1 * * ? *), source: {database: app, table: a}, cases: {b: c}}\n", false, false},
		{"order of jobs", hashed, strings.Replace(strings.Replace(hashed, orders, "", 1), "jobs:\n", "jobs:\n"+orders, 1), false, false},
		{"comment", "    cases:\n", "    cases: # by result\n", false, false},
		{"style", "{paid: status = 'paid'}", "\n      paid: \"status = 'paid'\"", false, false},
		{"label", "name: scans\n", "name: scans\n    label: 오늘의 스캔\n", false, false},
		{"timezone said by the job", "name: scans\n", "name: scans\n    timezone: Asia/Seoul\n", false, false},

		{"timezone of the file", "timezone: Asia/Seoul", "timezone: Asia/Tokyo", true, true},
		{"timezone of the job", "name: scans\n", "name: scans\n    timezone: UTC\n", true, false},
		{"name", "name: scans", "name: scan", true, false},
		{"description", "Scans read today", "Scans", true, false},
		{"schedule", "55 14", "54 14", true, false},
		{"schedule_timezone", "schedule_timezone: Asia/Seoul", "schedule_timezone: Asia/Tokyo", false, true},
		{"schedule_timezone removed", "    schedule_timezone: Asia/Seoul\n", "", false, true},
		{"database", "database: app, table: scans", "database: shop, table: scans", true, false},
		{"table", "table: scans", "table: scan", true, false},
		{"span", "day-to-date", "previous-day", true, false},
		{"column", "created_at", "updated_at", true, false},
		{"column_timezone", "column_timezone: Asia/Seoul", "column_timezone: UTC", true, false},
		{"window removed", "    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}\n", "", true, false},
		{"condition", "result = 'caries'", "result = 'Caries'", true, false},
		{"case", "caries: result", "decay: result", true, false},
		{"case added", "    cases:\n", "    cases:\n      unread: result IS NULL\n", true, false},
		{"order of cases", "      normal: result = 'normal'\n      caries: result = 'caries'\n", "      caries: result = 'caries'\n      normal: result = 'normal'\n", true, false},
		{"group_by", "    cases:\n", "    group_by: [clinic]\n    cases:\n", true, false},
		{"distinct", "    cases:\n", "    distinct: patient\n    cases:\n", true, false},
		{"exclusive", "    cases:\n", "    exclusive: true\n    cases:\n", true, false},
		{"total", "    cases:\n", "    total: false\n    cases:\n", true, false},
		{"column_type", ", column_timezone: Asia/Seoul", ", column_type: epoch_seconds", true, false},
		{"condition of the other job", "'paid'", "'PAID'", false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(hashed, test.old) {
				t.Fatalf("%q is not in the file", test.old)
			}
			changed := strings.Replace(hashed, test.old, test.new, 1)
			if got := hashOf(t, changed, "scan") != hashOf(t, hashed, "scan"); got != test.scans {
				t.Errorf("the hash of scans changes: %t, want %t", got, test.scans)
			}
			if got := hashOf(t, changed, "orders") != hashOf(t, hashed, "orders"); got != test.orders {
				t.Errorf("the hash of orders changes: %t, want %t", got, test.orders)
			}
		})
	}
}

// hashOf is the hash of the one job whose name starts with prefix.
func hashOf(t *testing.T, text, prefix string) string {
	t.Helper()
	for _, job := range mustRead(t, text).Jobs {
		if strings.HasPrefix(job.Name, prefix) {
			hash := job.SHA256()
			if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(hash) {
				t.Errorf("%q is not 64 hexadecimal digits", hash)
			}
			return hash
		}
	}
	t.Fatalf("no job %s", prefix)
	return ""
}

// Records name the definition that made them. A new field must not change the hash of jobs
// that do not use it.
func TestSHA256StaysWhatItWas(t *testing.T) {
	for name, want := range map[string]string{
		"scans":  "a9101813a429ae3066e0ae474a43b40489a4380583ed153bf1b2dfae27b3de2a",
		"orders": "af5e1426022103e970c21a1731785a9da570e0afd2dcc0d7a65b3f0c864028c9",
	} {
		if got := hashOf(t, hashed, name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestSHA256ChangesWithKeysOfBuckets(t *testing.T) {
	for _, change := range [][2]string{
		{"bucket: logs", "bucket: others"}, {"orders/{yyyy}", "order/{yyyy}"}, {"prefix_timezone: UTC", "prefix_timezone: Asia/Tokyo"},
		{"format: jsonl", "format: jsonl\n      on_error: skip"}, {"[channel,", "[shop,"}, {"order.customer.id", "order.id"},
	} {
		changed := strings.Replace(goodRecords, change[0], change[1], 1)
		if changed == goodRecords || hashOf(t, changed, "orders") == hashOf(t, goodRecords, "orders") {
			t.Errorf("%s for %s does not change the hash", change[1], change[0])
		}
	}
}
