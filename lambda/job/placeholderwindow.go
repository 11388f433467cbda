package job

import (
	"slices"
	"strings"
	"time"

	"tally/lambda/timezone"
)

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
