package sweep_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
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
