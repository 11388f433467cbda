package sweep_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
		{"a deploy that rolls back after a sweep in its middle", "a " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", nothing)
			w.beginDeploy("a 0 0/4 * * ? *\nb " + hourly)
			w.live("2022-04-07T02:30:00Z", everything)
			w.deploy("a " + hourly)
			w.live("2022-04-07T03:30:00Z", everything) // the next sweep is the hourly one
		}, slots("a", 1, 2, 3)},
		{"the stack is deleted and deployed again", "a " + hourly + "\nstate state " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T01:30:00Z", nothing)
			w.live("2022-04-07T02:30:00Z", func(job string, _ time.Time) bool { return job == "a" })
			w.pass("2022-04-07T09:30:00Z") // without a stack
			w.sweeper.Stack = "second"
			w.sweep()
			w.live("2022-04-07T11:30:00Z", everything)
		}, append(slots("a", 1, 2, 10, 11), slots("state", 1)[0], slots("state", 2)[0], slots("state", 10)[0]+" missed", slots("state", 11)[0]+" missed")},
		{"… and its first records come before its first sweep", "a " + hourly + "\nb 30 * * * ? *\nstate state " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T02:10:00Z", nothing)
			w.pass("2022-04-07T09:00:00Z")
			w.fire(nothing)
			w.pass("2022-04-07T09:05:00Z")
			w.sweeper.Stack = "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/tally-prod-counter/" + uuidOf(mustTime(w.t, "2022-04-07T08:50:00Z"))
			w.sweep()
			w.live("2022-04-07T09:40:00Z", nothing)
		}, []string{
			"a 2022-04-07T01:00:00Z", "a 2022-04-07T02:00:00Z", "a 2022-04-07T09:00:00Z", "b 2022-04-07T00:30:00Z", "b 2022-04-07T01:30:00Z",
			"b 2022-04-07T09:30:00Z", "state 2022-04-07T01:00:00Z", "state 2022-04-07T02:00:00Z", "state 2022-04-07T09:00:00Z",
		}},
		{"… and the job with the last record is gone", "a " + hourly + "\nb " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T03:10:00Z", func(job string, _ time.Time) bool { return job == "a" })
			w.pass("2022-04-07T09:30:00Z")
			w.sweeper.Stack = "second"
			w.deploy("a " + hourly)
			w.sweep()
		}, append(slots("a", 1, 2, 3), slots("b", 1, 2, 3)...)},
		{"the stack is deleted with slots open and deployed again", "a " + hourly + "\nb " + hourly, func(w *world) {
			w.sweep()
			w.live("2022-04-07T03:10:00Z", func(job string, slot time.Time) bool { return job == "b" && slot.Hour() == 3 })
			w.pass("2022-04-07T09:30:00Z")
			w.sweeper.Stack = "second"
			w.sweep()
			w.sweep()
		}, append(slots("a", 1, 2, 3), slots("b", 1, 2, 3)...)},
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
				if answer.Failed.Total+answer.Pending.Total+answer.GivenUp.Total > 0 {
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

// Slots that no later sweep looks at are named, although sweeps are not exactly an hour apart.
func TestASlotThatLeavesTheLookbackIsNamed(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a 0 1 7 4 ? *") // once a year
	w.sweep()
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return nil, refusal(429) }
	for _, at := range []string{"2022-04-20T22:59:00Z", "2022-04-20T23:58:00Z", "2022-04-21T01:02:00Z"} {
		w.pass(at)
		w.sweep()
	}
	var leaving []string
	for _, answer := range w.answers {
		for _, slot := range answer.GivenUp.Slots {
			leaving = append(leaving, answer.To.Format(time.DateTime)+": "+slot.Job+" "+slot.Slot.Format(time.RFC3339))
		}
		if answer.GivenUp.Total != answer.Failed.Total {
			t.Errorf("a slot that leaves is no failure: %+v", answer)
		}
	}
	if difference := cmp.Diff([]string{"2022-04-20 23:43:00: a 2022-04-07T01:00:00Z"}, leaving); difference != "" {
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

func TestTwoEnvironmentsWithDifferentJobsInOneBucket(t *testing.T) {
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

// uuidOf is a UUID of version 1, as CloudFormation ends the id of a stack with.
func uuidOf(at time.Time) string {
	ticks := at.UnixNano()/100 + 0x01B21DD213814000
	return fmt.Sprintf("%08x-%04x-1%03x-872e-1234567db123", ticks&0xffffffff, ticks>>32&0xffff, ticks>>48)
}
