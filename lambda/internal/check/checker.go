package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/history"
	"tally/lambda/internal/notify"
	"tally/lambda/job"
)

// Checker judges the records of one environment. Set its fields once.
type Checker struct {
	Environment string
	Jobs        job.File // with the checks of the environment
	Store       Store
	Topic       Topic
	Bucket      string // of the records, for messages
	// Timeout is that of the counters.
	Timeout time.Duration
	Now     func() time.Time
	Logger  *slog.Logger
}

// Store holds the records, the results and the markers.
type Store interface {
	history.Store
	// ReadResults reads the results at a key.
	ReadResults(ctx context.Context, key string) ([]contract.CheckResult, error)
	// CreateResults stores results, unless the key exists.
	CreateResults(ctx context.Context, key string, results []contract.CheckResult) (created bool, err error)
	// CreateJSON stores a value, unless the key exists.
	CreateJSON(ctx context.Context, key string, value any) (created bool, err error)
}

// Topic is where people are told.
type Topic interface {
	Publish(ctx context.Context, message notify.Message) error
}

// Stored judges a record that may be new, stores the results and tells of what fails. Keys of
// other objects, records of unknown jobs and records that cannot be read are ignored: the log
// of who wrote them says more.
func (c *Checker) Stored(ctx context.Context, key string) (contract.CheckAnswer, error) {
	answer := contract.CheckAnswer{Outcome: contract.OutcomeChecked, Key: key}
	lines, err := c.record(ctx, key)
	if err != nil || lines == nil {
		return answer, err
	}
	answer.Failed, answer.Told, err = c.judgeAndTell(ctx, lines)
	return answer, err
}

// judgeAndTell judges a record, stores the results and tells of what fails.
func (c *Checker) judgeAndTell(ctx context.Context, lines []contract.Record) (fails, messages int, err error) {
	first, news := lines[0], c.isNews(lines[0])
	verdicts, err := verdicts(ctx, c.Jobs, c.Store, lines)
	problems := []error{err}
	for _, v := range verdicts {
		fails += len(v.failures())
		v.record = contract.RecordKey(first.Job, first.ScheduledTime, first.Revision)
		v.toTell = contract.ToTellKey(first.CountedAt, v.key)
		v.news = v.news && news
		told, err := c.settle(ctx, v)
		problems = append(problems, err)
		if told {
			messages++
		}
	}
	return fails, messages, errors.Join(problems...)
}

// recordOf reads the lines of a record that is judged; there are none of other objects.
func recordOf(ctx context.Context, jobs job.File, records history.Records, key string) ([]contract.Record, error) {
	name, _, _, ok := contract.ParseRecordKey(key)
	if !ok || !Concerned(jobs, name) {
		return nil, nil
	}
	lines, err := records.ReadAllRows(ctx, key)
	if errors.Is(err, count.ErrNoRecord) {
		return nil, nil
	}
	return lines, err
}

// record reads the lines of a record that this checker judges.
func (c *Checker) record(ctx context.Context, key string) ([]contract.Record, error) {
	lines, err := recordOf(ctx, c.Jobs, c.Store, key)
	if err != nil {
		return nil, fmt.Errorf("read the record: %w", err)
	}
	return lines, nil
}

// Concerned tells whether a job is checked or compared.
func Concerned(jobs job.File, name string) bool {
	j, _ := jobs.Lookup(name)
	return len(j.Checks.Cases) > 0 || slices.ContainsFunc(jobs.Reconcile, func(r job.Reconcile) bool {
		return r.Left.Job() == name || r.Right.Job() == name
	})
}

// verdict are the results of a record's checks, or of a comparison.
type verdict struct {
	record  string // the key of the one that was judged
	key     string // of the results
	job     job.Job
	results []contract.CheckResult
	toTell  string    // the key of the marker that it is to be told
	news    bool      // counted in time, and lately: it has a message of its own
	again   string    // all is as usual again: the key of the results that failed
	since   time.Time // since when it is to be told
}

// name is that of the comparison or the job.
func (v verdict) name() string { return cmp.Or(v.results[0].Reconcile, v.job.Name) }

// failures are the results that fail.
func (v verdict) failures() []contract.CheckResult {
	return slices.DeleteFunc(slices.Clone(v.results), func(r contract.CheckResult) bool { return !failed(r) })
}

func (v verdict) fails() bool { return slices.ContainsFunc(v.results, failed) }

func failed(result contract.CheckResult) bool { return result.Result == contract.ResultFail }

func passed(result contract.CheckResult) bool { return result.Result == contract.ResultPass }

// newsTime is how long ago a record may have been counted that has a message of its own. It is
// judged late if its event was lost and sweeps failed, or as a job's first checks were
// deployed: nobody wants a message for each day of two weeks then.
const newsTime = 3 * time.Hour

func (c *Checker) isNews(record contract.Record) bool {
	return record.Origin.InTime() && c.now().Sub(record.CountedAt) < newsTime
}

// verdicts are those of a record: of its own checks, and of each comparison. A comparison is no
// news unless both sides were counted in time. All else about telling is left to judgeAndTell.
func verdicts(ctx context.Context, jobs job.File, records history.Records, lines []contract.Record) ([]verdict, error) {
	var all []verdict
	first := lines[0]
	j, _ := jobs.Lookup(first.Job)
	if len(j.Checks.Cases) > 0 {
		results, err := judge(ctx, records, j, lines)
		if err != nil {
			return nil, err
		}
		key := contract.CheckKey(j.Name, first.ScheduledTime, first.Revision)
		all = append(all, verdict{key: key, job: j, results: results, news: true})
	}
	pairs, err := pairs(ctx, jobs, records, j, lines)
	for _, p := range pairs {
		news := p.left[0].Origin.InTime() && p.right[0].Origin.InTime()
		all = append(all, verdict{key: p.key(), job: p.job, results: []contract.CheckResult{p.judge()}, news: news})
	}
	return all, err
}

// settle stores a verdict and tells of it: of a failure if this stored it, of what is as usual
// again if this made the marker. The marker that it is to be told comes first: whoever is killed
// after it leaves the rest to the next sweep.
func (c *Checker) settle(ctx context.Context, v verdict) (told bool, err error) {
	if err := c.asUsual(ctx, &v); err != nil {
		return false, err
	}
	first := false
	if v.fails() || v.again != "" {
		marker := contract.ToTell{Checks: v.key, Record: v.record, Time: c.now(), Again: v.again}
		if first, err = c.Store.CreateJSON(ctx, v.toTell, marker); err != nil {
			return false, fmt.Errorf("note that there is something to tell: %w", err)
		}
	}
	stored, err := c.Store.CreateResults(ctx, v.key, v.results)
	if err != nil {
		return false, fmt.Errorf("store the results: %w", err)
	}
	for _, r := range v.failures() {
		if stored {
			c.Logger.Warn("check failed", "job", r.Job, "slot", r.ScheduledTime, "case", r.CaseName, "check", r.Check, "bound", r.Bound)
		}
	}
	if v.news && (stored && v.fails() || first && v.again != "") {
		return c.tellOne(ctx, v)
	}
	return false, nil
}

func (c *Checker) now() time.Time { return c.Now().UTC().Truncate(time.Second) }

// mostProblems is how many errors are told of many.
const mostProblems = 10

// each calls do for the index of each of many things, some at a time. It returns the first errors.
func each(ctx context.Context, things int, do func(index int) error) error {
	return errors.Join(firstErrors(history.Each(ctx, things, nil, do)), ctx.Err())
}

// firstErrors joins the first of many errors.
func firstErrors(problems []error) error {
	if more := len(problems) - mostProblems; more > 0 {
		problems = append(problems[:mostProblems:mostProblems], fmt.Errorf("and %d more errors", more))
	}
	return errors.Join(problems...)
}
