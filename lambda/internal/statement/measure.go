package statement

import (
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/sqlcheck"
)

// CheckConditions refuses a job with a condition that is not one expression of an engine: synth may
// have checked another version of the jobs.
func CheckConditions(engine string, counted job.Job) error {
	for _, entry := range counted.Cases {
		if err := sqlcheck.Check(engine, string(entry.Value)); err != nil {
			return count.Permanentf("condition of case %s: %w", entry.Key, err)
		}
	}
	return nil
}

// Measure is one number that a job wants of its rows.
type Measure struct {
	Index     int    // in the job's CaseNames
	Name      string // there
	condition string // counts the rows for which it is true; empty for all
	negated   bool   // counts those for which it is not true, instead
	rows      bool   // counts rows, even if the job counts distinct values
}

// Measures are a job's measures in the order of its CaseNames.
func Measures(counted job.Job) []Measure {
	conditions, terms := make([]string, len(counted.Cases)), make([]string, len(counted.Cases))
	for i, entry := range counted.Cases {
		conditions[i] = enclose(string(entry.Value))
		terms[i] = "CASE WHEN " + conditions[i] + " THEN 1 ELSE 0 END"
	}
	var measures []Measure
	for i, name := range counted.CaseNames() {
		m := Measure{Index: i, Name: name}
		switch {
		case i < len(conditions):
			m.condition = conditions[i]
		case name == contract.CaseOther:
			m.condition, m.negated = "("+strings.Join(conditions, " OR ")+")", true
		case name == contract.CaseOverlap:
			m.condition, m.rows = "("+strings.Join(terms, " + ")+") > 1", true
		}
		measures = append(measures, m)
	}
	return measures
}

// enclose makes a condition one operand. The newline ends a comment at its end.
func enclose(condition string) string { return "(" + condition + "\n)" }
