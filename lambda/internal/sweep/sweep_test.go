package sweep_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
	"tally/test/local"
)

const hourly = "0 * * * ? *"

// Each case lives for a while and says which slots have a record at its end.
func TestEverySlotHasARecordAndNoOther(t *testing.T) {
	const begin = "2022-04-07T00:30:00Z"
	for _, test := range []struct {
		name string
		jobs string
		live func(w *world)
		want []string
	}{
		{"nothing is lost", "a " + hourly, func(w *world) {
			w.sweep() // which every deploy ends with
			w.live("2022-04-07T04:30:00Z", nothing)
		}, slots("a", 1, 2, 3, 4)},
		{"a job that never ran", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T05:30:00Z", everything)
		}, slots("a", 1, 2, 3, 4, 5)},
		{"a slot whose run may still be going", "a " + hourly, func(w *world) {
			w.sweep()
			w.pass("2022-04-07T02:15:00Z") // 10 minutes and the counters' timeout after 02:00
			w.sweep()
		}, slots("a", 1)},
		{"one second later it no longer may", "a " + hourly, func(w *world) {
			w.sweep()
			w.pass("2022-04-07T02:15:01Z")
			w.sweep()
		}, slots("a", 1, 2)},
		{"a job that counts the current state", "a state " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T02:30:00Z", nothing)
			w.live("2022-04-07T04:30:00Z", everything)
		}, append(slots("a", 1, 2), slots("a", 3)[0]+" missed", slots("a", 4)[0]+" missed")},
		{"taken out and put back", "a " + hourly + "\nb " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T02:30:00Z", everything)
			w.deploy("b " + hourly)
			w.sweep()
			w.live("2022-04-07T04:30:00Z", everything)
			w.deploy("a " + hourly + "\nb " + hourly)
			w.sweep()
			w.live("2022-04-07T06:30:00Z", everything)
		}, append(slots("a", 1, 2, 5, 6), slots("b", 1, 2, 3, 4, 5, 6)...)},
		{"taken out: its last slots can no longer be counted", "a " + hourly + "\nb " + hourly, func(w *world) {
			w.sweep()
			w.pass("2022-04-07T02:30:00Z")
			w.deploy("b " + hourly)
			w.live("2022-04-07T03:30:00Z", everything)
		}, slots("b", 1, 2, 3)},
		{"renamed", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T02:30:00Z", nothing)
			w.deploy("b " + hourly)
			w.sweep()
			w.live("2022-04-07T04:30:00Z", everything)
		}, append(slots("a", 1, 2), slots("b", 3, 4)...)},
		{"a schedule that changed and changed back", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", everything)
			w.deploy("a 0 0/4 * * ? *")
			w.sweep()
			w.live("2022-04-07T08:30:00Z", everything)
			w.deploy("a " + hourly)
			w.sweep()
			w.live("2022-04-07T10:30:00Z", everything)
		}, slots("a", 1, 4, 8, 9, 10)},
		{"a zone that changed", "a 0 3 * * ? *", func(w *world) {
			w.sweep()
			w.live("2022-04-07T04:30:00Z", everything)
			w.deploy("a 0 15 * * ? * in Asia/Seoul") // 06:00 UTC
			w.sweep()
			w.live("2022-04-07T07:30:00Z", everything)
		}, slots("a", 3, 6)},
		{"a deploy that rolls back before a sweep", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", everything)
			w.deploy("a 0 0/4 * * ? *\nb " + hourly)
			w.deploy("a " + hourly)
			w.live("2022-04-07T03:30:00Z", everything)
		}, slots("a", 1, 2, 3)},
		{"a deploy that rolls back after a sweep", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", everything)
			w.deploy("a 0 0/4 * * ? *\nb " + hourly)
			w.sweep()
			w.deploy("a " + hourly)
			w.sweep()
			w.live("2022-04-07T03:30:00Z", everything)
		}, slots("a", 1, 2, 3)},
		{"slots between a deploy and the entry: counted, and none is recorded as missed", "a " + hourly + "\nstate state " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", nothing)
			w.deploy("a 30 0/4 * * ? *\nstate state 30 0/4 * * ? *")
			w.pass("2022-04-07T03:50:00Z") // no sweep until now
			w.sweep()
			w.live("2022-04-07T04:20:00Z", everything)
		}, append(slots("a", 1, 2, 3), slots("state", 1)...)},
		{"an outage of all for 13 days", "a 0 12 * * ? *", func(w *world) {
			w.sweep()
			w.pass("2022-04-20T13:00:00Z")
			w.sweep()
		}, slots("a", 12, 36, 60, 84, 108, 132, 156, 180, 204, 228, 252, 276, 300, 324)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, begin, test.jobs)
			test.live(w)
			if difference := cmp.Diff(test.want, w.records()); difference != "" {
				t.Errorf("records (- want, + got):\n%s", difference)
			}
			for _, answer := range w.answers {
				if answer.Failed.Total+answer.Pending.Total+answer.Leaving.Total > 0 {
					t.Errorf("a sweep says %+v", answer)
				}
			}
			w.invoked = nil
			if again := w.sweep(); again.Recovered.Total+again.Missed.Total > 0 || len(w.invoked) > 0 {
				t.Errorf("a second sweep did %+v, and invoked for %v", again, w.invoked)
			}
		})
	}
}

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
	return &sweep.Refusal{Status: status, Kind: fmt.Sprintf("status %d", status)}
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

// Slots that no later sweep looks at are named once.
func TestASlotThatLeavesTheLookbackIsNamedOnce(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a 0 1 7 4 ? *") // once a year
	w.sweep()
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return nil, refusal(429) }
	w.pass("2022-04-20T22:10:00Z")
	w.live("2022-04-21T04:30:00Z", nothing)
	var leaving []string
	for _, answer := range w.answers {
		for _, slot := range answer.Leaving.Slots {
			leaving = append(leaving, answer.To.Format(time.DateTime)+": "+slot.Job+" "+slot.Slot.Format(time.RFC3339))
		}
		if answer.Leaving.Total != answer.Failed.Total {
			t.Errorf("a slot that leaves is no failure: %+v", answer)
		}
	}
	if difference := cmp.Diff([]string{"2022-04-21 00:02:00: a 2022-04-07T01:00:00Z"}, leaving); difference != "" {
		t.Errorf("named (- want, + got):\n%s", difference)
	}
}

func TestTwoSweepsAtOnce(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nstate state "+hourly)
	w.sweep()
	w.deploy("a " + hourly + "\nstate state " + hourly + "\nb " + hourly)
	w.pass("2022-04-07T06:30:00Z")
	var sweeps sync.WaitGroup
	for range 4 {
		sweeps.Go(func() {
			if _, err := w.sweeper.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	sweeps.Wait()
	want := slots("a", 1, 2, 3, 4, 5, 6)
	for _, slot := range slots("state", 1, 2, 3, 4, 5, 6) {
		want = append(want, slot+" missed")
	}
	if difference := cmp.Diff(want, w.records()); difference != "" {
		t.Errorf("records (- want, + got):\n%s", difference)
	}
	if difference := cmp.Diff([]string{"schedules/prod/000001.json", "schedules/prod/000002.json"}, w.entries()); difference != "" {
		t.Errorf("entries (- want, + got):\n%s", difference)
	}
}

func TestTwoEnvironmentsInOneBucket(t *testing.T) {
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	one := worldIn(t, server, "prod", "2022-04-07T00:30:00Z", "a "+hourly)
	two := worldIn(t, server, "prod-eu", "2022-04-07T00:30:00Z", "b "+hourly)
	for _, w := range []*world{one, two} {
		w.sweep()
		w.pass("2022-04-07T03:30:00Z")
		w.sweep()
		w.sweep()
	}
	if difference := cmp.Diff(append(slots("a", 1, 2, 3), slots("b", 1, 2, 3)...), one.records()); difference != "" {
		t.Errorf("records (- want, + got):\n%s", difference)
	}
	for _, w := range []*world{one, two} {
		if difference := cmp.Diff([]string{"schedules/" + w.sweeper.Environment + "/000001.json"}, w.entries()); difference != "" {
			t.Errorf("entries (- want, + got):\n%s", difference)
		}
	}
}

// A monitor that a deploy has replaced may still be running.
func TestASweepThatBeganBeforeADeployAddsNoEntry(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly)
	w.sweep()
	old := *w.sweeper
	began := w.now
	old.Now = func() time.Time { return began }
	w.deploy("b " + hourly)
	w.pass("2022-04-07T00:31:00Z")
	w.sweep()
	if _, err := old.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(w.entries()) != 2 {
		t.Errorf("the history has %v, want 2 entries", w.entries())
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
