package job

import (
	"slices"
	"strings"
)

// checkBucketWindow checks what decides whether an object or a record is in the
// window: the objects' last_modified, the records' column, or the prefix alone.
func (j *Job) checkBucketWindow(report report) {
	if j.Window == nil {
		return
	}
	column, records := j.Window.Column != "", j.Source.Format != ""
	if !records {
		for field, set := range map[string]bool{
			"column": column, "column_type": j.Window.ColumnType != "", "column_timezone": j.Window.ColumnTimezone != "",
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

// checkPrefixIsWindow refuses a prefix that alone cannot tell windows apart: an
// object would count in several of them.
func (j *Job) checkPrefixIsWindow(report report) {
	span := strings.TrimPrefix(strings.TrimSuffix(string(j.Window.Span), "-to-date"), "previous-")
	period := j.Source.period()
	if !j.Window.Span.known() || j.Zone == nil || j.Source.PrefixZone == nil {
		return // that is reported itself
	}
	remedy := "leave the placeholders out, and last_modified decides"
	if j.Source.Format != "" {
		remedy = "write window.column, which decides for each record"
	}
	switch {
	case slices.Index(periods, period) > slices.Index(periods, span):
		report("source.prefix", "names a %s, which %s does not fill: objects would count in several windows; write placeholders down to the %s, or %s",
			period, j.Window.Span, span, remedy)
	case period != "hour" && j.Zone.String() != j.Source.PrefixZone.String():
		report("source.prefix_timezone", "makes a %s of %s, while the window is in %s: objects would count in two windows; write {HH} too, or %s",
			period, j.Source.PrefixZone, j.Zone, remedy)
	}
}
