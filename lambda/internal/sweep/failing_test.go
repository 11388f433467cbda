package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
)

// A slot that fails whenever it is tried is no reason for others to wait, not even where it
// takes all the time of a sweep.
func TestAGapThatAlwaysFailsKeepsNoOtherWaiting(t *testing.T) {
	bad := slots("a", 3)[0]
	for name, fail := range map[string]func(w *world) (*sweep.Reply, error){
		"a permanent failure": func(*world) (*sweep.Reply, error) {
			return functionError(contract.ErrorPermanent, "no such column"), nil
		},
		"a timeout of the counter": func(*world) (*sweep.Reply, error) {
			return functionError("Sandbox.Timedout", "Task timed out after 300.00 seconds"), nil
		},
		"the counter is throttled for it": func(*world) (*sweep.Reply, error) { return nil, refusal(429) },
		"a lost connection":               func(*world) (*sweep.Reply, error) { return nil, errors.New("connection reset by peer") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nb "+hourly+"\nc other "+hourly)
			w.sweep()
			w.fail = func(job string, slot time.Time) (*sweep.Reply, error) {
				if job+" "+slot.Format(time.RFC3339) == bad {
					return fail(w)
				}
				return nil, nil
			}
			w.live("2022-04-08T00:30:00Z", everything) // 24 sweeps
			var hours []int
			for hour := 1; hour <= 24; hour++ {
				hours = append(hours, hour)
			}
			var want []string
			for _, name := range []string{"a", "b", "c"} {
				want = append(want, slots(name, hours...)...)
			}
			want = slices.DeleteFunc(want, func(slot string) bool { return slot == bad })
			if difference := cmp.Diff(want, w.records()); difference != "" {
				t.Errorf("records (- want, + got):\n%s", difference)
			}
		})
	}
}

// refusal is an answer of Lambda's API with that status.
func refusal(status int) error {
	return &sweep.APIError{Status: status, Kind: fmt.Sprintf("status %d", status)}
}

// A database that is down holds back its own gaps, and those of no other.
func TestADatabaseThatIsDownHoldsBackItsOwnGapsOnly(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nb "+hourly+"\nc other "+hourly)
	w.sweeper.Parallel = 1
	w.sweep()
	w.fail = func(job string, _ time.Time) (*sweep.Reply, error) {
		if job != "c" {
			return functionError(contract.ErrorUnavailable, "database app: connect: connection refused"), nil
		}
		return nil, nil
	}
	w.pass("2022-04-07T03:30:00Z")
	answer := w.sweep()
	if difference := cmp.Diff(slots("c", 1, 2, 3), w.records()); difference != "" {
		t.Errorf("records (- want, + got):\n%s", difference)
	}
	if answer.Failed.Total != 1 || answer.Pending.Total != 5 || len(w.invoked) != 4 ||
		!strings.Contains(answer.Failed.Slots[0].Reason, "connection refused") || !strings.Contains(answer.Pending.Slots[0].Reason, "database/app was not available") {
		t.Errorf("the sweep says %+v, and invoked for %v", answer, w.invoked)
	}
	w.fail, w.invoked = nil, nil
	if again := w.sweep(); again.Recovered.Total != 6 || again.Failed.Total+again.Pending.Total != 0 {
		t.Errorf("the database is back, and the sweep says %+v", again)
	}
}

// A counter that refuses for a moment, as while it is updated, is asked again by the same sweep.
func TestARefusalForAMomentCostsNoGapAnHour(t *testing.T) {
	for _, status := range []int{409, 429} {
		w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nb "+hourly)
		w.sweep()
		var refusals atomic.Int64
		w.fail = func(string, time.Time) (*sweep.Reply, error) {
			if refusals.Add(1) <= 6 {
				return nil, refusal(status)
			}
			return nil, nil
		}
		w.pass("2022-04-07T05:30:00Z")
		answer := w.sweep()
		if answer.Recovered.Total != 10 || answer.Pending.Total+answer.Failed.Total != 0 {
			t.Errorf("%d: the sweep says %+v", status, answer)
		}
	}
}

// A counter that refuses all the time is left alone until the next sweep.
func TestACounterThatRefusesAllTheTimeIsLeftAlone(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a * * * * ? *")
	w.sweep()
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return nil, refusal(429) }
	w.pass("2022-04-07T03:30:00Z")
	if answer := w.sweep(); answer.Pending.Total != 165 || len(w.invoked) > 30 {
		t.Errorf("%d slots are pending after %d invocations", answer.Pending.Total, len(w.invoked))
	}
}

// What Lambda does not take for now is pending, all else is a failure.
func TestWhatIsPendingAndWhatFails(t *testing.T) {
	for _, test := range []struct {
		name            string
		output          *sweep.Reply
		err             error
		pending, failed int
		reason          string
	}{
		{"throttled", nil, refusal(429), 1, 0, "status 429"},
		{"being updated", nil, refusal(409), 1, 0, "status 409"},
		{"network interface not ready", nil, refusal(502), 1, 0, "status 502"},
		{"cut off", nil, errors.New("connection reset by peer"), 1, 0, "connection reset by peer"},
		{"may not be invoked", nil, refusal(403), 0, 1, "status 403"},
		{"no such function", nil, refusal(404), 0, 1, "status 404"},
		{"the job is wrong", functionError(contract.ErrorPermanent, "no such column"), nil, 0, 1, "no such column"},
		{"the counter ended", functionError("Runtime.ExitError", "Error: Runtime exited with error: signal: killed"), nil, 0, 1, "signal: killed"},
		{"an answer of something else", &sweep.Reply{Payload: []byte("hello")}, nil, 0, 1, "read the answer of tally-vpc-counter"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
			w.sweep()
			w.pass("2022-04-07T01:30:00Z")
			w.fail = func(string, time.Time) (*sweep.Reply, error) { return test.output, test.err }
			answer := w.sweep()
			said := append(answer.Pending.Slots, answer.Failed.Slots...)
			if answer.Pending.Total != test.pending || answer.Failed.Total != test.failed || !strings.Contains(said[0].Reason, test.reason) {
				t.Errorf("the sweep says %+v", answer)
			}
			w.fail = nil
			if again := w.sweep(); again.Recovered.Total != 1 {
				t.Errorf("the next sweep says %+v", again)
			}
		})
	}
}

// A counter that takes all the time of a sweep keeps others waiting until the next one,
// which goes through the gaps in the reverse order.
func TestASlowSlotKeepsOthersWaitingForOneSweep(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
	w.sweeper.Parallel = 1
	w.sweep()
	slow := &slowLambda{world: w, slot: "2022-04-07T03:00:00Z"}
	w.sweeper.Lambda = slow
	w.pass("2022-04-07T04:30:00Z")
	slow.sweep(t)
	w.now = w.now.Add(time.Hour)
	slow.sweep(t)
	if difference := cmp.Diff(slots("a", 1, 2, 4, 5), w.records()); difference != "" {
		t.Errorf("records (- want, + got):\n%s", difference)
	}
}

// slowLambda has a counter that never ends for one slot.
type slowLambda struct {
	*world
	slot string
}

func (s *slowLambda) Invoke(ctx context.Context, function string, payload []byte) (sweep.Reply, error) {
	if request, err := contract.ParseEvent(payload); err == nil {
		if event, ok := request.(contract.Event); ok && event.ScheduledTime.Format(time.RFC3339) == s.slot {
			<-ctx.Done()
			return sweep.Reply{}, ctx.Err()
		}
	}
	return s.world.Invoke(ctx, function, payload)
}

// sweep sweeps with little time, and reports what it did within that.
func (s *slowLambda) sweep(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second) // of which it keeps 5 to report and wants 2 to begin
	defer cancel()
	answer, err := s.sweeper.Sweep(ctx)
	if err != nil || ctx.Err() != nil || answer.Failed.Total != 0 {
		t.Errorf("the sweep says %+v (%v)", answer, err)
	}
	if !slices.ContainsFunc(answer.Pending.Slots, func(slot contract.SweptSlot) bool {
		return slot.Reason == "it was still being counted when the monitor's time ended"
	}) {
		t.Errorf("the pending slots are %+v", answer.Pending.Slots)
	}
}
