package job

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tally/lambda/strictyaml"
)

// Schedules are compared by the first slots of each quarter of four years, so that all seasons
// are among them however often a schedule fires.
const (
	judgedQuarters = 16
	judgedSlots    = 40 // of a quarter: more than a month of days
)

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

// judgeable tells whether the job at index has windows, and some of them in the judged years. If
// it has none at all, ReadFile reports why.
func (f File) judgeable(index int, document *strictyaml.Document) bool {
	if index < 0 || !f.Jobs[index].hasWindows() || document.Failed(Key(index, "schedule")) {
		return false
	}
	for range f.Jobs[index].judged {
		return true
	}
	return false
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

// countsWindowOf tells whether a window of the other job is one of this job, too. Both are
// judgeable.
func (j Job) countsWindowOf(other Job) bool {
	for slot := range other.judged {
		from, to, _, _ := other.Range(slot)
		// A window that ends then is that of the first slot from then on, if there is one.
		if own, fires := j.Cron.Next(to.Add(-time.Nanosecond), j.ScheduleZone); fires {
			if begin, end, _, _ := j.Range(own); begin.Equal(from) && end.Equal(to) {
				return true
			}
		}
	}
	return false
}

// judged yields the slots that a schedule is judged by.
func (j Job) judged(yield func(time.Time) bool) {
	for quarter := range judgedQuarters {
		slot, end := judgedFrom.AddDate(0, 3*quarter, 0).Add(-time.Nanosecond), judgedFrom.AddDate(0, 3*quarter+3, 0)
		for range judgedSlots {
			next, fires := j.Cron.Next(slot, j.ScheduleZone)
			if !fires || !next.Before(end) {
				break
			}
			if !yield(next) {
				return
			}
			slot = next
		}
	}
}

// windowsInWords says which windows the job counts, and when.
func (j Job) windowsInWords() string {
	return fmt.Sprintf("%s in %s %s", j.Window.Span, j.Timezone, j.ScheduleInWords())
}

// checkReconcile reports names that come twice, and sides that cannot be compared.
func (f File) checkReconcile(document *strictyaml.Document) {
	names := make([]string, len(f.Reconcile))
	for i, pair := range f.Reconcile {
		key := element("reconcile", i)
		names[i] = pair.Name
		f.checkSide(pair.Left, key+".left", document)
		f.checkSide(pair.Right, key+".right", document)
		if pair.Left == pair.Right {
			document.Report(key+".right", "is the left side, too; write another case or job")
		}
	}
	checkNames(document, "reconcile", names)
}

func (f File) checkSide(side Side, key string, document *strictyaml.Document) {
	at := f.Index(side.Job())
	if at < 0 {
		if !document.Failed("jobs") {
			document.Report(key, "there is no job %q; write a case of one of %s", side.Job(), f.Names())
		}
		return
	}
	j := f.Jobs[at]
	if names := j.CaseNames(); !slices.Contains(names, side.Case()) && !document.Failed(Key(at, "cases")) {
		document.Report(key, "job %s has no case %q; write one of %s", j.Name, side.Case(), strings.Join(names, ", "))
	}
	if j.Window == nil {
		document.Report(key, "job %s has no window, so nothing says which of its counts to compare; write a job with a window", j.Name)
	}
}
