package sqlsource

import (
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// measure is one number that a job wants of its rows.
type measure struct {
	index     int    // in the job's CaseNames
	name      string // there
	condition string // counts the rows for which it is true; empty for all
	rows      bool   // counts rows, even if the job counts distinct values
}

// measuresOf are a job's measures in the order of its CaseNames.
func measuresOf(counted job.Job) []measure {
	conditions, terms := make([]string, len(counted.Cases)), make([]string, len(counted.Cases))
	for i, entry := range counted.Cases {
		conditions[i] = enclose(string(entry.Value))
		terms[i] = "CASE WHEN " + conditions[i] + " THEN 1 ELSE 0 END"
	}
	var measures []measure
	for i, name := range counted.CaseNames() {
		m := measure{index: i, name: name}
		switch {
		case i < len(conditions):
			m.condition = conditions[i]
		case name == contract.CaseOther:
			m.condition = "(" + strings.Join(conditions, " OR ") + ") IS NOT TRUE"
		case name == contract.CaseOverlap:
			m.condition, m.rows = "("+strings.Join(terms, " + ")+") > 1", true
		}
		measures = append(measures, m)
	}
	return measures
}

// enclose makes a condition one operand. The newline ends a comment at its end.
func enclose(condition string) string { return "(" + condition + "\n)" }

// statement counts some measures of a job in one scan. A row of its result begins with
// the group's values as text. Without groups there is one row.
type statement struct {
	text     string
	values   []any
	measures []measure // one for each number at the end of a row
	groups   int       // values of a group
	// totals tells that the result has a row for all rows too, and that a number before
	// the group's values marks it: 1 there, 0 for a group. Without it the numbers of
	// all rows are the sums of the groups'.
	totals bool
}

// plan is what a job's statements are made from.
type plan struct {
	dialect dialect
	job     job.Job
	window  bounds
	// by are the groups' values as text. Groups are told apart by that text, byte by
	// byte. By the column's collation, the database could choose another of several
	// equal texts for a group in each of a job's statements.
	by       []string
	distinct string // the expression whose distinct values count; empty to count rows
}

// together counts measures in one scan. A condition that several of them have is
// evaluated again for each: a subquery that evaluates each once was slower on
// MariaDB, and on PostgreSQL its fence would cost the parallel scan.
func (p plan) together(measures []measure) statement {
	numbers := make([]string, len(measures))
	for i, m := range measures {
		numbers[i] = p.number(m, m.condition)
	}
	return p.statement(measures, numbers, p.window.condition)
}

// alone counts one measure among the rows that match it. An index on what its
// condition names can find these.
func (p plan) alone(m measure) statement {
	where := p.window.condition
	if m.condition != "" {
		where = strings.TrimPrefix(where+" AND "+m.condition, " AND ")
	}
	return p.statement([]measure{m}, []string{p.number(m, "")}, where)
}

// number counts a measure's rows or distinct values: those for which condition is true,
// or all if it is empty.
func (p plan) number(m measure, condition string) string {
	distinct := p.distinct
	if m.rows {
		distinct = ""
	}
	switch {
	case condition != "":
		return p.dialect.countIf(condition, distinct)
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
func (p plan) statement(measures []measure, numbers []string, where string) statement {
	what := "\nFROM " + quoteTable(p.dialect, p.job.Source.Table)
	if where != "" {
		what += "\nWHERE " + where
	}
	st := statement{measures: measures, values: p.window.values, groups: len(p.by), totals: len(p.by) > 0 && p.distinct != ""}
	switch {
	case st.totals:
		text, scans := p.dialect.withTotals(p.by, numbers, what)
		st.text, st.values = text, slices.Repeat(st.values, scans)
	case st.groups > 0:
		st.text = selecting(slices.Concat(p.by, numbers)) + what + groupingBy(p.by)
	default:
		st.text = selecting(numbers) + what
	}
	return st
}

func selecting(columns []string) string { return "SELECT " + strings.Join(columns, ",\n  ") }

func groupingBy(columns []string) string { return "\nGROUP BY " + strings.Join(columns, ", ") }
