package sweep_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// checks is the checks' part of a sweep.
type checks func(context.Context) error

func (c checks) Overdue(ctx context.Context) error { return c(ctx) }

// Whatever becomes of the checks, the slots are counted, and the answer says what went wrong.
func TestBrokenChecksKeepNoSlotFromBeingCounted(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	for _, test := range []struct {
		name   string
		checks checks
		failed string
		panics bool
	}{
		{"all is well", func(context.Context) error { return nil }, "", false},
		{"they fail", func(context.Context) error { return errors.New("the topic is gone") }, "the topic is gone", false},
		{"they break off", func(context.Context) error { panic("index out of range") }, "", true},
		{"they hang until the time ends", func(ctx context.Context) error { end(); <-ctx.Done(); return ctx.Err() }, "context canceled", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
			w.sweep()
			w.sweeper.Checks = test.checks
			w.pass("2022-04-07T03:30:00Z")
			func() {
				defer func() {
					if broke := recover(); (broke != nil) != test.panics {
						t.Errorf("the sweep broke off: %v", broke)
					}
				}()
				answer, err := w.sweeper.Sweep(ctx)
				if err != nil || answer.ChecksFailed != test.failed || answer.Recovered.Total != 3 {
					t.Errorf("the answer is %+v (%v)", answer, err)
				}
			}()
			if difference := cmp.Diff(slots("a", 1, 2, 3), w.records()); difference != "" {
				t.Errorf("records (- want, + got):\n%s", difference)
			}
		})
	}
}

// Gaps that take all the time leave a minute to the checks, and so does a sweep that fails.
func TestTheChecksHaveTime(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
	w.sweep()
	w.pass("2022-04-07T03:30:00Z")
	left := time.Duration(0)
	w.sweeper.Checks = checks(func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 66*time.Second) // of which it keeps 5 to report
	defer cancel()
	answer, err := w.sweeper.Sweep(ctx)
	if err != nil || answer.Pending.Total != 3 || left < 55*time.Second {
		t.Errorf("the checks had %s, and the answer is %+v (%v)", left, answer, err)
	}
	left = 0
	_ = w.s3.Put(bucket, "schedules/prod/000001.json", []byte("damaged"))
	if _, err := w.sweeper.Sweep(ctx); err == nil || left < 50*time.Second {
		t.Errorf("the checks had %s after %v", left, err)
	}
}
