package dashboard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// How tall a job's row is: lower where many are to be seen at a glance.
const (
	rowHeight    = 6
	lowRowHeight = 4
	manyJobs     = 12
)

// casesPerGraph is how many lines can be told apart. More cases get further graphs
// below, one for each dozen.
const casesPerGraph = 12

// row shows one job: what it is, its counts by case, how late they came, its runs.
func (s System) row(j job.Job, height int) block {
	var b block
	period := periodOf(j)
	counts := slices.Collect(slices.Chunk(j.CaseNames(), casesPerGraph))
	b.text(0, 0, 6, height, describe(j))
	b.graph(6, 0, 10, height, s.counts(j, counts[0], period))
	b.graph(16, 0, 4, height, graph{
		Title: "Lag, s", Region: s.Region, Stat: "Maximum", Period: period,
		Metrics: []line{s.of(j, contract.MetricLag, options{Label: "lag"})},
	})
	runs := []line{
		s.of(j, contract.MetricRuns, contract.DimensionOutcome, string(contract.OutcomeStored), options{Label: string(contract.OutcomeStored)}),
		{same, string(contract.OutcomeAlreadyStored), options{Label: string(contract.OutcomeAlreadyStored)}},
		s.of(j, contract.MetricFailedCases, options{Label: "failed cases"}),
	}
	if j.Source.Skips() {
		runs = append(runs, s.of(j, contract.MetricSkipped, options{Label: "skipped", YAxis: right}))
	}
	if j.Source.Kind() == job.KindAthena {
		runs = append(runs, s.of(j, contract.MetricBytesScanned, options{Label: "bytes scanned", YAxis: right}))
	}
	b.graph(20, 0, 4, height, graph{Title: "Runs", Region: s.Region, Stat: "Sum", Period: period, Metrics: runs})
	for _, further := range counts[1:] {
		b.graph(6, b.height, columns-6, height, s.counts(j, further, period))
	}
	return b
}

// counts shows cases of a job. Those that every record has count more than the
// job's own, which would be flat beside them: they have the other axis.
func (s System) counts(j job.Job, cases []string, period int) graph {
	var lines []line
	for i, name := range cases {
		o := options{Label: name}
		if _, own := j.Cases.Get(name); !own {
			o.YAxis = right
		}
		if i == 0 {
			lines = append(lines, s.of(j, contract.MetricCount, contract.DimensionCase, name, o))
		} else {
			lines = append(lines, line{same, name, o})
		}
	}
	return graph{Title: j.Name, Region: s.Region, Stat: "Maximum", Period: period, Metrics: lines}
}

// of is a metric of a job; rest are further dimensions and the options.
func (s System) of(j job.Job, name string, rest ...any) line {
	return append(line{
		contract.MetricNamespace, name,
		contract.DimensionEnvironment, s.Environment, contract.DimensionJob, j.Name,
	}, rest...)
}

// describe says in Markdown what a job counts and when.
func describe(j job.Job) string {
	paragraphs := []string{"### " + j.Title()}
	if j.Description != "" {
		paragraphs = append(paragraphs, strings.TrimSpace(j.Description))
	}
	paragraphs = append(paragraphs, fmt.Sprintf("`%s` %s, %s", j.Name, j.ScheduleInWords(), windowInWords(j)))
	return strings.Join(paragraphs, "\n\n")
}

func windowInWords(j job.Job) string {
	if j.Window == nil {
		return "counts what is there then"
	}
	return fmt.Sprintf("counts %s in %s", j.Window.Span, j.Timezone)
}

// periods are those that CloudWatch keeps values of for the dashboard's range and
// that a graph of two weeks can show, in seconds.
var periods = []int{24 * hour, 6 * hour, hour, hour / 4, hour / 12}

// periodOf is the longest period that holds one slot of the job: a daily job gets a
// point a day. Of a job with more than one slot in the shortest period it shows the
// largest count.
func periodOf(j job.Job) int {
	gap := shortestGap(j)
	for _, period := range periods {
		if gap >= time.Duration(period)*time.Second {
			return period
		}
	}
	return periods[len(periods)-1]
}

// shortestGap is the shortest time between two slots of the job, among the first
// that follow a fixed day, or the first of all if none do: the clock must not
// decide what a template says. Days count as 24 hours when clocks make them 23.
func shortestGap(j job.Job) time.Duration {
	const looked, shortDay = 400, 23 * time.Hour
	shortest := 24 * time.Hour
	last, _ := j.Cron.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), j.ScheduleZone)
	for range looked {
		next, fires := j.Cron.Next(last, j.ScheduleZone)
		if !fires {
			break
		}
		if gap := next.Sub(last); gap < min(shortest, shortDay) {
			shortest = gap
		}
		last = next
	}
	return shortest
}
