package faults_test

import (
	"strings"

	"tally/test/faults"
)

// The sizes of bounds at full size and in the short form.
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

// What the jobs of bounds have in them.
const (
	ofTable = "source: {database: app, table: entries}, "
	ofLog   = "source: {bucket: input, prefix: log/, format: jsonl}, "
	ofKeys  = "source: {bucket: input, prefix: keys/}, "
	ofDay   = "source: {bucket: input, prefix: 'keys/{yyyy}/{MM}/{dd}/'}, window: {span: previous-day}, "

	byGroup   = "group_by: [g], "
	mostBy    = "group_by: [g], max_groups: 10000, "
	longCases = "cases: {c0: n == 0, c1: n == 1, c2: 'note contains \"plaît\" and n == 2'}"
	keyCases  = "cases: {a: 'key contains \"/a\"', large: size > 2}"
)

// bounds are all that the documentation names, each with what is beyond it.
func bounds() []bound {
	const cases, many = 20, 200
	inTable, inLog := casesOf(cases, "="), casesOf(cases, "==")
	rows := bound{name: "1,000 groups of 20 cases, PostgreSQL", job: ofTable + byGroup + inTable, fill: rowsOf(1000, cases)}
	mostRows := bound{name: "10,000 groups of 20 cases, PostgreSQL", full: true, job: ofTable + mostBy + inTable, fill: rowsOf(10_000, cases)}
	lines := bound{name: "1,000 groups of 20 cases, JSON Lines", job: ofLog + byGroup + inLog, fill: linesOf(1000, cases)}
	mostLines := bound{name: "10,000 groups of 20 cases, JSON Lines", full: true, job: ofLog + mostBy + inLog, fill: linesOf(10_000, cases)}
	long := bound{name: "1 GB of JSON Lines, lines of up to 4 MB", job: ofLog + byGroup + longCases, fill: longLinesOf(longestLine)}
	skipping := long
	skipping.job, skipping.skips = strings.Replace(long.job, "}", ", on_error: skip}", 1), objectsOfLog*longInLog+1
	values := bound{name: "1,000,000 distinct values", shortLimitMB: 36, job: ofLog + "distinct: user, " + inLog, fill: valuesOf(mostValues, cases)}
	return []bound{
		rows, rows.beyond("1,001 groups, PostgreSQL", rowsOf(1001, cases), "group_by g has more than 1000 groups"),
		mostRows, mostRows.beyond("10,001 groups, PostgreSQL", rowsOf(10_001, cases), "group_by g has more than 10000 groups"),
		lines, lines.beyond("1,001 groups, JSON Lines", linesOf(1001, cases), "group_by g has more than 1000 groups"),
		mostLines, mostLines.beyond("10,001 groups, JSON Lines", linesOf(10_001, cases), "group_by g has more than 10000 groups"),
		{name: "200 cases, PostgreSQL", job: ofTable + casesOf(many, "="), fill: rowsOf(0, many)},
		{name: "200 cases, JSON Lines", job: ofLog + casesOf(many, "=="), fill: linesOf(0, many)},
		long, fullSizeOnly(long.beyond("lines of 4 MB and a byte", longLinesOf(longestLine+1), "the record is longer than 4 MB")),
		skipping.beyond("lines of 4 MB and a byte, skipped", longLinesOf(longestLine+1), ""),
		values, fullSizeOnly(values.beyond("1,000,001 distinct values", valuesOf(mostValues+1, cases), "distinct user has more than 1000000 values")),
		{name: "1,000,000 keys, flat", shortLimitMB: 40, job: ofKeys + keyCases, fill: keysOf("keys/%016x")},
		{name: "1,000,000 keys of a day", shortLimitMB: 40, job: ofDay + keyCases, cron: "0 1 * * ? *", slot: keysSlot, fill: keysOfDay},
	}
}

// beyond is more than a bound, within the same memory. The run fails and says why, if it does not
// leave something out.
func (b bound) beyond(name string, fill func(boundWorld) faults.Record, fails string) bound {
	b.name, b.limitOf, b.fill, b.fails = name, b.name, fill, fails
	return b
}

// fullSizeOnly has the short form leave a bound out.
func fullSizeOnly(b bound) bound {
	b.full = true
	return b
}
