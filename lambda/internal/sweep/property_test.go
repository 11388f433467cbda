package sweep_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// oracle says minute by minute which slots must have a record.
type oracle struct {
	begun   []time.Time // of each entry of the history
	entries []job.File
	records map[string]bool // "job slot" and, if nothing was counted, " missed"
}

func (o *oracle) has(slot string) bool { return o.records[slot] || o.records[slot+" missed"] }

// sweep does what a sweep of that moment must do with these jobs deployed.
func (o *oracle) sweep(now time.Time, deployed job.File) {
	if last := len(o.entries) - 1; last < 0 || schedules(o.entries[last]) != schedules(deployed) {
		o.begun, o.entries = append(o.begun, now), append(o.entries, deployed)
	}
	for minute := o.begun[0].Truncate(time.Minute); minute.Add(contract.LateAfter + timeout).Before(now); minute = minute.Add(time.Minute) {
		at := -1
		for i, begun := range o.begun {
			if !minute.Before(begun) {
				at = i
			}
		}
		if at < 0 || minute.Before(now.AddDate(0, 0, -14)) {
			continue
		}
		for _, planned := range o.entries[at].Jobs {
			slot := planned.Name + " " + minute.Format(time.RFC3339)
			today, known := deployed.Lookup(planned.Name)
			switch {
			case !known || o.has(slot) || !planned.Cron.Matches(minute, planned.ScheduleZone):
			case today.Window != nil:
				o.records[slot] = true
			case at == len(o.entries)-1 || strings.Contains(schedules(o.entries[at+1]), scheduleOf(planned)):
				o.records[slot+" missed"] = true
			}
		}
	}
}

func schedules(file job.File) string {
	var all []string
	for _, j := range file.Jobs {
		all = append(all, scheduleOf(j))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

func scheduleOf(j job.Job) string {
	return fmt.Sprintf("[%s %s %s]", j.Name, j.Cron.Canonical(), j.ScheduleTimezone)
}

// Deploys, lost events and outages of the monitor come at random. After each sweep exactly
// the records are there that the oracle wants, and no slot was counted twice.
func TestRandomHistories(t *testing.T) {
	expressions := []string{"0 * * * ? *", "0/20 * * * ? *", "30 0/3 * * ? *", "0 0/6 * * ? *", "15 3 * * ? * in Asia/Seoul"}
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 13))
			jobs := func() string {
				var lines []string
				for _, name := range []string{"a", "b", "state"} {
					expression := expressions[random.IntN(len(expressions))]
					if name == "state" {
						expression = "state " + expressions[random.IntN(3)]
					}
					if random.IntN(4) > 0 || len(lines) == 0 && name == "state" {
						lines = append(lines, name+" "+expression)
					}
				}
				return strings.Join(lines, "\n")
			}
			w := newWorld(t, "2022-03-26T20:10:00Z", jobs())
			want := &oracle{records: map[string]bool{}}
			sweep := func() {
				t.Helper()
				w.sweep()
				want.sweep(w.now, w.sweeper.Jobs)
				var all []string
				for slot := range want.records {
					all = append(all, slot)
				}
				slices.Sort(all)
				if difference := cmp.Diff(all, w.records()); difference != "" {
					t.Fatalf("at %s, records (- want, + got):\n%s", w.now.Format(time.RFC3339), difference)
				}
			}
			sweep()
			for range 12 {
				if random.IntN(2) == 0 {
					w.deploy(jobs())
					if random.IntN(3) > 0 {
						sweep() // which make deploy ends with, unless it was cut off
					}
				}
				lost, down := random.IntN(3), random.IntN(4) == 0
				for end := w.now.Add(time.Duration(random.IntN(9*60)) * time.Minute); w.now.Before(end); w.now = w.now.Add(time.Minute) {
					w.fire(func(job string, slot time.Time) bool {
						gone := random.IntN(3) < lost
						if !gone {
							want.records[job+" "+slot.Format(time.RFC3339)] = true
						}
						return gone
					})
					if w.now.Minute() == 17 && !down {
						sweep()
					}
				}
			}
			for i, slot := range w.invoked {
				if slices.Contains(w.invoked[:i], slot) {
					t.Errorf("%s was counted twice", slot)
				}
			}
		})
	}
}
