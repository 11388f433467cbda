package athenasource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/internal/count"
	"tally/test/local"
)

const want = "clicks 2, large 3, other 1, total 5"

// expectPaid checks how many queries read rows, and that one gave what is stored.
func (l *lake) expectPaid(t *testing.T, n int) {
	t.Helper()
	if paid := l.paid(); len(paid) != n {
		t.Errorf("%d queries were paid for, want %d: %+v", len(paid), n, paid)
	}
}

// Retries, repeated events and sweeps of a slot join its query.
func TestTheSameCountIsPaidForOnce(t *testing.T) {
	l := startEvents(t)
	query := queryOf(t, jobOf(t, clicks))
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			if got, _ := counted(t, l.source(), query); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	runs.Wait()
	l.expectPaid(t, 1)
}

// What is not the same count has a query of its own.
func TestOtherCountsHaveOtherQueries(t *testing.T) {
	l := startEvents(t)
	base := queryOf(t, jobOf(t, clicks))
	sources := map[string]*Source{"the environment": l.source()}
	sources["the environment"].options.Environment = "prod"
	queries := map[string]count.Query{
		"nothing": base, "the environment": base, "the definition": queryOf(t, jobOf(t, strings.Replace(clicks, "'click'", "'view'", 1))),
	}
	slot, purpose, name := base, base, base
	slot.Slot = slot.Slot.Add(time.Minute)
	purpose.Purpose = "recount 1d"
	name.Job.Name = "other"
	queries["the slot"], queries["the purpose"], queries["the job"] = slot, purpose, name
	for what, query := range queries {
		source := sources[what]
		if source == nil {
			source = l.source()
		}
		before := len(l.paid())
		counted(t, source, query)
		if len(l.paid()) != before+1 {
			t.Errorf("with another value of %s there is no query of its own", what)
		}
	}
}

// The answer to StartQueryExecution gets lost, after Athena began the query.
func TestALostAnswerStartsNoOtherQuery(t *testing.T) {
	l := startEvents(t)
	query := queryOf(t, jobOf(t, clicks))
	for range 3 {
		l.Athena.SetFaults("StartQueryExecution", local.AthenaFault{}, local.AthenaAnswerLost, local.AthenaAnswerLost)
		if got, _ := counted(t, l.source(), query); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	l.expectPaid(t, 1)
}

// A query may take longer than a run. That is no failure, and the next run waits for its end.
func TestAQueryThatOutlivesItsRun(t *testing.T) {
	l := startEvents(t)
	query := queryOf(t, jobOf(t, clicks))
	l.Athena.SetPace(local.AthenaPace{}, local.AthenaPace{Running: local.AthenaHeld})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := l.source().Count(ctx, query); !errors.Is(err, count.ErrPending) {
		t.Fatalf("got %v, want that the query is pending", err)
	}
	l.Athena.Release()
	if got, _ := counted(t, l.source(), query); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	l.expectPaid(t, 1)
}

// Nobody joins what a person counts on another machine, so that it is stopped.
func TestAQueryThatNobodyWaitsForIsStopped(t *testing.T) {
	l := startEvents(t)
	source := l.source()
	source.options.Stops = true
	l.Athena.SetPace(local.AthenaPace{}, local.AthenaPace{Running: local.AthenaHeld})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := source.Count(ctx, queryOf(t, jobOf(t, clicks)))
	if err == nil || errors.Is(err, count.ErrPending) || !strings.Contains(err.Error(), "did not end in time, and was stopped") {
		t.Errorf("got %v", err)
	}
	executions := l.Athena.Executions()
	if last := executions[len(executions)-1]; last.State != cancelled {
		t.Errorf("the query is %s", last.State)
	}
}

// What failed may be tried again by the next run, and then ever more rarely. What would fail again
// and costs money is left to a person.
func TestWhenAnotherAttemptIsMade(t *testing.T) {
	for _, test := range []struct {
		name    string
		failure local.AthenaFailure
		again   bool
		sweeps  []int // of 20, hour by hour, that make another attempt
	}{
		{"denied by Glue", local.AthenaGlueDenied, true, []int{1, 2, 4, 8, 16}},
		{"denied by S3", local.AthenaS3Denied, true, []int{1, 2, 4, 8, 16}},
		{"Athena failed", local.AthenaEngineFailed, true, []int{1, 2, 4, 8, 16}},
		{"S3 throttled", local.AthenaS3SlowDown, true, []int{1, 2, 4, 8, 16}},
		{"the scan limit", local.AthenaScanLimit, false, nil},
		{"out of resources", local.AthenaExhausted, false, nil},
		{"too slow", local.AthenaTimedOut, false, nil},
		{"cancelled by a person", local.AthenaCancelled, false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := startEvents(t)
			query, now := queryOf(t, jobOf(t, clicks)), slot
			l.Athena.SetClock(func() time.Time { return now })
			run := func(later time.Duration, failures ...local.AthenaFailure) (queries int, err error) {
				now = now.Add(later)
				before := l.counting()
				for i := range failures {
					failures[i].Of = "COUNT("
				}
				l.Athena.SetFailures(failures...)
				_, err = l.source().Count(t.Context(), query)
				return l.counting() - before, err
			}
			expect := func(when string, want, queries int, err error) {
				t.Helper()
				if err == nil || queries != want {
					t.Errorf("%s: %d queries (%v), want %d", when, queries, err, want)
				}
			}
			more := 0
			if test.again {
				more = 1
			}
			queries, err := run(0, test.failure)
			expect("the first run", 1, queries, err)
			queries, err = run(time.Minute, test.failure)
			expect("its retry", more, queries, err)
			for hour := 1; hour <= 20; hour++ {
				queries, err = run(time.Hour, test.failure)
				more := 0
				if slices.Contains(test.sweeps, hour) {
					more = 1
				}
				expect(fmt.Sprintf("a sweep %d hours later", hour), more, queries, err)
			}
			queries, err = run(12 * time.Hour)
			if queries != more || (err == nil) != test.again {
				t.Errorf("a day later: %d queries (%v), want %d", queries, err, more)
			}
			queries, err = run(time.Hour)
			if queries != 0 || (err == nil) != test.again {
				t.Errorf("after that: %d queries (%v)", queries, err)
			}
			query.Purpose = "slot requested 2022-04-10T00:00:00Z"
			if queries, err = run(time.Hour); queries != 1 || err != nil {
				t.Errorf("a person wants it: %d queries (%v)", queries, err)
			}
		})
	}
}

// counting is how many queries count, of those that Athena began.
func (l *lake) counting() int {
	n := 0
	for _, execution := range l.Athena.Executions() {
		if strings.Contains(execution.SQL, "COUNT(") {
			n++
		}
	}
	return n
}

// Athena keeps results for a day. A run that comes later counts again.
func TestResultsThatAreGone(t *testing.T) {
	l := startEvents(t)
	query, now := queryOf(t, jobOf(t, clicks)), slot
	l.Athena.SetClock(func() time.Time { return now })
	l.Athena.SetFaults("GetQueryResults", local.AthenaFault{}, local.AthenaTokenExpired)
	if _, err := l.source().Count(t.Context(), query); err == nil {
		t.Fatal("the run did not fail")
	}
	now = now.Add(25 * time.Hour)
	if got, _ := counted(t, l.source(), query); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	l.expectPaid(t, 2)
}

// A result that no run can read is not paid for each day, for as long as sweeps look back.
func TestResultsThatNoRunCanRead(t *testing.T) {
	l := startEvents(t)
	query, now := queryOf(t, jobOf(t, clicks+"    group_by: [kind]\n    max_groups: 1\n")), slot
	l.Athena.SetClock(func() time.Time { return now })
	for range 14 * 4 {
		if _, err := l.source().Count(t.Context(), query); err == nil || !count.IsPermanent(err) {
			t.Fatalf("got %v, want a permanent failure", err)
		}
		now = now.Add(6 * time.Hour)
	}
	l.expectPaid(t, 1+mostGone)
}

// Only results that are old enough to be gone are counted again.
func TestOtherRefusalsOfResultsArePaidForOnce(t *testing.T) {
	l := startEvents(t)
	query, now := queryOf(t, jobOf(t, clicks)), slot
	l.Athena.SetClock(func() time.Time { return now })
	for range 3 {
		l.Athena.SetFaults("GetQueryResults", local.AthenaFault{}, local.AthenaFault{Code: "InvalidRequestException", Message: "no"})
		if _, err := l.source().Count(t.Context(), query); err == nil {
			t.Error("the run did not fail")
		}
		now = now.Add(time.Hour)
	}
	l.expectPaid(t, 1)
}

// Yesterday's throttling says nothing about today: other slots do not wait for it.
func TestOldThrottlingHoldsNothing(t *testing.T) {
	l := startEvents(t)
	query, now := queryOf(t, jobOf(t, clicks)), slot
	l.Athena.SetClock(func() time.Time { return now })
	slow := local.AthenaS3SlowDown
	slow.Of = "COUNT("
	for i, want := range []bool{true, true, false, false} { // the first run, its retry, and runs that start no query
		l.Athena.SetFailures(slow)
		_, err := l.source().Count(t.Context(), query)
		if got := failureOf(t, err); got.Unavailable != want || got.Permanent {
			t.Errorf("run %d: %v is unavailable: %t", i, got, got.Unavailable)
		}
		now = now.Add(time.Minute)
	}
}

// The state of a slot can be counted by a query that began in time, however late its end is seen.
func TestTheStateOfASlotIsJoinedLater(t *testing.T) {
	l := startEvents(t)
	query, now := queryOf(t, jobOf(t, "    source: {athena: lake, table: events}\n")), slot.Add(time.Minute)
	l.Athena.SetClock(func() time.Time { return now })
	l.Athena.SetPace(local.AthenaPace{Running: local.AthenaHeld, Of: "COUNT("})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := l.source().Count(ctx, query); !errors.Is(err, count.ErrPending) {
		t.Fatalf("got %v", err)
	}
	l.Athena.Release()
	now, query.JoinOnly = slot.Add(time.Hour), true
	if got, result := counted(t, l.source(), query); got != "total 6" || !result.At.Equal(slot.Add(time.Minute)) {
		t.Errorf("got %s at %s", got, result.At)
	}
	query.Slot = slot.Add(-time.Hour) // whose query nobody began
	if _, err := l.source().Count(t.Context(), query); !errors.Is(err, count.ErrTooLate) {
		t.Errorf("got %v, want that it is too late", err)
	}
}
