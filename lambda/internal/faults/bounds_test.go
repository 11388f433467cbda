package faults_test

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/test/faults"
)

// boundsPage promises how much memory the counter takes.
const boundsPage = projectRoot + "/docs/cost-and-limits.md"

// bound is one of the largest things that the counter may be given. It counts that within the
// memory that the documentation promises, or says that it is more than it may have.
type bound struct {
	name string
	of   string // whose limit of memory it has, in the documentation; its own, if empty
	job  string // the lines of its source and so on
	cron string // every minute, if empty
	slot time.Time
	// fill makes what is counted, and returns what the record should say.
	fill  func(boundWorld) faults.Record
	fails string // what the run says instead; it stores nothing
	skips int    // how many records are left out
	full  bool   // the short form leaves it out
}

// The sizes of bounds in the short form and at full size.
var (
	objectsOfLog, sizeOfLog, longInLog = atFullSize(16, readAtATime), atFullSize(62_500_000, 5_000_000), atFullSize(8, 1)
	mostValues                         = atFullSize(1_000_000, 60_000)
	mostKeys                           = atFullSize(1_000_000, 20_000)
)

func atFullSize(full, short int) int {
	if faults.Full() {
		return full
	}
	return short
}

const (
	logSource    = "source: {bucket: input, prefix: log/, format: jsonl}, "
	tableSource  = "source: {database: app, table: entries}, "
	groupsFailed = "group_by g has more than %d groups; write a larger max_groups in job bound if they are meant, else another column"
)

func bounds() []bound {
	const cases, many = 20, 200
	of := func(cases int, equal string) string { return "cases: " + casesOf(cases, equal) }
	const groups, mostGroups = "group_by: [g], ", "group_by: [g], max_groups: 10000, "
	const keys = "cases: {a: 'key contains \"/a\"', large: size > 2}"
	longLines := "group_by: [g], cases: {c0: n == 0, c1: n == 1, c2: 'note contains \"plaît\" and n == 2'}"
	tooLong := longestLine + 1
	values := "distinct: user, " + of(cases, "==")
	return []bound{
		{name: "1,000 groups of 20 cases, PostgreSQL", job: tableSource + groups + of(cases, "="), fill: rowsOf(1000, cases)},
		{name: "1,001 groups, PostgreSQL", of: "1,000 groups of 20 cases, PostgreSQL", job: tableSource + groups + of(cases, "="), fill: rowsOf(1001, cases), fails: fmt.Sprintf(groupsFailed, 1000)},
		{name: "10,000 groups of 20 cases, PostgreSQL", full: true, job: tableSource + mostGroups + of(cases, "="), fill: rowsOf(10_000, cases)},
		{name: "10,001 groups, PostgreSQL", of: "10,000 groups of 20 cases, PostgreSQL", full: true, job: tableSource + mostGroups + of(cases, "="), fill: rowsOf(10_001, cases), fails: fmt.Sprintf(groupsFailed, 10_000)},
		{name: "1,000 groups of 20 cases, JSON Lines", job: logSource + groups + of(cases, "=="), fill: linesOf(1000, cases)},
		{name: "1,001 groups, JSON Lines", of: "1,000 groups of 20 cases, JSON Lines", job: logSource + groups + of(cases, "=="), fill: linesOf(1001, cases), fails: fmt.Sprintf(groupsFailed, 1000)},
		{name: "10,000 groups of 20 cases, JSON Lines", full: true, job: logSource + mostGroups + of(cases, "=="), fill: linesOf(10_000, cases)},
		{name: "10,001 groups, JSON Lines", of: "10,000 groups of 20 cases, JSON Lines", full: true, job: logSource + mostGroups + of(cases, "=="), fill: linesOf(10_001, cases), fails: fmt.Sprintf(groupsFailed, 10_000)},
		{name: "200 cases, PostgreSQL", job: tableSource + of(many, "="), fill: rowsOf(0, many)},
		{name: "200 cases, JSON Lines", job: logSource + of(many, "=="), fill: linesOf(0, many)},
		{name: "1 GB of JSON Lines, lines of up to 4 MB", job: logSource + longLines, fill: longLinesOf(longestLine, 0)},
		{name: "lines of 4 MB and a byte", of: "1 GB of JSON Lines, lines of up to 4 MB", job: logSource + longLines, fill: longLinesOf(tooLong, 0), fails: "the record is longer than 4 MB"},
		{name: "lines of 4 MB and a byte, skipped", of: "1 GB of JSON Lines, lines of up to 4 MB", job: strings.Replace(logSource, "}", ", on_error: skip}", 1) + longLines, fill: longLinesOf(tooLong, objectsOfLog*longInLog), skips: objectsOfLog * longInLog},
		{name: "1,000,000 distinct values", job: logSource + values, fill: valuesOf(mostValues, cases)},
		{name: "1,000,001 distinct values", of: "1,000,000 distinct values", full: true, job: logSource + values, fill: valuesOf(mostValues+1, cases), fails: "distinct user has more than 1000000 values"},
		{name: "1,000,000 keys, flat", job: "source: {bucket: input, prefix: keys/}, " + keys, fill: keysOf("keys/%016x")},
		{name: "1,000,000 keys of a day", cron: "0 1 * * ? *", slot: keysSlot, job: "source: {bucket: input, prefix: 'keys/{yyyy}/{MM}/{dd}/'}, window: {span: previous-day}, " + keys, fill: keysOfDay},
	}
}

// The counter's process stays within the memory that the documentation promises, whatever it
// may be given.
func TestBounds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says how much memory a process had")
	}
	beside(t)
	limits, err := faults.BoundLimits(boundsPage)
	if err != nil {
		t.Fatal(err)
	}
	all := bounds()
	for name := range limits {
		if !slices.ContainsFunc(all, func(b bound) bool { return b.name == name }) {
			t.Errorf("%s promises a limit of %q, and there is no such bound", boundsPage, name)
		}
	}
	maker := newBoundMaker(t)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			if b.full && !faults.Full() {
				t.Skip("make faults runs it")
			}
			took, v := maker.count(t, b)
			took.Limit = limits[cmp.Or(b.of, b.name)]
			faults.NoteBound(took)
			v.Add(took.Verdict())
			if v.Bad() {
				t.Errorf("%+v", v)
			}
		})
	}
	t.Run("can fail", maker.canFail)
}

// canFail spoils a bound in each way that must be found.
func (m boundMaker) canFail(t *testing.T) {
	honest := bound{name: "spoilt", job: logSource + "cases: " + casesOf(2, "=="), fill: linesOf(0, 2)}
	took, v := m.count(t, honest)
	if took.Limit = 1; v.Bad() || !took.Verdict().Bad() {
		t.Errorf("a limit of 1 MB: %+v, %+v", v, took)
	}
	wrong := honest
	wrong.fill = func(w boundWorld) faults.Record {
		record := honest.fill(w)
		record.Counts["c0"]++
		return record
	}
	refused := honest
	refused.fails = "too many"
	skipped := honest
	skipped.skips = 1
	failed := honest
	failed.job = strings.Replace(honest.job, "input", "nowhere", 1)
	for name, spoilt := range map[string]bound{"another count": wrong, "no failure": refused, "nothing skipped": skipped, "a failure": failed} {
		if _, v := m.count(t, spoilt); !v.Bad() {
			t.Errorf("%s is not found", name)
		}
	}
}
