package job

import "tally/lambda/expression"

// Expressions are the compiled expressions of a job that counts in a bucket.
type Expressions struct {
	Set      *expression.Set
	Cases    []expression.Condition // in the order of the job's
	GroupBy  []expression.Value
	Distinct *expression.Value // nil counts rows
}

// Compile compiles the expressions of a job that counts in a bucket. Read has
// checked them.
func (j *Job) Compile() (Expressions, error) {
	var first error
	compiled := j.compile(func(_ string, err error) {
		if first == nil {
			first = err
		}
	})
	return compiled, first
}

// distinctCases is how many cases a job with distinct may have: the function keeps
// a bit for each of them with every value.
const distinctCases = 60

func (j *Job) checkExpressions(report report) {
	if j.Distinct != "" && len(j.Cases) > distinctCases {
		report("distinct", "counts at most %d cases in a bucket, and there are %d; write two jobs", distinctCases, len(j.Cases))
	}
	j.compile(func(field string, err error) {
		if err != nil {
			report(field, "%v", err)
		}
	})
}

// compile compiles everything, and calls result with the error of each field, or nil.
func (j *Job) compile(result func(field string, err error)) Expressions {
	set := expression.NewSet(j.Source.kind(), j.Source.columns()...)
	compiled := Expressions{Set: set}
	for _, entry := range j.Cases {
		condition, err := set.Condition(string(entry.Value))
		result("cases."+entry.Key, err)
		compiled.Cases = append(compiled.Cases, condition)
	}
	for i, text := range j.GroupBy {
		value, err := set.Value(text)
		result(element("group_by", i), err)
		compiled.GroupBy = append(compiled.GroupBy, value)
	}
	if j.Distinct != "" {
		value, err := set.Value(j.Distinct)
		result("distinct", err)
		compiled.Distinct = &value
	}
	if j.Window != nil {
		for _, column := range j.Window.Column {
			result("window.column", set.CheckColumn(column))
		}
	}
	return compiled
}
