// Package metric publishes metrics through the log: CloudWatch reads them from lines in
// the embedded metric format. So a function in a network without internet needs no
// endpoint for CloudWatch.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metric

import (
	"fmt"
	"io"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// oldest is two weeks: CloudWatch drops values that are older.
const oldest = 14 * 24 * time.Hour

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

// Publish writes a line for each count of all rows, at the slot's time, and lines at the
// present time for the run, its lag and its failed cases, if there are any. A repeated
// run writes the stored counts again: the same value at the same time, which the
// statistic Maximum reads as one. A record of a backfill or a recount has no lag, and whoever
// wanted it sees which cases failed: no alarm is about it. Groups have no metrics: each would
// cost as much as a case.
func (p *Publisher) Publish(answer contract.Answer) error {
	now, name := p.now(), dimension{contract.DimensionJob, answer.Job}
	var lines []line
	failed := 0
	for _, record := range contract.OfAllRows(answer.Records) {
		switch {
		case record.Status == contract.StatusFailed:
			failed++
		case record.Count == nil: // missed: there is no value
		case now.Sub(answer.Slot) < oldest:
			lines = append(lines, line{contract.MetricCount, *record.Count, answer.Slot, []dimension{name, {contract.DimensionCase, record.CaseName}}})
		}
	}
	lines = append(lines, line{contract.MetricRuns, 1, now, []dimension{name, {contract.DimensionOutcome, string(answer.Outcome)}}})
	if len(answer.Records) == 0 { // pending
		return p.write(lines)
	}
	if bytes := answer.Records[0].BytesScanned; bytes > 0 && answer.Outcome == contract.OutcomeStored {
		lines = append(lines, line{contract.MetricBytesScanned, bytes, now, []dimension{name}})
	}
	if !answer.Records[0].Origin.InTime() {
		return p.write(lines)
	}
	if failed > 0 {
		lines = append(lines, line{contract.MetricFailedCases, failed, now, []dimension{name}})
	}
	lag := answer.Records[0].CountedAt.Sub(answer.Slot)
	return p.write(append(lines, line{contract.MetricLag, lag.Seconds(), now, []dimension{name}}))
}

// PublishSkipped implements [count.Metrics]. A run that skipped everything has counted
// nothing: its cases are published as failed, so that an alarm notices.
func (p *Publisher) PublishSkipped(j job.Job, result count.Result) error {
	now, name := p.now(), []dimension{{contract.DimensionJob, j.Name}}
	lines := []line{{contract.MetricSkipped, result.Skipped, now, name}}
	if result.SkippedAll {
		lines = append(lines, line{contract.MetricFailedCases, len(j.CaseNames()), now, name})
	}
	return p.write(lines)
}

// PublishSweep publishes the result of a sweep. Pending slots are no failure. A sweep whose
// checks failed is not complete, so that an alarm tells if that lasts: perhaps nobody hears of
// checks any more.
func (p *Publisher) PublishSweep(answer contract.SweepAnswer) error {
	now := p.now()
	lines := []line{
		{contract.MetricMissedSlots, answer.Missed.Total + answer.Failed.Total, now, nil},
		{contract.MetricRecoveredSlots, answer.Recovered.Total, now, nil},
	}
	if answer.ChecksFailed == "" {
		lines = append(lines, line{contract.MetricSweeps, 1, now, nil})
	}
	return p.write(lines)
}

func (p *Publisher) write(lines []line) error {
	for _, line := range lines {
		if _, err := p.out.Write(line.encode(p.environment)); err != nil {
			return fmt.Errorf("write metric %s: %w", line.metric, err)
		}
	}
	return nil
}
