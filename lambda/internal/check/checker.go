package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
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
	Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error)
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
	key     string // of the results
	job     job.Job
	results []contract.CheckResult
	toTell  string    // the key of the marker that it is to be told
	inTime  bool      // counted neither by a backfill nor by a recount
	again   bool      // all is as usual again, after a failure
	since   time.Time // since when it is to be told
}

// subject is the name of the job or the comparison.
func (v verdict) subject() string { return cmp.Or(v.results[0].Reconcile, v.job.Name) }

func (v verdict) fails() bool { return slices.ContainsFunc(v.results, failed) }

func failed(result contract.CheckResult) bool { return result.Result == contract.ResultFail }

// verdicts are those of a record: of its own checks, and of each comparison.
func (c *Checker) verdicts(ctx context.Context, j job.Job, lines []contract.Record) ([]verdict, error) {
	var all []verdict
	first := lines[0]
	if len(j.Checks.Cases) > 0 {
		results, err := Judge(ctx, c.Store, j, lines)
		if err != nil {
			return nil, err
		}
		key := contract.CheckKey(j.Name, first.ScheduledTime, first.Revision)
		all = append(all, verdict{key: key, job: j, results: results, toTell: contract.ToTellKey(first.CountedAt, key), inTime: first.Origin.InTime()})
	}
	pairs, err := pairs(ctx, c.Jobs, c.latest, j, lines)
	for _, pair := range pairs {
		left, right := pair.left[0], pair.right[0]
		all = append(all, verdict{
			key: pair.key(), job: pair.job, results: []contract.CheckResult{pair.judge()},
			toTell: contract.ToTellKey(latest(left.CountedAt, right.CountedAt), pair.key()), inTime: left.Origin.InTime() && right.Origin.InTime(),
		})
	}
	return all, err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// settle stores a verdict and, if this stored it, tells of it. The marker that it is to be told
// comes first: whoever is killed after it leaves the rest to the next sweep.
func (c *Checker) settle(ctx context.Context, v verdict) (told bool, err error) {
	if v.again, err = c.again(ctx, v); err != nil {
		return false, err
	}
	tell := v.fails() || v.again
	if tell {
		marker := contract.ToTell{Checks: v.key, Record: v.results[0].Record, Time: c.now()}
		if _, err := c.Store.CreateJSON(ctx, v.toTell, marker); err != nil {
			return false, fmt.Errorf("note that there is something to tell: %w", err)
		}
	}
	created, err := c.Store.CreateResults(ctx, v.key, v.results)
	if err != nil {
		return false, fmt.Errorf("store the results: %w", err)
	}
	if !created || !tell || !v.inTime {
		return false, nil
	}
	return c.tellOne(ctx, v)
}

func (c *Checker) now() time.Time { return c.Now().UTC().Truncate(time.Second) }

// again tells whether a verdict passes and the one before it failed.
func (c *Checker) again(ctx context.Context, v verdict) (bool, error) {
	passes := slices.ContainsFunc(v.results, func(r contract.CheckResult) bool { return r.Result == contract.ResultPass })
	if !passes || v.fails() || !v.inTime || v.results[0].Reconcile != "" {
		return false, nil
	}
	before, err := c.before(ctx, v)
	return slices.ContainsFunc(before, failed), err
}

// daysBefore is how many days of results are looked through for the ones before.
const daysBefore = 3

// before are the results before a verdict's, of the same job.
func (c *Checker) before(ctx context.Context, v verdict) ([]contract.CheckResult, error) {
	at := v.results[0].ScheduledTime
	for range daysBefore {
		keys, err := c.Store.Keys(ctx, contract.ChecksDayPrefix(at)+v.job.Name+"-")
		if err != nil {
			return nil, fmt.Errorf("find the results before: %w", err)
		}
		for _, key := range slices.Backward(keys) { // a slot's time has its own order, and its tenth revision is rare
			if name, slot, _, ok := contract.ParseCheckKey(key); ok && name == v.job.Name && slot.Before(v.results[0].ScheduledTime) {
				return c.Store.ReadResults(ctx, key)
			}
		}
		previous, fires := v.job.Cron.Prev(at.UTC().Truncate(24*time.Hour), v.job.ScheduleZone)
		if !fires {
			break
		}
		at = previous
	}
	return nil, nil
}

// inParallel is how many records a sweep judges at a time.
const inParallel = 8

// each calls do for every key, some at a time, and returns all errors.
func each(keys []string, do func(key string) error) error {
	problems := make([]error, len(keys))
	var group errgroup.Group
	group.SetLimit(inParallel)
	for i, key := range keys {
		group.Go(func() error {
			problems[i] = do(key)
			return nil
		})
	}
	_ = group.Wait() // each error is in problems
	return errors.Join(problems...)
}
