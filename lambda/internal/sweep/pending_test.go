package sweep_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
)

// A query that outlives its run is neither a failure nor a missed slot, for a gap and for a
// recount: the next sweep joins it.
func TestAQueryThatStillRunsIsPending(t *testing.T) {
	w := newWorld(t, "2026-03-01T00:00:00Z", "daily 0 1 * * ? *")
	w.sweep()
	w.now = w.now.Add(48 * time.Hour)
	pending := &sweep.Reply{Payload: []byte(`{"outcome":"` + string(contract.OutcomePending) + `","job":"daily"}`)}
	still := func(string, time.Time) (*sweep.Reply, error) { return pending, nil }
	w.fail = still
	for range 2 {
		answer := w.sweep()
		if answer.Pending.Total != 2 || answer.Failed.Total+answer.Missed.Total+answer.Recovered.Total != 0 ||
			!strings.Contains(answer.Pending.Slots[0].Reason, "its query still runs in Athena") {
			t.Fatalf("got %+v", answer)
		}
	}
	w.fail = nil
	if answer := w.sweep(); answer.Recovered.Total != 2 || answer.Pending.Total != 0 {
		t.Errorf("got %+v", answer)
	}

	w.setAges("1d")
	w.fail = still
	if answer := w.sweep(); answer.Recounted.Total != 0 || len(w.markers()) != 0 {
		t.Errorf("got %+v, and the markers %v", answer, w.markers())
	}
	w.fail = nil
	if answer := w.sweep(); answer.Recounted.Total != 1 || len(w.markers()) != 1 {
		t.Errorf("got %+v, and the markers %v", answer, w.markers())
	}
}

// A job without a window may have a query that began in time. Only if its counter says that there
// is none, the slot is missed.
func TestAStateThatAQueryCountsIsNotMissed(t *testing.T) {
	w := newWorld(t, "2026-03-01T00:00:00Z", "objects state 0 1 * * ? *")
	w.engine.Jobs.Jobs[0].Source = job.Source{Athena: "lake", Table: job.Table{"inventory"}}
	w.sweeper.Counters = []contract.Counter{{Function: "tally-counter", Sources: []string{"athena/lake"}}}
	w.sweep()
	w.now = w.now.Add(24 * time.Hour)
	pending := &sweep.Reply{Payload: []byte(`{"outcome":"pending","job":"objects"}`)}
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return pending, nil }
	if answer := w.sweep(); answer.Pending.Total != 1 || answer.Missed.Total != 0 {
		t.Errorf("while it runs: %+v", answer)
	}
	for _, errorType := range []string{contract.ErrorTransient, contract.ErrorUnavailable} {
		down := &sweep.Reply{Failed: true, Payload: []byte(`{"errorType":"` + errorType + `","errorMessage":"no answer"}`)}
		w.fail = func(string, time.Time) (*sweep.Reply, error) { return down, nil }
		if answer := w.sweep(); answer.Failed.Total != 1 || answer.Missed.Total != 0 {
			t.Errorf("while Athena is %s: %+v", errorType, answer)
		}
	}
	w.fail = nil
	w.engine.Source = late{}
	if answer := w.sweep(); answer.Missed.Total != 1 || answer.Failed.Total != 0 {
		t.Errorf("if none began in time: %+v", answer)
	}
}

// A failure that may pass makes no missed slot, until no later sweep looks at it.
func TestAStateThatIsNeverCountedIsMissedInTheEnd(t *testing.T) {
	w := newWorld(t, "2026-03-01T00:00:00Z", "objects state 0 1 * * ? *")
	w.engine.Jobs.Jobs[0].Source = job.Source{Athena: "lake", Table: job.Table{"inventory"}}
	w.sweeper.Counters = []contract.Counter{{Function: "tally-counter", Sources: []string{"athena/lake"}}}
	w.sweep()
	slot := w.now.Add(time.Hour)
	down := &sweep.Reply{Failed: true, Payload: []byte(`{"errorType":"Transient","errorMessage":"no answer"}`)}
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return down, nil }
	w.now = slot.Add(contract.SweepDays*24*time.Hour - 2*time.Hour)
	if answer := w.sweep(); answer.Missed.Total != 0 || answer.Failed.Total != 14 || answer.GivenUp.Total != 0 {
		t.Errorf("two hours before: %+v", answer)
	}
	w.now = slot.Add(contract.SweepDays*24*time.Hour - 30*time.Minute)
	if answer := w.sweep(); answer.Missed.Total != 1 || !answer.Missed.Slots[0].Slot.Equal(slot) {
		t.Errorf("in the last sweep: %+v", answer)
	}
}

// late is a source that was not asked in time.
type late struct{}

func (late) Count(context.Context, count.Query) (count.Result, error) {
	return count.Result{}, &count.Failure{Permanent: true, Err: count.ErrTooLate}
}
