package sqlsource

import (
	"strings"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// statement counts everything about a job in one scan. Its result is one row with
// a column for each name.
type statement struct {
	text   string
	values []any
	names  []string
}

func newStatement(d dialect, counted job.Job, window bounds) statement {
	var columns []string
	var other strings.Builder
	for _, entry := range counted.Cases {
		condition := enclose(string(entry.Value))
		columns = append(columns, d.countIf(condition))
		other.WriteString(" WHEN " + condition + " THEN NULL")
	}
	// The first condition that is true decides; one that is NULL is not true.
	// Conditions are evaluated again here. A subquery that evaluates each once was
	// slower on MariaDB, and on PostgreSQL its fence would cost the parallel scan.
	columns = append(columns, "COUNT(CASE"+other.String()+" ELSE 1 END)", "COUNT(*)")

	text := "SELECT " + strings.Join(columns, ",\n  ") + "\nFROM " + quoteTable(d, counted.Source.Table)
	if window.condition != "" {
		text += "\nWHERE " + window.condition
	}
	return statement{
		text:   text,
		values: window.values,
		names:  append(counted.Cases.Keys(), contract.CaseOther, contract.CaseTotal),
	}
}

// enclose makes a condition one operand. The newline ends a comment that the
// condition may end with.
func enclose(condition string) string {
	return "(" + condition + "\n)"
}
