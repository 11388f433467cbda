// Package dashboard writes the bodies of an environment's CloudWatch dashboards:
// how the whole is, then a row per job with its counts. It is plain Go, without
// CDK; texts may hold CDK's tokens.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
package dashboard

import (
	"encoding/json"
	"strings"

	"tally/lambda/job"
)

// System is what there is of an environment besides its jobs.
type System struct {
	Environment    string
	Region         string
	Counters       []string // names of the functions that count
	Monitor        string   // name of the function that looks after slots
	TimeoutSeconds int      // of the counters
	LongestSeconds int      // of the counter whose runs wait for queries of Athena; TimeoutSeconds, if none does
	SlowSeconds    float64  // from which an invocation is near the timeout
	Alarms         []string // their ARNs
	Undelivered    string   // name of the queue
	FailedRuns     string   // likewise
}

// What CloudWatch allows in a dashboard: widgets, and metrics in all of them
// (CloudWatch user guide, "CloudWatch service quotas").
const (
	maxWidgets = 500
	maxMetrics = 2500
)

// body is a DashboardBody. Its range is two weeks, since that is how far back
// CloudWatch takes a count; with inherit it keeps the widgets' periods, which would
// otherwise follow the range that somebody picks.
type body struct {
	Start          string   `json:"start"`
	PeriodOverride string   `json:"periodOverride"`
	Widgets        []widget `json:"widgets"`
}

// Bodies are the bodies of as many dashboards as the jobs need, which is one up to
// about 100 jobs. The first begins with the health of the whole.
func Bodies(system System, jobs []job.Job) []string {
	height := rowHeight
	if len(jobs) > manyJobs {
		height = lowRowHeight
	}
	pages := []block{system.health(len(jobs))}
	for _, each := range jobs {
		row := system.row(each, height)
		if last := &pages[len(pages)-1]; last.hasRoomFor(row) {
			last.add(row)
		} else {
			pages = append(pages, row)
		}
	}
	bodies := make([]string, len(pages))
	for i, page := range pages {
		bodies[i] = page.encode()
	}
	return bodies
}

func (b *block) hasRoomFor(more block) bool {
	return len(b.widgets)+len(more.widgets) <= maxWidgets && b.metrics+more.metrics <= maxMetrics
}

// add puts more widgets below.
func (b *block) add(more block) {
	for _, widget := range more.widgets {
		widget.Y += b.height
		b.widgets = append(b.widgets, widget)
	}
	b.height += more.height
	b.metrics += more.metrics
}

func (b *block) encode() string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)                                                            // labels are to be read in the template, too
	_ = encoder.Encode(body{Start: "-P14D", PeriodOverride: "inherit", Widgets: b.widgets}) // texts and numbers cannot fail
	return strings.TrimSpace(text.String())
}
