package job

import (
	"slices"
	"strings"
	"time"

	"tally/lambda/timezone"
)

// refuse reports those of the keys about the column that the window has.
func (w *Window) refuse(report report, why string, keys ...string) {
	has := map[string]bool{
		"column": len(w.Column) > 0, "column_type": w.ColumnType != "", "column_timezone": w.ColumnTimezone != "", "column_format": w.ColumnFormat != "",
	}
	for _, key := range keys {
		if has[key] {
			report("window."+key, "%s", why)
		}
	}
}

// checkTableWindow checks what a window over rows of a table cannot have.
func (j *Job) checkTableWindow(report report) {
	if j.Window == nil {
		return
	}
	if len(j.Window.Column) > 1 {
		report("window.column", "names several columns, which records of buckets may have; write the one with the time")
	}
	j.Window.refuse(report, "is about records in buckets; leave it out, the column has a type", "column_format")
}

// checkBucketWindow checks how it is decided whether an object or a record is in the
// window: by the object's last_modified, by the record's column, or by the prefix alone.
func (j *Job) checkBucketWindow(report report) {
	if j.Window == nil {
		return
	}
	remedy := "write window.column, which decides for each record"
	if !j.Source.ReadsRecords() {
		j.Window.refuse(report, "is about records; objects have last_modified, or the prefix: leave it out, or write source.format",
			"column", "column_type", "column_timezone", "column_format")
		remedy = "leave the placeholders out, and last_modified decides"
	}
	switch {
	case len(j.Window.Column) > 0:
	case j.Source.HasPlaceholders():
		j.checkPlaceholderWindow(placeholderWindow{
			key: "source.prefix", zoneKey: "source.prefix_timezone", zone: j.Source.PrefixZone, period: j.Source.period(),
			counted: "objects", remedy: remedy,
		}, report)
	case j.Source.ReadsRecords():
		report("window.column", "is missing; write the field with the record's time, or placeholders such as {yyyy}/{MM}/{dd}/ in the prefix")
	}
}

// placeholderWindow is a source whose placeholders alone decide what is in a window.
type placeholderWindow struct {
	key, zoneKey    string // of the job
	zone            *time.Location
	period          string // the shortest that the placeholders name
	counted, remedy string // for messages
}

// checkPlaceholderWindow refuses placeholders that do not tell windows apart: the same would count in
// several of them.
func (j *Job) checkPlaceholderWindow(times placeholderWindow, report report) {
	span, period := j.Window.Span.period(), times.period
	if !j.Window.Span.known() || j.Zone == nil || times.zone == nil {
		return // this is reported elsewhere
	}
	zoneWord := strings.TrimPrefix(times.zoneKey, "source.")
	switch {
	case slices.Index(periods, period) > slices.Index(periods, span):
		report(times.key, "names a %s, which %s does not fill: %s would count in several windows; write placeholders down to the %s, or %s",
			period, j.Window.Span, times.counted, span, times.remedy)
	case period != "hour" && j.Zone.String() != times.zone.String():
		report(times.zoneKey, "makes a %s of %s, while the window is in %s: %s would count in two windows; write {HH} too, or %s",
			period, times.zone, j.Zone, times.counted, times.remedy)
	case period == "hour" && !hoursFit(j.Zone, times.zone):
		report(times.zoneKey, "makes an hour of %s, which is no hour of %s: %s would count in two windows; write %s as the job's zone, or %s",
			times.zone, j.Zone, times.counted, zoneWord, times.remedy)
	case period == "hour" && changesClocks(times.zone) && (span == "hour" || j.Zone.String() != times.zone.String()):
		report(times.zoneKey, "is %s, which names two hours alike when clocks go back: %s would count in two windows; write %s: UTC if that is how they are named, or %s",
			times.zone, times.counted, zoneWord, times.remedy)
	}
}

// hoursFit tells whether hours begin at the same times in both zones.
func hoursFit(a, b *time.Location) bool {
	for day := judgedFrom; day.Before(judgedUntil); day = day.AddDate(0, 0, 1) {
		_, here := day.In(a).Zone()
		_, there := day.In(b).Zone()
		if (here-there)%3600 != 0 {
			return false
		}
	}
	return true
}

// changesClocks tells whether a zone has daylight saving time.
func changesClocks(zone *time.Location) bool {
	for range timezone.Changes(zone, judgedFrom.Unix(), judgedUntil.Unix()) {
		return true
	}
	return false
}
