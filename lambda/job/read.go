package job

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tally/lambda/cron"
	"tally/lambda/strictyaml"
	"tally/lambda/timezone"
)

// ReadFile reads and checks the jobs file at path. The document holds every
// problem; data is the file as it is.
func ReadFile(path, shown string) (file File, document *strictyaml.Document, data []byte) {
	document, data = strictyaml.ReadFile(path, shown, &file, Rules())
	file.check(document)
	return file, document, data
}

// ReadDeployed reads a jobs file that ReadFile has checked when it was deployed. It leaves out the
// rules but for zones: their patterns take a third of the time, for which a function waits.
func ReadDeployed(path string) (file File, document *strictyaml.Document) {
	document, _ = strictyaml.ReadFile(path, path, &file, zones)
	file.check(document)
	return file, document
}

// Key is the document's key of a field of the job at index, such as jobs[0].schedule.
func Key(index int, field string) string {
	return element("jobs", index) + "." + field
}

// element is the key of an entry of a list, such as jobs[0].
func element(list string, index int) string {
	return fmt.Sprintf("%s[%d]", list, index)
}

// check parses the fields and reports what is wrong. Fields that could not be read are
// empty; the document ignores reports about them.
func (f *File) check(document *strictyaml.Document) {
	checkNames(document, "jobs", f.names())
	for i := range f.Jobs {
		j := &f.Jobs[i]
		j.checkZone(f.Timezone, document, Key(i, "timezone"))
		report := func(field, format string, args ...any) {
			document.Report(Key(i, field), format, args...)
		}
		j.check(report)
		if !document.Failed(Key(i, "cases")) {
			j.CheckChecks(j.Checks, report)
		}
		if document.Has(Key(i, "checks")) && len(j.Checks.Cases) == 0 {
			report("checks", "names no case; write one with its bounds, such as total: {min: 1}, or leave checks out")
		}
	}
	f.checkReconcile(document)
	if f.Summary != nil {
		f.Summary.check(func(field, format string, args ...any) {
			document.Report("summary."+field, format, args...)
		})
	}
}

// checkNames reports names that come twice in a list.
func checkNames(document *strictyaml.Document, list string, names []string) {
	for i, name := range names {
		if first := slices.Index(names, name); first < i {
			document.Report(element(list, i)+".name", "%q is also the name of %s; write another name", name, element(list, first))
		}
	}
}

type report func(field, format string, args ...any)

func (j *Job) check(report report) {
	var scheduled bool
	j.Cron, j.ScheduleZone, scheduled = parseSchedule(j.Schedule, j.ScheduleTimezone, report)
	j.checkSource(kinds, report)
	if j.Window != nil && j.checkWindow(report) && scheduled && j.Zone != nil && j.alwaysEmpty() {
		report("window.span", "%s is empty at every slot of %s; write %s", j.Window.Span, j.Schedule, j.Window.Span.previous())
	}
	if j.Exclusive && len(j.Cases) == 1 {
		report("exclusive", "compares cases, and there is one; write another case, or leave it out")
	}
}

// checkZone gives the job its zone: its own, or the file's.
func (j *Job) checkZone(ofFile string, document *strictyaml.Document, key string) {
	j.Timezone = cmp.Or(j.Timezone, ofFile)
	if j.Timezone == "" && !document.Failed("timezone") {
		document.Report(key, "is missing; write timezone: Asia/Seoul here or at the top of the file")
	}
	j.Zone = zone(j.Timezone)
}

// zone is the time zone of that name; nil if there is none, which its rule reports.
func zone(name string) *time.Location {
	zone, _ := timezone.Load(name)
	return zone
}

// parseSchedule reads a schedule and its zone, and reports one that never fires.
func parseSchedule(schedule, zoneName string, report report) (parsed cron.Schedule, in *time.Location, ok bool) {
	in = zone(cmp.Or(zoneName, "UTC"))
	parsed, err := cron.ParseJob(schedule)
	if err != nil {
		report("schedule", "%v", err)
		return parsed, in, false
	}
	if in == nil {
		return parsed, in, false // a rule reports the zone
	}
	if _, ok = parsed.Next(eventBridgeEpoch, in); !ok {
		report("schedule", "%s never fires, in no year; write a day that exists", schedule)
	}
	return parsed, in, ok
}

// eventBridgeEpoch is just before the first year that a cron can name. A schedule that
// does not fire after it never fires. The result does not depend on today's date.
var eventBridgeEpoch = time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)

func (j *Job) checkWindow(report report) (ok bool) {
	if j.Window.ColumnTimezone != "" {
		j.Window.ColumnZone = zone(j.Window.ColumnTimezone)
	}
	if !j.Window.Span.known() {
		return false
	}
	if j.Window.Span == PreviousHour && j.ScheduleTimezone != "" {
		report("window.span", "with schedule_timezone, %s has no slot for an hour that clocks show twice; leave schedule_timezone out: a schedule in UTC fires every hour", PreviousHour)
		return false
	}
	return true
}

// alwaysEmpty tells whether every slot is at the start of its own period, so that a to-date
// window never holds a row. It looks at 400 slots from a fixed day on: the result must not
// depend on today's date.
func (j *Job) alwaysEmpty() bool {
	slot := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for seen := range 400 {
		next, fires := j.Cron.Next(slot, j.ScheduleZone)
		if !fires {
			return seen > 0
		}
		from, to, err := j.Window.Span.Range(next, j.Zone)
		if err != nil || from.Before(to) {
			return false
		}
		slot = next
	}
	return true
}
