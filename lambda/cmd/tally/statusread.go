package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

const (
	day = 24 * time.Hour
	// usualBack is how far back the slots are that say what is usual: five weeks, and a day for
	// clocks and for a last slot that is some hours old.
	usualBack = 36 * day
	// sweepTime is until when the hourly sweep has looked at a gap and had it counted.
	sweepTime = 75 * time.Minute
)

// readJobs reads the last slot of each job, those of the same weekday before it, and lists the
// rest, of which only gaps matter.
func (s *status) readJobs(ctx context.Context, deployed *deployed, jobs []job.Job) error {
	config, err := deployed.monitor()
	if err != nil {
		return err
	}
	records, err := deployed.records()
	if err != nil {
		return err
	}
	timeout := time.Duration(config.TimeoutSeconds) * time.Second
	reader := history.Reader{Store: records, Environment: s.Environment, Timeout: timeout, Now: func() time.Time { return s.Time }}
	all, err := reader.Read(ctx, jobs, history.Options{From: s.Time.Add(-usualBack), To: s.Time, Wanted: func(series history.Series, index int) bool {
		last := lastSlot(series)
		return last >= 0 && index <= last && series.Alike(index, last)
	}})
	if err != nil {
		return err
	}
	for _, series := range all {
		s.Jobs = append(s.Jobs, newJobStatus(series, s.Time))
		for _, slot := range series.Slots {
			if slot.State == history.Missing && slot.Time.After(s.Time.Add(-contract.SweepDays*day)) {
				overdue := s.Time.Sub(slot.Time) > contract.LateAfter+timeout+sweepTime
				s.Gaps = append(s.Gaps, gap{Job: series.Job.Name, Slot: slot.Time, Overdue: overdue, zone: series.Job.Zone})
			}
		}
	}
	return nil
}

// lastSlot is the index of the last slot that is not pending; -1 if there is none.
func lastSlot(series history.Series) int {
	last := len(series.Slots) - 1
	for last >= 0 && series.Slots[last].State == history.Pending {
		last--
	}
	return last
}

func newJobStatus(series history.Series, now time.Time) jobStatus {
	j := series.Job
	status := jobStatus{Job: j.Name, Label: j.Title(), Cases: []caseStatus{}, zone: j.Zone}
	if next, ok := j.Cron.Next(now, j.ScheduleZone); ok {
		next = next.UTC()
		status.Next = &next
	}
	last := lastSlot(series)
	if last < 0 {
		return status
	}
	slot := series.Slots[last]
	status.Slot, status.State = &slot.Time, slot.State
	if slot.Err != nil {
		status.Error = legible(slot.Err.Error())
	}
	if slot.Late() && slot.State != history.Missed {
		status.LateSeconds = int(slot.Lines[0].CountedAt.Sub(slot.Time).Seconds())
	}
	for _, line := range contract.OfAllRows(slot.Lines) {
		found := caseStatus{Case: line.CaseName, Count: line.Count, Message: legible(line.Message)}
		if usual, known := series.Usual(last, line.CaseName, nil); known {
			found.Usual = &usual
		}
		status.Cases = append(status.Cases, found)
	}
	return status
}

// queueStatus is what waits in a queue.
type queueStatus struct {
	Name     string          `json:"name"`
	Waiting  int             `json:"waiting"`
	AtLeast  bool            `json:"at_least"` // there are more than Messages
	Messages []messageStatus `json:"messages"`
}

type messageStatus struct {
	ID      string     `json:"id"`
	Sent    time.Time  `json:"sent"`
	Job     string     `json:"job,omitempty"` // empty for a sweep
	Slot    *time.Time `json:"slot,omitempty"`
	Cause   string     `json:"cause"`
	Problem string     `json:"problem,omitempty"` // why it cannot be sent again
}

// glance hides messages for as long as it takes to read Most of them. With no time at all each
// request might bring the same ones; a longer time would keep others, and tally redrive, from
// them.
var glance = deadletter.Reading{Most: 50, Hidden: 3 * time.Second}

func (q *queueStatus) read(ctx context.Context, deployed *deployed, name string) error {
	q.Name, q.Messages = name, []messageStatus{}
	queue, err := deployed.queue(ctx, name)
	if err != nil {
		return err
	}
	waiting, err := queue.Waiting(ctx) // before they are hidden
	if err != nil {
		return err
	}
	messages, err := queue.Read(ctx, glance)
	for _, message := range messages {
		q.Messages = append(q.Messages, newMessageStatus(message))
	}
	q.Waiting, q.AtLeast = max(waiting, len(messages)), waiting > len(messages)
	return err
}

// amount is how many messages wait.
func (q queueStatus) amount() string {
	if q.AtLeast {
		return "at least " + amount(q.Waiting, "message")
	}
	return amount(q.Waiting, "message")
}

// title is what a message is about.
func (m messageStatus) title() string {
	switch {
	case m.Problem != "":
		return "message " + m.ID
	case m.Slot == nil:
		return "a sweep"
	}
	return m.Job + " " + m.Slot.Format("2006-01-02T15:04Z")
}

func newMessageStatus(message deadletter.Message) messageStatus {
	status := messageStatus{ID: message.ID, Sent: message.Sent, Cause: legible(message.Cause)}
	switch request := message.Request.(type) {
	case nil:
		status.Problem = legible(message.Err.Error())
	case contract.Event:
		status.Job, status.Slot = legible(request.Job), &request.ScheduledTime
	}
	return status
}

// sweepStatus is the last sweep that came through. Its metric says so: the alarm watches the
// same, and one request tells it, where the log would have to be searched.
type sweepStatus struct {
	Last    *time.Time `json:"last"` // null if there was none for sweepsBack
	Counted int        `json:"counted"`
	Left    int        `json:"left"` // without a count
}

// sweepsBack is when the alarm sweep-stopped goes off.
const sweepsBack = 2*time.Hour + 15*time.Minute

func (s *status) readSweeps(ctx context.Context, deployed *deployed) error {
	names := []string{contract.MetricSweeps, contract.MetricRecoveredSlots, contract.MetricMissedSlots}
	input := cloudwatch.GetMetricDataInput{StartTime: aws.Time(s.Time.Add(-sweepsBack)), EndTime: &s.Time, ScanBy: types.ScanByTimestampDescending}
	for i, name := range names {
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String(fmt.Sprintf("m%d", i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{
					Namespace: aws.String(contract.MetricNamespace), MetricName: &name,
					Dimensions: []types.Dimension{{Name: aws.String(contract.DimensionEnvironment), Value: &s.Environment}},
				},
				Period: aws.Int32(60), Stat: aws.String("Sum"),
			},
		})
	}
	answer, err := cloudwatch.NewFromConfig(deployed.aws).GetMetricData(ctx, &input)
	if err != nil {
		return fmt.Errorf("read the metric %s: %w", contract.MetricSweeps, err)
	}
	last := map[string]float64{}
	sweep := sweepStatus{}
	for _, result := range answer.MetricDataResults {
		if len(result.Values) == 0 || len(result.Timestamps) == 0 {
			continue
		}
		last[aws.ToString(result.Id)] = result.Values[0]
		if aws.ToString(result.Id) == "m0" {
			sweep.Last = aws.Time(result.Timestamps[0].UTC())
		}
	}
	sweep.Counted, sweep.Left = int(last["m1"]), int(last["m2"])
	s.Sweep = &sweep
	return nil
}

// alarmStatus is an alarm that is on.
type alarmStatus struct {
	Name   string     `json:"name"` // without tally-<environment>-
	Reason string     `json:"reason"`
	Since  *time.Time `json:"since"`
}

// readAlarms asks for the alarms by name: those of an environment prod-eu begin like those of
// prod.
func (s *status) readAlarms(ctx context.Context, deployed *deployed) error {
	input := cloudwatch.DescribeAlarmsInput{StateValue: types.StateValueAlarm}
	prefix := deployed.environment.AWSName() + "-"
	for _, name := range settings.AlarmNames {
		input.AlarmNames = append(input.AlarmNames, prefix+name)
	}
	answer, err := cloudwatch.NewFromConfig(deployed.aws).DescribeAlarms(ctx, &input)
	if err != nil {
		return fmt.Errorf("list the alarms: %w", err)
	}
	for _, name := range settings.AlarmNames {
		i := slices.IndexFunc(answer.MetricAlarms, func(alarm types.MetricAlarm) bool { return aws.ToString(alarm.AlarmName) == prefix+name })
		if i >= 0 {
			alarm := answer.MetricAlarms[i]
			s.Alarms = append(s.Alarms, alarmStatus{name, legible(aws.ToString(alarm.StateReason)), alarm.StateUpdatedTimestamp})
		}
	}
	return nil
}
