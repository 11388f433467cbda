package athenasource

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/signed"
	"tally/lambda/internal/statement"
)

// field is a column that a job names, and the key that names it.
type field struct{ key, column string }

// fields are the columns of which the statement must know the type.
func (r *run) fields() []field {
	counted := r.query.Job
	var all []field
	if counted.Window != nil && len(counted.Window.Column) > 0 {
		all = append(all, field{"window.column", counted.Window.Column[0]})
	}
	for i, column := range counted.GroupBy {
		all = append(all, field{fmt.Sprintf("group_by[%d]", i), column})
	}
	if counted.Distinct != "" {
		all = append(all, field{"distinct", counted.Distinct})
	}
	for _, partition := range counted.Source.Partitions {
		all = append(all, field{"source.partitions." + partition.Key, partition.Key})
	}
	return all
}

// plan asks for the types of columns and makes the plan of the statement.
func (r *run) plan(ctx context.Context) (statement.Plan, error) {
	if err := statement.CheckConditions(contract.EngineAthena, r.query.Job); err != nil {
		return statement.Plan{}, err
	}
	types, err := r.columnTypes(ctx, r.fields(), r.joined)
	if refused, ok := errors.AsType[*signed.Refusal](err); ok && refused.Kind == "InvalidRequestException" { // perhaps its result is gone
		types, err = r.columnTypes(ctx, r.fields(), r.fresh)
	}
	if err != nil {
		return statement.Plan{}, fmt.Errorf("columns of %s: %w", r.query.Job.Source.Table, err)
	}
	plan, problems := r.planOf(types)
	var wrong []error
	for _, problem := range problems {
		wrong = append(wrong, fmt.Errorf("%s: %w", problem.Field, problem.Err))
	}
	return plan, errors.Join(wrong...)
}

// planOf makes the plan of a statement over columns of some types. A column without a type is
// left out, as its problem is reported. What is wrong with the others are the problems.
func (r *run) planOf(types map[string]string) (statement.Plan, []count.Problem) {
	counted := r.query.Job
	plan := statement.Plan{Table: quote(counted.Source.Table.String())}
	var problems []count.Problem
	report := func(field string, err error) {
		problems = append(problems, count.Problem{Field: field, Err: err})
	}
	var conditions, grouped []string
	for _, field := range r.fields() {
		column, columnType := quote(field.column), types[field.column]
		switch {
		case columnType == "", strings.HasPrefix(field.key, "source."):
		case field.key == "window.column":
			condition, err := between(column, columnType, *r.query.Window, counted)
			switch {
			case errors.Is(err, statement.ErrNoZone):
				report("window.column_timezone", fmt.Errorf("column %s: %w", field.column, err))
			case err != nil:
				report(field.key, fmt.Errorf("column %s: %w", field.column, err))
			default:
				conditions = append(conditions, condition)
			}
		case field.key == "distinct":
			plan.Distinct = column
		default:
			text := groupText(column, columnType)
			if text == "" {
				report(field.key, count.Permanentf("column %s: values of type %s have no text to tell groups by; group by another column, or by one of a view that makes a text of it", field.column, columnType))
			}
			plan.By, grouped = append(plan.By, text), append(grouped, column)
		}
	}
	if limit := r.partitionLimit(types, report); limit != "" {
		conditions = append(conditions, limit)
	}
	plan.Dialect = trino{statement.Standard{Columns: grouped}} // its grouping sets take no expressions
	plan.Window = strings.Join(conditions, "\n  AND ")
	return plan, problems
}

// partitionLimit is the condition that a row is in a partition of the window. It is empty for a job
// without partitions, and where something is wrong with them.
func (r *run) partitionLimit(types map[string]string, report func(field string, err error)) string {
	source := r.query.Job.Source
	if len(source.Partitions) == 0 {
		return ""
	}
	from, to := fixed, fixed.Add(1) // without a window, all values are fixed
	if r.query.Window != nil {
		from, to = r.query.Window.From, r.query.Window.To
	}
	partitions := source.PartitionValues(from, to)
	if len(partitions) == 0 { // the window is empty
		return "FALSE"
	}
	var names []string
	sound := true
	for i, partition := range source.Partitions {
		names = append(names, quote(partition.Key))
		columnType := types[partition.Key]
		if columnType == "" { // which is reported
			sound = false
			continue
		}
		for _, values := range partitions {
			literal, err := partitionLiteral(values[i], columnType)
			if err != nil {
				report("source.partitions."+partition.Key, fmt.Errorf("column %s: %w", partition.Key, err))
				sound = false
				break
			}
			values[i] = literal
		}
	}
	if !sound {
		return ""
	}
	return anyOf(names, partitions)
}

// fixed is any time, for partitions that depend on none.
var fixed = time.Unix(0, 0)
