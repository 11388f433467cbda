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

// check finds everything that Athena would refuse of the job.
func (r *run) check(ctx context.Context) ([]count.Problem, error) {
	problems, err := r.checkWorkgroup(ctx)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	types, problems, err := r.checkColumns(ctx)
	if err != nil || types == nil {
		return problems, err
	}
	plan, wrong := r.planOf(types)
	problems = append(problems, wrong...)
	sound := plan
	if slices.ContainsFunc(problems, isWrong) { // what is reported must not spoil the conditions
		sound.By, sound.Distinct, sound.Window = nil, "", statement.Bounds{}
	}
	inCases, err := r.checkCases(ctx, sound)
	problems = append(problems, inCases...)
	if err == nil && !slices.ContainsFunc(problems, isWrong) {
		problems = append(problems, r.checkPartitions(ctx)...)
	}
	return problems, err
}

func isWrong(problem count.Problem) bool { return !problem.Warning }

// problem is an error as the problem of a field, if it is permanent.
func problem(field string, err error) ([]count.Problem, error) {
	if found := failure(err); !found.Permanent {
		return nil, err
	}
	if failed, ok := errors.AsType[*queryError](err); ok {
		failed.id = "" // of a query that nobody asked for
	}
	return []count.Problem{{Field: field, Err: failure(err)}}, nil
}

// checkWorkgroup finds out whether queries can run in the workgroup and leave their results.
func (r *run) checkWorkgroup(ctx context.Context) ([]count.Problem, error) {
	var answer struct {
		WorkGroup struct {
			State         string
			Configuration struct {
				ManagedQueryResultsConfiguration struct{ Enabled bool }
			}
		}
	}
	_, err := r.athena.Call(ctx, "GetWorkGroup", map[string]string{"WorkGroup": r.at.Workgroup}, &answer)
	switch {
	case err != nil:
	case answer.WorkGroup.State == "DISABLED":
		err = count.Permanentf("the workgroup %s is disabled; switch it on", r.at.Workgroup)
	case !answer.WorkGroup.Configuration.ManagedQueryResultsConfiguration.Enabled:
		err = count.Permanentf("the workgroup %s keeps results in a bucket, which the counter has no right to; switch on its managed query results, or leave workgroup out of the environment file", r.at.Workgroup)
	default:
		return nil, nil
	}
	return problem("source.athena", err)
}

// checkColumns asks for the types of the columns that the job names, and reports each that is not
// there. Without types, the table itself cannot be read.
func (r *run) checkColumns(ctx context.Context) (types map[string]string, problems []count.Problem, err error) {
	fields := r.fields()
	for {
		types, err := r.columnTypes(ctx, fields, r.fresh)
		if err == nil {
			return types, problems, nil
		}
		missing := slices.IndexFunc(fields, func(f field) bool {
			failed, ok := errors.AsType[*queryError](err)
			return ok && failed.code == "COLUMN_NOT_FOUND" && strings.Contains(strings.ToLower(failed.reason), "'"+strings.ToLower(f.column)+"'")
		})
		key := "source.table"
		if missing >= 0 {
			key = fields[missing].key
		}
		found, err := problem(key, err)
		if err != nil {
			return nil, problems, err
		}
		problems = append(problems, found...)
		if missing < 0 {
			return nil, problems, nil
		}
		fields = slices.Delete(fields, missing, missing+1)
	}
}

// checkCases has Athena explain the statement and, if it does not take that, each case alone.
func (r *run) checkCases(ctx context.Context, plan statement.Plan) ([]count.Problem, error) {
	var problems []count.Problem
	for _, entry := range r.query.Job.Cases {
		if err := sqlcheck.Check(contract.EngineAthena, string(entry.Value)); err != nil {
			problems = append(problems, count.Problem{Field: "cases." + entry.Key, Err: count.Permanentf("%w", err)})
		}
	}
	measures := statement.Measures(r.query.Job)
	if len(problems) > 0 {
		return problems, nil
	}
	_, refused := r.explain(ctx, plan.Together(measures))
	if refused == nil {
		return nil, nil
	}
	if isMissing(refused) {
		return problem("source.table", refused)
	}
	for i, entry := range r.query.Job.Cases {
		if _, err := r.explain(ctx, plan.Alone(measures[i])); err != nil {
			found, err := problem("cases."+entry.Key, err)
			if err != nil {
				return nil, err
			}
			problems = append(problems, found...)
		}
	}
	if len(problems) > 0 {
		return problems, nil
	}
	return problem("source", refused)
}
