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
	conditions := make([]string, len(counted.Cases))
	for i, entry := range counted.Cases {
		conditions[i] = enclose(string(entry.Value))
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
			m.condition, m.rows = moreThanOne(conditions), true
		}
		measures = append(measures, m)
	}
	return measures
}

// enclose makes a condition one operand. The newline ends a comment that the
// condition may end with.
func enclose(condition string) string {
	return "(" + condition + "\n)"
}

// moreThanOne is true for rows that match more than one of the conditions.
func moreThanOne(conditions []string) string {
	terms := make([]string, len(conditions))
	for i, condition := range conditions {
		terms[i] = "CASE WHEN " + condition + " THEN 1 ELSE 0 END"
	}
	return "(" + strings.Join(terms, " + ") + ") > 1"
}

// statement counts some measures of a job in one scan.
type statement struct {
	text     string
	values   []any
	measures []measure // one for each number at the end of a row
	grouping grouping  // what precedes the numbers
}

// plan is what a job's statements are made from.
type plan struct {
	dialect dialect
	job     job.Job
	window  bounds
	groups  []column // the types of group_by
	counted []column // the type of distinct; empty without
}

// together counts measures in one scan. Conditions that several of them have are
// evaluated again for each: a subquery that evaluates each once was slower on
// MariaDB, and on PostgreSQL its fence would cost the parallel scan.
func (p plan) together(measures []measure) statement {
	numbers := make([]string, len(measures))
	for i, m := range measures {
		if m.condition == "" {
			numbers[i] = p.all(m)
		} else {
			numbers[i] = p.dialect.countIf(m.condition, p.distinct(m))
		}
	}
	return p.statement(measures, numbers, p.window.condition)
}

// alone counts one measure among the rows that match it, which an index on what
// its condition names can find.
func (p plan) alone(m measure) statement {
	where := p.window.condition
	if m.condition != "" {
		where = strings.TrimPrefix(where+" AND "+m.condition, " AND ")
	}
	return p.statement([]measure{m}, []string{p.all(m)}, where)
}

// all counts every row, or every value of the job's distinct.
func (p plan) all(m measure) string {
	if distinct := p.distinct(m); distinct != "" {
		return "COUNT(DISTINCT " + distinct + ")"
	}
	return "COUNT(*)"
}

// distinct is what of a row m counts the values of; empty if it counts rows.
func (p plan) distinct(m measure) string {
	if len(p.counted) == 0 || m.rows {
		return ""
	}
	return p.dialect.distinct(p.dialect.quote(p.counted[0].name), p.counted[0].databaseType)
}

func (p plan) statement(measures []measure, numbers []string, where string) statement {
	grouping := p.grouping()
	what := "\nFROM " + quoteTable(p.dialect, p.job.Source.Table)
	if where != "" {
		what += "\nWHERE " + where
	}
	text, scans := grouping.grouped(p.dialect, numbers, what)
	return statement{text: text, values: slices.Repeat(p.window.values, scans), measures: measures, grouping: grouping}
}
