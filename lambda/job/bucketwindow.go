package job

import (
	"slices"
	"time"

	"tally/lambda/cron"
)

// checkBucketWindow checks how it is decided whether an object or a record is in the
// window: by the object's last_modified, by the record's column, or by the prefix alone.
func (j *Job) checkBucketWindow(report report) {
	if j.Window == nil {
		return
	}
	column, records := len(j.Window.Column) > 0, j.Source.ReadsRecords()
	if !records {
		for field, set := range map[string]bool{
			"column": column, "column_type": j.Window.ColumnType != "", "column_timezone": j.Window.ColumnTimezone != "", "column_format": j.Window.ColumnFormat != "",
		} {
			if set {
				report("window."+field, "is about records; objects have last_modified, or the prefix: leave it out, or write source.format")
			}
		}
	}
	switch {
	case records && !column && !j.Source.HasPlaceholders():
		report("window.column", "is missing; write the field with the record's time, or placeholders such as {yyyy}/{MM}/{dd}/ in the prefix")
	case !column && j.Source.HasPlaceholders():
		j.checkPrefixIsWindow(report)
	}
}

// checkPrefixIsWindow refuses a prefix that alone decides and does not tell windows apart:
// objects would count in several windows.
func (j *Job) checkPrefixIsWindow(report report) {
	span := j.Window.Span.period()
	period := j.Source.period()
	if !j.Window.Span.known() || j.Zone == nil || j.Source.PrefixZone == nil {
		return // this is reported elsewhere
	}
	remedy := "leave the placeholders out, and last_modified decides"
	if j.Source.ReadsRecords() {
		remedy = "write window.column, which decides for each record"
	}
	switch {
	case slices.Index(periods, period) > slices.Index(periods, span):
		report("source.prefix", "names a %s, which %s does not fill: objects would count in several windows; write placeholders down to the %s, or %s",
			period, j.Window.Span, span, remedy)
	case period != "hour" && j.Zone.String() != j.Source.PrefixZone.String():
		report("source.prefix_timezone", "makes a %s of %s, while the window is in %s: objects would count in two windows; write {HH} too, or %s",
			period, j.Source.PrefixZone, j.Zone, remedy)
	case period == "hour" && !hoursFit(j.Zone, j.Source.PrefixZone):
		report("source.prefix_timezone", "makes an hour of %s, which is no hour of %s: objects would count in two windows; write prefix_timezone as the job's zone, or %s",
			j.Source.PrefixZone, j.Zone, remedy)
	case period == "hour" && changesClocks(j.Source.PrefixZone) && (span == "hour" || j.Zone.String() != j.Source.PrefixZone.String()):
		report("source.prefix_timezone", "is %s, which names two hours alike when clocks go back: objects would count in two windows; write prefix_timezone: UTC if that is how they are named, or %s",
			j.Source.PrefixZone, remedy)
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
	return len(cron.Changes(zone, judgedFrom, judgedUntil)) > 0
}
