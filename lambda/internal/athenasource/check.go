package athenasource

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/sqlcheck"
)

// checking is a run that checks.
type checking struct {
	*run
	problems []count.Problem
	err      error // ended the check
}

// check finds everything that Athena would refuse of the job.
func (r *run) check(ctx context.Context) ([]count.Problem, error) {
	c := &checking{run: r}
	c.checkWorkgroup(ctx)
	if c.isWrong() {
		return c.problems, c.err
	}
	types := c.checkColumns(ctx)
	if types == nil {
		return c.problems, c.err
	}
	plan, wrong := r.planOf(types)
	c.problems = append(c.problems, wrong...)
	if c.isWrong() { // what is reported must not spoil the conditions
		plan.By, plan.Distinct, plan.Window = nil, "", ""
	}
	c.checkCases(ctx, plan)
	if !c.isWrong() {
		c.checkPartitions(ctx)
	}
	return c.problems, c.err
}

// isWrong tells whether anything was found. Warnings count, which come after all that asks.
func (c *checking) isWrong() bool { return c.err != nil || len(c.problems) > 0 }

// report makes an error the problem of a field. An error that is not permanent ends the check.
func (c *checking) report(field string, err error) {
	if !failure(err).Permanent {
		c.err = err
		return
	}
	if failed, ok := errors.AsType[*queryError](err); ok {
		failed.id = "" // of a query that nobody asked for
	}
	c.problems = append(c.problems, count.Problem{Field: field, Err: failure(err)})
}

// checkWorkgroup finds out whether queries can run in the workgroup and leave their results.
func (c *checking) checkWorkgroup(ctx context.Context) {
	var answer struct {
		WorkGroup struct {
			State         string
			Configuration struct {
				ManagedQueryResultsConfiguration struct{ Enabled bool }
			}
		}
	}
	_, err := c.athena.Call(ctx, "GetWorkGroup", map[string]string{"WorkGroup": c.at.Workgroup}, &answer)
	switch {
	case err != nil:
	case answer.WorkGroup.State == "DISABLED":
		err = count.Permanentf("the workgroup %s is disabled; switch it on", c.at.Workgroup)
	case !answer.WorkGroup.Configuration.ManagedQueryResultsConfiguration.Enabled:
		err = count.Permanentf("the workgroup %s keeps results in a bucket, which the counter has no right to; switch on its managed query results, or leave workgroup out of the environment file", c.at.Workgroup)
	}
	if err != nil {
		c.report("source.athena", err)
	}
}

// checkColumns asks for the types of the columns that the job names, and reports each that is not
// there. Without types, the table itself cannot be read.
func (c *checking) checkColumns(ctx context.Context) (types map[string]string) {
	for fields := c.fields(); ; {
		types, err := c.columnTypes(ctx, fields, c.fresh)
		if err == nil {
			return types
		}
		missing := slices.IndexFunc(fields, func(f field) bool {
			failed, ok := errors.AsType[*queryError](err)
			return ok && failed.code == "COLUMN_NOT_FOUND" && strings.Contains(strings.ToLower(failed.reason), "'"+strings.ToLower(f.column)+"'")
		})
		if missing < 0 {
			c.report("source.table", err)
			return nil
		}
		c.report(fields[missing].key, err)
		fields = slices.Delete(fields, missing, missing+1)
	}
}

// checkCases has Athena explain the statement and, if it does not take that, each case alone.
func (c *checking) checkCases(ctx context.Context, plan statement.Plan) {
	before := len(c.problems)
	for _, entry := range c.query.Job.Cases {
		if err := sqlcheck.Check(contract.EngineAthena, string(entry.Value)); err != nil {
			c.report("cases."+entry.Key, count.Permanentf("%w", err))
		}
	}
	if len(c.problems) > before {
		return
	}
	measures := statement.Measures(c.query.Job)
	_, refused := c.explain(ctx, plan.Together(measures))
	if refused == nil {
		return
	}
	if isMissing(refused) {
		c.report("source.table", refused)
		return
	}
	for i, entry := range c.query.Job.Cases {
		if _, err := c.explain(ctx, plan.Alone(measures[i])); err != nil {
			c.report("cases."+entry.Key, err)
		}
		if c.err != nil {
			return
		}
	}
	if len(c.problems) == before {
		c.report("source", refused)
	}
}
