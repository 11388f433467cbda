package dashboard

import (
	"encoding/json"
	"fmt"
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
func Bodies(system System, jobs []job.Job) ([]string, error) {
	height := rowHeight
	if len(jobs) > manyJobs {
		height = lowRowHeight
	}
	pages := []*page{{}}
	pages[0].add(system.health(len(jobs)))
	for _, each := range jobs {
		row := system.row(each, height)
		last := pages[len(pages)-1]
		if !last.fits(row) {
			last = &page{}
			pages = append(pages, last)
		}
		last.add(row)
	}
	bodies := make([]string, len(pages))
	for i, page := range pages {
		var err error
		if bodies[i], err = page.encode(); err != nil {
			return nil, fmt.Errorf("encode dashboard %d: %w", i+1, err)
		}
	}
	return bodies, nil
}

// page is one dashboard while it fills up.
type page struct {
	widgets []widget
	bottom  int // the first free row of the grid
	metrics int
}

func (p *page) fits(b block) bool {
	return len(p.widgets)+len(b.widgets) <= maxWidgets && p.metrics+b.metrics <= maxMetrics
}

func (p *page) add(b block) {
	for _, widget := range b.widgets {
		widget.Y += p.bottom
		p.widgets = append(p.widgets, widget)
	}
	p.bottom += b.height
	p.metrics += b.metrics
}

func (p *page) encode() (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // labels are to be read in the template, too
	err := encoder.Encode(body{Start: "-P14D", PeriodOverride: "inherit", Widgets: p.widgets})
	return strings.TrimSpace(text.String()), err
}
