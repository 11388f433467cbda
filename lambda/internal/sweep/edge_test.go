package sweep_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
)

// What a sweep says and stores has whole seconds.
func TestTheSecondsOfASweep(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00.7Z", "a "+hourly)
	answer := w.sweep()
	history, _, err := sweep.ReadHistory(t.Context(), w.store, "prod", w.now)
	if begun := mustTime(t, "2022-04-07T00:30:00Z"); err != nil || !history[0].Time.Equal(begun) || !answer.To.Equal(begun.Add(-15*time.Minute)) {
		t.Errorf("the history is %+v (%v), and the answer %+v", history, err, answer)
	}
}

// What a deploy ended may still be counted by a run that began in time.
func TestASlotJustBeforeADeploy(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a 10 * * * ? *")
	w.sweep()
	w.pass("2022-04-07T02:12:00Z")
	w.deploy("a 40 * * * ? *")
	w.sweep()
	if difference := cmp.Diff([]string{"a 2022-04-07T01:10:00Z"}, w.records()); difference != "" {
		t.Errorf("records (- want, + got):\n%s", difference)
	}
}

// silent are metrics that cannot be published.
type silent struct{}

var errSilent = errors.New("the log is closed")

func (silent) PublishSweep(contract.SweepAnswer) error { return errSilent }

// Without its metrics a sweep looks as if there had been none, so it fails.
func TestASweepWithoutMetricsFails(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
	w.sweeper.Metrics = silent{}
	if answer, err := w.sweeper.Sweep(t.Context()); !errors.Is(err, errSilent) {
		t.Errorf("got %+v (%v)", answer, err)
	}
}

// An invocation that could not end is not begun.
func TestNothingBeginsWithoutTime(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
	w.sweep()
	w.pass("2022-04-07T03:30:00Z")
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second) // of which it keeps 5 to report
	defer cancel()
	answer, err := w.sweeper.Sweep(ctx)
	if err != nil || answer.Pending.Total != 3 || len(w.invoked) > 0 {
		t.Errorf("it invoked for %v, and says %+v (%v)", w.invoked, answer, err)
	}
}

// Only refusals in a row say that a counter has no room: here a connection is lost in between.
func TestRefusalsInARow(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nb "+hourly)
	w.sweeper.Parallel = 1
	w.sweep()
	calls := 0
	w.fail = func(string, time.Time) (*sweep.Reply, error) {
		switch calls++; {
		case calls == 21 || calls == 42:
			return nil, errors.New("connection reset by peer")
		case calls < 42:
			return nil, refusal(429)
		}
		return nil, nil
	}
	w.pass("2022-04-07T05:30:00Z")
	if answer := w.sweep(); answer.Recovered.Total != 8 || answer.Pending.Total != 2 {
		t.Errorf("the sweep says %+v", answer)
	}
}
