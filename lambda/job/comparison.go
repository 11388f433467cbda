package job

import (
	"fmt"
	"sync"
	"time"

	"tally/lambda/strictyaml"
)

// judgedSlots are how many slots of a schedule are looked at, from a fixed day on.
const judgedSlots = 400

// CheckComparisons reports what could never be compared: slots whose weekday and time hardly
// ever come again, and two jobs whose windows are never equal. ReadFile does not check
// this, because it takes long for a function that starts.
func (f File) CheckComparisons(document *strictyaml.Document) {
	for i, j := range f.Jobs {
		j.CheckBaselines(func(field, format string, args ...any) {
			document.Report(Key(i, field), format, args...)
		})
	}
	for i, pair := range f.Reconcile {
		left, right := f.Index(pair.Left.Job()), f.Index(pair.Right.Job())
		if !f.judgeable(left, document) || !f.judgeable(right, document) {
			continue
		}
		if a, b := f.Jobs[left], f.Jobs[right]; !a.countsWindowOf(b) && !b.countsWindowOf(a) {
			document.Report(element("reconcile", i)+".right", "counts %s, the left side %s: no two windows are equal; write jobs with the same span, timezone and schedule", b.windowsInWords(), a.windowsInWords())
		}
	}
}

// judgeable tells whether the job at index has windows. If it does not, ReadFile reports why.
func (f File) judgeable(index int, document *strictyaml.Document) bool {
	return index >= 0 && f.Jobs[index].hasWindows() && !document.Failed(Key(index, "schedule"))
}

// CheckBaselines reports baselines of the same weekday that most slots do not have.
func (j Job) CheckBaselines(report report) {
	meets := sync.OnceValue(j.meetsWeekday)
	for _, entry := range j.Checks.Cases {
		if entry.Value.Baseline == BaselineSameWeekday && j.ScheduleZone != nil && !meets() {
			report("checks."+entry.Key+".baseline", "most slots of %s have no slot at the same weekday and time in the five weeks before; write %s, or another schedule", j.Schedule, BaselinePrevious)
		}
	}
}

// meetsWeekday tells whether at least half of the slots have one at the same weekday and time
// in the five weeks before.
func (j Job) meetsWeekday() bool {
	slots, met := 0, 0
	for slot := range j.judged {
		slots++
		for weeks := 1; weeks <= 5; weeks++ {
			if j.Cron.Matches(slot.In(j.ScheduleZone).AddDate(0, 0, -7*weeks), j.ScheduleZone) {
				met++
				break
			}
		}
	}
	return 2*met >= slots
}

// countsWindowOf tells whether a window of the other job is one of this job, too.
func (j Job) countsWindowOf(other Job) bool {
	for slot := range other.judged {
		from, to, _, err := other.Range(slot)
		if err != nil {
			return true // which ReadFile reports
		}
		// A window that ends then is that of the first slot from then on, if there is one.
		if own, fires := j.Cron.Next(to.Add(-time.Nanosecond), j.ScheduleZone); fires {
			begin, end, _, err := j.Range(own)
			if err != nil || begin.Equal(from) && end.Equal(to) {
				return true
			}
		}
	}
	return false
}

// judged yields the slots that a schedule is judged by.
func (j Job) judged(yield func(time.Time) bool) {
	slot := judgedFrom
	for range judgedSlots {
		next, fires := j.Cron.Next(slot, j.ScheduleZone)
		if !fires || !yield(next) {
			return
		}
		slot = next
	}
}

// windowsInWords says which windows the job counts, and when.
func (j Job) windowsInWords() string {
	return fmt.Sprintf("%s in %s %s", j.Window.Span, j.Timezone, j.ScheduleInWords())
}
