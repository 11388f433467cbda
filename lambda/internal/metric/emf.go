package metric

import (
	"fmt"
	"io"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// oldest is how far back CloudWatch takes a value: two weeks. It drops older ones.
const oldest = 14 * 24 * time.Hour

// The units that the metrics have in CloudWatch.
const (
	unitCount   = "Count"
	unitSeconds = "Seconds"
)

// Publisher writes metrics as lines of JSON.
type Publisher struct {
	out         io.Writer
	environment string
	now         func() time.Time
}

var _ count.Metrics = (*Publisher)(nil)

// New makes a publisher for an environment. In Lambda, out is stdout.
func New(out io.Writer, environment string, now func() time.Time) *Publisher {
	return &Publisher{out: out, environment: environment, now: now}
}

// Publish writes a line for each count of all rows, stamped with the slot's time,
// one for the run, one for the record's lag and, if there are any, one for its
// failed cases, stamped now. A repeat writes the stored counts again: same value,
// same time, which the statistic Maximum reads as one. Groups have no metrics:
// each would cost as much as a case.
func (p *Publisher) Publish(answer contract.Answer) error {
	job := with(p.ofEnvironment(), contract.DimensionJob, answer.Job)
	now := p.now()
	var lines []line
	failed := 0
	for _, record := range contract.OfAllRows(answer.Records) {
		switch {
		case record.Status == contract.StatusFailed:
			failed++
		case record.Count == nil: // missed: there is nothing to publish
		case now.Sub(answer.Slot) < oldest:
			lines = append(lines, line{
				metric: contract.MetricCount, unit: unitCount, value: *record.Count, at: answer.Slot,
				dimensions: with(job, contract.DimensionCase, record.CaseName),
			})
		}
	}
	if failed > 0 {
		lines = append(lines, line{metric: contract.MetricFailedCases, unit: unitCount, value: failed, at: now, dimensions: job, total: true})
	}
	lag := answer.Records[0].CountedAt.Sub(answer.Slot)
	lines = append(lines, line{
		metric: contract.MetricRuns, unit: unitCount, value: 1, at: now,
		dimensions: with(job, contract.DimensionOutcome, string(answer.Outcome)),
	}, line{
		metric: contract.MetricLag, unit: unitSeconds, value: lag.Seconds(), at: now,
		dimensions: job,
	})
	return p.write(lines)
}

// PublishSkipped implements [count.Metrics], stamped now. A run that skipped all that
// it read has counted nothing: its cases are as good as failed, which an alarm is for.
func (p *Publisher) PublishSkipped(counted job.Job, result count.Result) error {
	skipped := line{
		metric: contract.MetricSkipped, unit: unitCount, value: result.Skipped, at: p.now(),
		dimensions: with(p.ofEnvironment(), contract.DimensionJob, counted.Name), total: true,
	}
	lines := []line{skipped}
	if result.SkippedAll {
		failed := skipped
		failed.metric, failed.value = contract.MetricFailedCases, len(counted.CaseNames())
		lines = append(lines, failed)
	}
	return p.write(lines)
}

// PublishSweep implements [count.Metrics], stamped now.
func (p *Publisher) PublishSweep(answer contract.SweepAnswer) error {
	now := p.now()
	var lines []line
	for _, metric := range []struct {
		name  string
		value int
	}{
		{contract.MetricMissedSlots, answer.Missed.Total + answer.Failed.Total},
		{contract.MetricRecoveredSlots, answer.Recovered.Total},
		{contract.MetricSweeps, 1},
	} {
		lines = append(lines, line{metric: metric.name, unit: unitCount, value: metric.value, at: now, dimensions: p.ofEnvironment()})
	}
	return p.write(lines)
}

func (p *Publisher) ofEnvironment() []dimension {
	return []dimension{{contract.DimensionEnvironment, p.environment}}
}

func (p *Publisher) write(lines []line) error {
	for _, line := range lines {
		encoded, err := line.encode()
		if err != nil {
			return fmt.Errorf("encode metric %s: %w", line.metric, err)
		}
		if _, err := p.out.Write(encoded); err != nil {
			return fmt.Errorf("write metric %s: %w", line.metric, err)
		}
	}
	return nil
}

func with(dimensions []dimension, name, value string) []dimension {
	return append(slices.Clip(dimensions), dimension{name, value})
}
