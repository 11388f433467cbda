package sqlsource

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tally/lambda/job"
)

// oracle counts rows by looping over them, and shows its counts as
// [fixture.lines] does.
func oracle(rows []row, counted job.Job, cases []func(row) sql.NullBool, inWindow func(row) bool) []string {
	all := newTallies(counted)
	groups := map[string]*tallies{}
	for _, r := range rows {
		if !inWindow(r) {
			continue
		}
		matches := make([]bool, len(cases))
		matched := 0
		for i, means := range cases {
			if holds := means(r); holds.Valid && holds.Bool {
				matches[i] = true
				matched++
			}
		}
		all.add(r, matches, matched)
		if len(counted.GroupBy) > 0 && (counted.Total == nil || matched > 0) {
			values := groupOf(r, counted.GroupBy)
			key := strings.Join(values, "\x00")
			if groups[key] == nil {
				groups[key] = newTallies(counted)
				groups[key].values = values
			}
			groups[key].add(r, matches, matched)
		}
	}
	lines := all.lines("")
	ordered := make([]*tallies, 0, len(groups))
	for _, group := range groups {
		ordered = append(ordered, group)
	}
	slices.SortFunc(ordered, func(a, b *tallies) int { return slices.CompareFunc(a.values, b.values, nullLast) })
	for _, group := range ordered {
		var shown []string
		for i, column := range counted.GroupBy {
			shown = append(shown, column+"="+group.values[i])
		}
		lines = append(lines, group.lines("["+strings.Join(shown, " ")+"] ")...)
	}
	return lines
}

// groupOf are a row's values of columns; "NULL" is none of the generated words.
func groupOf(r row, columns []string) []string {
	var values []string
	for _, column := range columns {
		value := "NULL"
		switch {
		case column == "g1" && r.g1 != nil:
			value = *r.g1
		case column == "g2" && r.g2 != nil:
			value = fmt.Sprint(*r.g2)
		}
		values = append(values, value)
	}
	return values
}

func nullLast(a, b string) int {
	return cmp.Or(cmp.Compare(boolNumber(a == "NULL"), boolNumber(b == "NULL")), cmp.Compare(a, b))
}

func boolNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tallies are the counts of some rows.
type tallies struct {
	counted job.Job
	values  []string
	cases   []tally
	other   tally
	total   tally
	overlap int
}

// tally is a number of rows and the distinct values in them.
type tally struct {
	rows     int
	distinct map[string]bool
}

func newTallies(counted job.Job) *tallies {
	return &tallies{counted: counted, cases: make([]tally, len(counted.Cases))}
}

func (t *tallies) add(r row, matches []bool, matched int) {
	for i := range matches {
		if matches[i] {
			t.cases[i].add(r, t.counted.Distinct)
		}
	}
	if matched == 0 {
		t.other.add(r, t.counted.Distinct)
	}
	if matched > 1 {
		t.overlap++
	}
	t.total.add(r, t.counted.Distinct)
}

func (t *tally) add(r row, distinct string) {
	t.rows++
	var value string
	switch {
	case distinct == "n" && r.n != nil:
		value = fmt.Sprint(*r.n)
	case distinct == "word" && r.word != nil:
		value = *r.word
	default:
		return
	}
	if t.distinct == nil {
		t.distinct = map[string]bool{}
	}
	t.distinct[value] = true
}

func (t *tallies) lines(prefix string) []string {
	number := func(name string, of tally) string {
		if t.counted.Distinct != "" {
			return fmt.Sprintf("%s%s: %d", prefix, name, len(of.distinct))
		}
		return fmt.Sprintf("%s%s: %d", prefix, name, of.rows)
	}
	var lines []string
	for i, entry := range t.counted.Cases {
		lines = append(lines, number(entry.Key, t.cases[i]))
	}
	if t.counted.Total == nil {
		lines = append(lines, number("other", t.other), number("total", t.total))
	}
	if t.counted.Exclusive {
		lines = append(lines, fmt.Sprintf("%soverlap: %d", prefix, t.overlap))
	}
	return lines
}

// randomCondition makes a condition that both engines read, and what it means
// with SQL's three truth values.
func randomCondition(r *rand.Rand, depth int) (string, func(row) sql.NullBool) {
	if depth > 0 && r.IntN(2) == 0 {
		left, leftMeans := randomCondition(r, depth-1)
		right, rightMeans := randomCondition(r, depth-1)
		switch r.IntN(3) {
		case 0:
			return "NOT " + "(" + left + "\n)", func(r row) sql.NullBool { return not(leftMeans(r)) }
		case 1:
			return "(" + left + "\n)" + " AND " + "(" + right + "\n)", func(r row) sql.NullBool { return and(leftMeans(r), rightMeans(r)) }
		default: // a OR b is NOT (NOT a AND NOT b)
			return "(" + left + "\n)" + " OR " + "(" + right + "\n)", func(r row) sql.NullBool { return not(and(not(leftMeans(r)), not(rightMeans(r)))) }
		}
	}
	number := pick(r, []int64{0, 1, -1, 3, 1 << 62, -1 << 62})
	word := pick(r, []string{"", "a", "A", "스캔", "it's", `"q"`, "🦷"})
	literal := "'" + strings.ReplaceAll(word, "'", "''") + "'"
	switch r.IntN(7) {
	case 0:
		return fmt.Sprintf("n >= %d", number), func(r row) sql.NullBool { return known(r.n != nil, r.n != nil && *r.n >= number) }
	case 1:
		return fmt.Sprintf("n <> %d -- not that", number), func(r row) sql.NullBool { return known(r.n != nil, r.n != nil && *r.n != number) }
	case 2:
		return fmt.Sprintf("n IN (%d, 7)", number), func(r row) sql.NullBool { return known(r.n != nil, r.n != nil && (*r.n == number || *r.n == 7)) }
	case 3:
		return "n % 3 = -1", func(r row) sql.NullBool { return known(r.n != nil, r.n != nil && *r.n%3 == -1) }
	case 4:
		return "word = " + literal, func(r row) sql.NullBool { return known(r.word != nil, r.word != nil && *r.word == word) }
	case 5:
		return "word LIKE 'a%'", func(r row) sql.NullBool {
			return known(r.word != nil, r.word != nil && strings.HasPrefix(*r.word, "a"))
		}
	default:
		return "word IS NULL", func(r row) sql.NullBool { return known(true, r.word == nil) }
	}
}

func known(valid, holds bool) sql.NullBool { return sql.NullBool{Valid: valid, Bool: holds} }

func not(a sql.NullBool) sql.NullBool { return known(a.Valid, !a.Bool) }

func and(a, b sql.NullBool) sql.NullBool {
	isFalse := func(x sql.NullBool) bool { return x.Valid && !x.Bool }
	return known(a.Valid && b.Valid || isFalse(a) || isFalse(b), a.Bool && b.Bool)
}
