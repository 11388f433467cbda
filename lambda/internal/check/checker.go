package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

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
	name, _, _, ok := contract.ParseRecordKey(key)
	j, known := c.Jobs.Lookup(name)
	if !ok || !known || !Concerned(c.Jobs, name) {
		return answer, nil
	}
	lines, err := c.Store.ReadAllRows(ctx, key)
	if errors.Is(err, count.ErrNoRecord) {
		return answer, nil
	}
	if err != nil {
		return answer, fmt.Errorf("read the record: %w", err)
	}
	verdicts, err := c.verdicts(ctx, j, lines)
	problems := []error{err}
	for _, verdict := range verdicts {
		for _, result := range verdict.results {
			if result.Result == contract.ResultFail {
				answer.Failed++
				c.Logger.Warn("check failed", "job", result.Job, "slot", result.ScheduledTime, "case", result.CaseName, "check", result.Check, "bound", result.Bound)
			}
		}
		told, err := c.settle(ctx, verdict)
		problems = append(problems, err)
		if told {
			answer.Told++
		}
	}
	return answer, errors.Join(problems...)
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
	again   bool      // all is as usual again, after a failure
	since   time.Time // since when it is to be told
}

// name is that of the comparison or the job.
func (v verdict) name() string { return cmp.Or(v.results[0].Reconcile, v.job.Name) }

// title is what people call it, with its name.
func (v verdict) title() string {
	if v.results[0].Reconcile != "" || v.job.Label == "" {
		return v.name()
	}
	return v.job.Label + " (" + v.job.Name + ")"
}

func (v verdict) fails() bool { return slices.ContainsFunc(v.results, failed) }

func failed(result contract.CheckResult) bool { return result.Result == contract.ResultFail }

func passed(result contract.CheckResult) bool { return result.Result == contract.ResultPass }

// newsTime is how long ago a record may have been counted that has a message of its own. It is
// judged late if its event was lost and sweeps failed, or as a job's first checks were
// deployed: nobody wants a message for each day of two weeks then.
const newsTime = 3 * time.Hour

// verdicts are those of a record: of its own checks, and of each comparison.
func (c *Checker) verdicts(ctx context.Context, j job.Job, lines []contract.Record) ([]verdict, error) {
	var all []verdict
	first := lines[0]
	record := contract.RecordKey(j.Name, first.ScheduledTime, first.Revision)
	news := first.Origin.InTime() && c.now().Sub(first.CountedAt) < newsTime
	if len(j.Checks.Cases) > 0 {
		results, err := Judge(ctx, c.Store, j, lines)
		if err != nil {
			return nil, err
		}
		key := contract.CheckKey(j.Name, first.ScheduledTime, first.Revision)
		all = append(all, verdict{record: record, key: key, job: j, results: results, toTell: contract.ToTellKey(first.CountedAt, key), news: news})
	}
	pairs, err := pairs(ctx, c.Jobs, c.Store, j, lines)
	for _, pair := range pairs {
		all = append(all, verdict{
			record: record, key: pair.key(), job: pair.job, results: []contract.CheckResult{pair.judge()},
			toTell: contract.ToTellKey(first.CountedAt, pair.key()), news: news && pair.left[0].Origin.InTime() && pair.right[0].Origin.InTime(),
		})
	}
	return all, err
}

// settle stores a verdict and, if this stored it, tells of it. The marker that it is to be told
// comes first: whoever is killed after it leaves the rest to the next sweep.
func (c *Checker) settle(ctx context.Context, v verdict) (told bool, err error) {
	if v.again, err = c.again(ctx, v); err != nil {
		return false, err
	}
	tell := v.fails() || v.again
	if tell {
		marker := contract.ToTell{Checks: v.key, Record: v.record, Time: c.now()}
		if _, err := c.Store.CreateJSON(ctx, v.toTell, marker); err != nil {
			return false, fmt.Errorf("note that there is something to tell: %w", err)
		}
	}
	created, err := c.Store.CreateResults(ctx, v.key, v.results)
	if err != nil {
		return false, fmt.Errorf("store the results: %w", err)
	}
	if !created || !tell || !v.news {
		return false, nil
	}
	return c.tellOne(ctx, v)
}

func (c *Checker) now() time.Time { return c.Now().UTC().Truncate(time.Second) }

// inParallel is how many records a sweep judges at a time.
const inParallel = 8

// mostProblems is how many errors are told of many.
const mostProblems = 10

// each calls do for every key, some at a time, until the context ends. It returns the first
// errors.
func each(ctx context.Context, keys []string, do func(key string) error) error {
	var mutex sync.Mutex
	var problems []error
	var group errgroup.Group
	group.SetLimit(inParallel)
	for _, key := range keys {
		if ctx.Err() != nil {
			problems = append(problems, ctx.Err())
			break
		}
		group.Go(func() error {
			if err := do(key); err != nil {
				mutex.Lock()
				defer mutex.Unlock()
				problems = append(problems, err)
			}
			return nil
		})
	}
	_ = group.Wait() // each error is in problems
	if more := len(problems) - mostProblems; more > 0 {
		problems = append(problems[:mostProblems], fmt.Errorf("and %d more errors", more))
	}
	return errors.Join(problems...)
}
