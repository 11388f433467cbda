// Package statement writes the SQL that counts a job: each of its cases by itself, or all of
// them in one scan.
package statement

import (
	"slices"
	"strings"

	"tally/lambda/internal/count"
)

// Statement counts some measures of a job in one scan. A row of its result begins with
// the group's values as text. Without groups there is one row.
type Statement struct {
	Text     string
	Values   []any     // of its placeholders
	Measures []Measure // one for each number at the end of a row
	Groups   int       // values of a group
	// Totals tells that the result has a row for all rows too, and that a number before
	// the group's values marks it: 1 there, 0 for a group. Without it the numbers of
	// all rows are the sums of the groups'.
	Totals bool

	columns []string // of the result, as the text has them
}

// Plan is what a job's statements are made from.
type Plan struct {
	Dialect Dialect
	Table   string // quoted
	// Window is a condition on the column as it is: without a function around it, so that an
	// index serves. It is empty without a window.
	Window   string
	Values   []any  // of its placeholders
	Distinct string // the expression whose distinct values count; empty to count rows
	// By are the columns of group_by as texts. Groups are told apart by these, byte by byte. By
	// the column's collation, the database could choose another of several equal texts for a
	// group in each of a job's statements.
	By []string
}

// Dialect is what differs between engines in a statement.
type Dialect interface {
	// CountIf counts the rows for which the condition is true, or the distinct values
	// of an expression in them, in the way that the engine runs fastest.
	CountIf(condition, distinct string) string
	// NotTrue is the condition for rows for which another one is false or NULL.
	NotTrue(condition string) string
	// WithTotals counts numbers by group and of all rows, see Statement.Totals. columns are the
	// mark of all rows, the groups' texts and the numbers. what is the text from FROM to
	// WHERE, and scans is how often its placeholders occur.
	WithTotals(by, numbers []string, what string) (columns []string, text string, scans int)
}

// Standard is the part of a [Dialect] that PostgreSQL and Trino share.
type Standard struct {
	Columns []string // of group_by, quoted, where grouping sets do not take the texts
}

// CountIf implements [Dialect].
func (Standard) CountIf(condition, distinct string) string {
	counted := "*"
	if distinct != "" {
		counted = "DISTINCT " + distinct
	}
	return "COUNT(" + counted + ") FILTER (WHERE " + condition + ")"
}

// WithTotals implements [Dialect].
func (s Standard) WithTotals(by, numbers []string, what string) (columns []string, text string, scans int) {
	grouped := by
	if s.Columns != nil {
		grouped = s.Columns
	}
	columns = slices.Concat([]string{"CASE GROUPING(" + grouped[0] + ") WHEN 0 THEN 0 ELSE 1 END"}, by, numbers)
	return columns, Selecting(columns) + what + "\nGROUP BY GROUPING SETS ((" + strings.Join(grouped, ", ") + "), ())", 1
}

// Together counts measures in one scan. A condition that several of them have is
// evaluated again for each: a subquery that evaluates each once was slower on
// MariaDB, and on PostgreSQL its fence would cost the parallel scan.
func (p Plan) Together(measures []Measure) Statement {
	numbers := make([]string, len(measures))
	for i, m := range measures {
		numbers[i] = p.number(m, p.condition(m))
	}
	return p.statement(measures, numbers, p.Window)
}

// Alone counts one measure among the rows that match it. An index on what its
// condition names can find these.
func (p Plan) Alone(m Measure) Statement {
	where := p.Window
	if condition := p.condition(m); condition != "" {
		where = strings.TrimPrefix(where+" AND "+condition, " AND ")
	}
	return p.statement([]Measure{m}, []string{p.number(m, "")}, where)
}

// condition is true for the rows that a measure counts; empty for all.
func (p Plan) condition(m Measure) string {
	if m.negated {
		return p.Dialect.NotTrue(m.condition)
	}
	return m.condition
}

// number counts a measure's rows or distinct values: those for which condition is true,
// or all if it is empty.
func (p Plan) number(m Measure, condition string) string {
	distinct := p.Distinct
	if m.rows {
		distinct = ""
	}
	switch {
	case condition != "":
		return p.Dialect.CountIf(condition, distinct)
	case distinct != "":
		return "COUNT(DISTINCT " + distinct + ")"
	}
	return "COUNT(*)"
}

// statement counts numbers by group.
//
// Without distinct, rows are counted by group only, and added up for all rows: on
// PostgreSQL the same with GROUPING SETS took 1.8 times as long (no parallel scan), on
// MariaDB WITH ROLLUP 2.4 times (a sort). Distinct values cannot be added up.
func (p Plan) statement(measures []Measure, numbers []string, where string) Statement {
	what := "\nFROM " + p.Table
	if where != "" {
		what += "\nWHERE " + where
	}
	st := Statement{Measures: measures, Values: p.Values, Groups: len(p.By), Totals: len(p.By) > 0 && p.Distinct != ""}
	if st.Totals {
		columns, text, scans := p.Dialect.WithTotals(p.By, numbers, what)
		st.columns, st.Text, st.Values = columns, text, slices.Repeat(st.Values, scans)
		return st
	}
	st.columns = slices.Concat(p.By, numbers)
	st.Text = Selecting(st.columns) + what
	if st.Groups > 0 {
		st.Text += GroupingBy(p.By)
	}
	return st
}

// Add puts the numbers of a row on the sheet: those of a group or, if ofAll, of all rows.
// Without Totals it adds those of a group to the numbers of all rows, too.
func (s Statement) Add(sheet *count.Sheet, ofAll bool, group []*string, numbers []int64) error {
	counts := sheet.All
	if !ofAll {
		var err error
		if counts, err = sheet.Group(group); err != nil {
			return err
		}
	}
	for i, m := range s.Measures {
		counts[m.Index] = numbers[i]
		if !ofAll && !s.Totals {
			sheet.All[m.Index] += numbers[i]
		}
	}
	return nil
}

// At is the measure whose number stands on a line of the text, from 1. ok is false if none
// does.
func (s Statement) At(line int) (m Measure, ok bool) {
	numbers := len(s.columns) - len(s.Measures)
	for i, column := range s.columns {
		if line -= strings.Count(column, "\n") + 1; line <= 0 {
			if i < numbers {
				return Measure{}, false
			}
			return s.Measures[i-numbers], true
		}
	}
	return Measure{}, false
}

// Selecting begins a statement with its columns, one on a line unless they hold line ends.
func Selecting(columns []string) string { return "SELECT " + strings.Join(columns, ",\n  ") }

// GroupingBy ends a statement.
func GroupingBy(columns []string) string { return "\nGROUP BY " + strings.Join(columns, ", ") }
