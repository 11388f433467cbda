package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/lambda/internal/history"
)

func newStatusCommand() *cobra.Command {
	var files files
	var asJSON bool
	command := &cobra.Command{
		Use:   "status --env ENV",
		Short: "Say how an environment is, and what needs a person",
		Long: "Say how an environment is: the last slot of each job against what is usual, slots without a record, what waits in the\n" +
			"queues and why, the last sweep, alarms that are on, and addresses that have not confirmed. What cannot be read is\n" +
			"named with the right that is missing. The exit status is 1 if something needs a person, and the last line says what.",
		Example: "  tally status --env prod\n  tally status --env prod --json",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			a, err := files.openArchive(command, nil)
			if err != nil {
				return err
			}
			facts := readStatus(command.Context(), a, time.Now().UTC())
			out := command.OutOrStdout()
			if asJSON {
				if err := printJSON(out, facts); err != nil {
					return err
				}
			} else {
				pageFor(out).status(facts)
			}
			if len(facts.Needs) == 0 {
				return nil
			}
			return fmt.Errorf("needs a person: %s", strings.Join(facts.Needs, "; "))
		},
	}
	files.addFlagsOfOne(command.Flags())
	addJSON(command.Flags(), &asJSON)
	return command
}

// statusTime is enough to read everything. At night nobody waits longer to learn that a part
// cannot be read.
const statusTime = time.Minute

// readStatus reads all parts at once. One that fails does not keep the others from being shown.
func readStatus(ctx context.Context, a archive, now time.Time) statusFacts {
	ctx, cancel := context.WithTimeout(ctx, statusTime)
	defer cancel()
	facts := statusFacts{ // [] in JSON, not null
		Environment: a.environment.Name, Region: a.environment.Region, Time: now, Queues: make([]queueFacts, len(queueNames)),
		Jobs: []lastFacts{}, Gaps: []gapFacts{}, Alarms: []alarmFacts{}, Unconfirmed: []string{}, Unreadable: []unreadFacts{}, Needs: []string{},
	}
	parts := []struct {
		name string
		read func() error
	}{
		{"the records", func() error { return facts.readJobs(ctx, a) }},
		{"queue " + queueNames[0], func() error { return facts.Queues[0].read(ctx, a.deployed, queueNames[0]) }},
		{"queue " + queueNames[1], func() error { return facts.Queues[1].read(ctx, a.deployed, queueNames[1]) }},
		{"the sweeps", func() error { return facts.readSweeps(ctx, a.deployed) }},
		{"the alarms", func() error { return facts.readAlarms(ctx, a.deployed) }},
		{"the addresses of alarms", func() error {
			pending, err := a.deployed.unconfirmed(ctx)
			facts.Unconfirmed = append(facts.Unconfirmed, addressesOf(pending)...)
			return err
		}},
	}
	failures := make([]error, len(parts))
	var reading sync.WaitGroup
	for i, part := range parts {
		reading.Go(func() { failures[i] = part.read() })
	}
	reading.Wait()
	for i, err := range failures {
		if err != nil {
			facts.Unreadable = append(facts.Unreadable, unreadFacts{Part: parts[i].name, Error: legible(inWords(err)), Needs: missingRight(err)})
		}
	}
	facts.explainGaps()
	facts.judge()
	return facts
}

// gapFilledAfter is how long it takes at most until a sweep has had a gap counted.
const gapFilledAfter = contract.SweepEvery + 15*time.Minute

// readJobs reads the last slot of each job and those of the same weekday before it. Of the
// others only gaps matter, which a listing tells.
func (s *statusFacts) readJobs(ctx context.Context, a archive) error {
	timeout := time.Duration(a.config.LongestTimeoutSeconds) * time.Second
	reader := history.Reader{Store: a.store, Environment: s.Environment, Timeout: timeout, Now: func() time.Time { return s.Time }}
	all, err := reader.Read(ctx, a.jobs, history.Options{From: s.Time.AddDate(0, 0, -usualDays), To: s.Time, Wanted: func(series history.Series, index int) bool {
		last := lastSlot(series)
		return index <= last && series.Alike(index, last)
	}})
	for _, series := range all { // also with an error: a listing tells of gaps
		for _, slot := range series.Slots {
			if slot.State == history.Missing && slot.Time.After(s.Time.AddDate(0, 0, -contract.SweepDays)) {
				overdue := s.Time.Sub(slot.Time) > contract.LateAfter+timeout+gapFilledAfter
				s.Gaps = append(s.Gaps, gapFacts{Job: series.Job.Name, Slot: slot.Time, Local: slot.Time.In(series.Job.Zone).Format(localFormat), Overdue: overdue})
			}
		}
		from := s.Time
		if last := lastSlot(series); last >= 0 {
			from, series.Slots = series.Slots[last].Time, series.Slots[:last+1]
		} else {
			series.Slots = nil
		}
		job := lastFacts{jobFacts: factsOf(series, from, nil, nil)}
		if next, ok := series.Job.Cron.Next(s.Time, series.Job.ScheduleZone); ok {
			job.Next = new(next.UTC())
		}
		s.Jobs = append(s.Jobs, job)
	}
	return err
}

// lastSlot is the index of the last slot that is not pending; -1 if there is none.
func lastSlot(series history.Series) int {
	last := len(series.Slots) - 1
	for last >= 0 && series.Slots[last].State == history.Pending {
		last--
	}
	return last
}

// glance hides messages for as long as it takes to read Most of them. With no time at all each
// request might bring the same ones; a longer time would keep others, and tally redrive, from
// them.
var glance = deadletter.Reading{Most: 50, Hidden: 3 * time.Second}

func (q *queueFacts) read(ctx context.Context, deployed *deployed, name string) error {
	q.Name, q.Messages = name, []messageFacts{}
	queue, err := deployed.queue(ctx, name)
	if err != nil {
		return err
	}
	messages, waiting, err := queue.Read(ctx, glance)
	for _, message := range messages {
		q.Messages = append(q.Messages, messageFactsOf(message))
	}
	q.Waiting, q.AtLeast = max(waiting, len(messages)), waiting > len(messages)
	return err
}

func messageFactsOf(message deadletter.Message) messageFacts {
	facts := messageFacts{ID: message.ID, Sent: message.Sent, Cause: legible(message.Cause)}
	switch request := message.Request.(type) {
	case nil:
		facts.Problem = legible(message.Err.Error())
	case contract.Event:
		facts.Job, facts.Slot = legible(request.Job), &request.ScheduledTime
	}
	return facts
}

// readSweeps reads the metrics of the last sweep. The alarm watches the same, and one request
// tells it, where the log would have to be searched.
func (s *statusFacts) readSweeps(ctx context.Context, deployed *deployed) error {
	input := cloudwatch.GetMetricDataInput{StartTime: aws.Time(s.Time.Add(-contract.SweepsStoppedAfter)), EndTime: &s.Time, ScanBy: types.ScanByTimestampDescending}
	for i, name := range []string{contract.MetricSweeps, contract.MetricRecoveredSlots, contract.MetricMissedSlots} {
		metric := types.Metric{
			Namespace: aws.String(contract.MetricNamespace), MetricName: &name,
			Dimensions: []types.Dimension{{Name: aws.String(contract.DimensionEnvironment), Value: &s.Environment}},
		}
		stat := types.MetricStat{Metric: &metric, Period: aws.Int32(60), Stat: aws.String("Sum")}
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{Id: aws.String(fmt.Sprintf("m%d", i)), MetricStat: &stat})
	}
	answer, err := cloudwatch.NewFromConfig(deployed.aws).GetMetricData(ctx, &input)
	if err != nil {
		return fmt.Errorf("read the metric %s: %w", contract.MetricSweeps, err)
	}
	s.Sweep = new(lastSweep)
	for _, result := range answer.MetricDataResults {
		if len(result.Values) == 0 || len(result.Timestamps) == 0 {
			continue
		}
		switch aws.ToString(result.Id) {
		case "m0":
			s.Sweep.Last = new(result.Timestamps[0].UTC())
		case "m1":
			s.Sweep.Counted = int(result.Values[0])
		case "m2":
			s.Sweep.Left = int(result.Values[0])
		}
	}
	return nil
}

// readAlarms asks for the alarms by name: those of an environment prod-eu begin like prod's.
func (s *statusFacts) readAlarms(ctx context.Context, deployed *deployed) error {
	input := cloudwatch.DescribeAlarmsInput{StateValue: types.StateValueAlarm}
	prefix := deployed.environment.AWSName() + "-"
	for _, name := range settings.AlarmNames {
		input.AlarmNames = append(input.AlarmNames, prefix+name)
	}
	answer, err := cloudwatch.NewFromConfig(deployed.aws).DescribeAlarms(ctx, &input)
	if err != nil {
		return fmt.Errorf("list the alarms: %w", err)
	}
	for _, alarm := range answer.MetricAlarms {
		s.Alarms = append(s.Alarms, alarmFacts{aws.ToString(alarm.AlarmName)[len(prefix):], legible(aws.ToString(alarm.StateReason))})
	}
	return nil
}
