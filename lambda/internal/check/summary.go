package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/internal/notify"
	"tally/lambda/timezone"
)

// usualDays is how many days of records say what is usual: five weeks, and some hours.
const usualDays = 36

// Summarize tells the counts of all jobs from the summary before until a time, once. EventBridge
// may send a time twice.
func (c *Checker) Summarize(ctx context.Context, at time.Time) (contract.CheckAnswer, error) {
	answer := contract.CheckAnswer{Outcome: contract.OutcomeSummarized}
	if c.Jobs.Summary == nil {
		return answer, nil
	}
	told, err := c.summarizeOnce(ctx, c.summaryTime(at))
	if told {
		answer.Told = 1
	}
	return answer, err
}

// summaryTime is the time of the schedule that an event is about: it may come some seconds early.
func (c *Checker) summaryTime(at time.Time) time.Time {
	if next := at.Add(time.Minute); !c.Jobs.Summary.Cron.Matches(at, c.Jobs.Summary.ScheduleZone) && c.Jobs.Summary.Cron.Matches(next, c.Jobs.Summary.ScheduleZone) {
		return next
	}
	return at
}

// summaryOverdue tells the latest summary if nobody did.
func (c *Checker) summaryOverdue(ctx context.Context, now time.Time) error {
	if c.Jobs.Summary == nil {
		return nil
	}
	at, fires := c.Jobs.Summary.Cron.Prev(now.Add(-patience), c.Jobs.Summary.ScheduleZone)
	if !fires || now.Sub(at) > 24*time.Hour {
		return nil
	}
	_, err := c.summarizeOnce(ctx, at)
	return err
}

// summarizeOnce tells the summary of a time, unless somebody did or may be doing so.
func (c *Checker) summarizeOnce(ctx context.Context, at time.Time) (told bool, err error) {
	marker := contract.SummaryKey(c.Environment, at)
	known, err := c.Store.Keys(ctx, marker)
	if err == nil && !slices.Contains(known, marker) {
		told, err = c.attempt(ctx, marker+".")
	}
	if err == nil && told {
		err = c.summarize(ctx, at)
	}
	if err != nil {
		return false, fmt.Errorf("summarize: %w", err)
	}
	return told, nil
}

// summarize tells the summary of a time and notes it, with the time until which failures are in it.
func (c *Checker) summarize(ctx context.Context, at time.Time) error {
	from, fires := c.Jobs.Summary.Cron.Prev(at, c.Jobs.Summary.ScheduleZone)
	if !fires {
		from = at.AddDate(0, 0, -1)
	}
	message, until, err := c.summary(ctx, from, at)
	if err != nil {
		return err
	}
	if err := c.Topic.Publish(ctx, message); err != nil {
		return err
	}
	ctx, cancel := contextForNote(ctx)
	defer cancel()
	_, err = c.Store.CreateJSON(ctx, contract.SummaryKey(c.Environment, at), contract.Told{Time: until})
	return err
}

// summary is the message about [from, to): what went wrong first, then a paragraph a job. It
// has no columns, which mail programs do not align. It has the failures found until a time.
func (c *Checker) summary(ctx context.Context, from, to time.Time) (message notify.Message, until time.Time, err error) {
	reader := history.Reader{Store: c.Store, Environment: c.Environment, Timeout: c.Timeout, Now: c.Now}
	all, err := reader.Read(ctx, c.Jobs.Jobs, history.Options{From: to.AddDate(0, 0, -usualDays), To: to, Wanted: func(series history.Series, index int) bool {
		last := lastStored(series)
		return !series.Slots[index].Time.Before(from) || index >= last-1 || series.Alike(index, last)
	}})
	if err != nil {
		return notify.Message{}, time.Time{}, err
	}
	if err := c.judgeShown(ctx, all, from); err != nil {
		return notify.Message{}, time.Time{}, err
	}
	now := c.now()
	problems, err := c.failedChecks(ctx, all, from, to, now)
	if err != nil {
		return notify.Message{}, time.Time{}, err
	}
	var jobs strings.Builder
	for _, series := range all {
		problems = append(problems, gaps(series, from)...)
		jobs.WriteString(paragraph(series, from))
	}
	zone := c.Jobs.Summary.ScheduleZone
	if local, err := timezone.Load(c.Jobs.Timezone); err == nil && c.Jobs.Timezone != "" {
		zone = local // people's, where the file names one
	}
	var body strings.Builder
	fmt.Fprintf(&body, "Counts of %s from %s to %s (%s)\n\n", c.Environment, from.In(zone).Format(timeLayout), to.In(zone).Format(timeLayout), zone)
	subject := fmt.Sprintf("%s: counts until %s", c.Environment, to.In(zone).Format(timeLayout))
	if len(problems) == 0 {
		body.WriteString("No slot is missing or failed, and no check failed.\n")
	} else {
		subject += fmt.Sprintf(", %d to look at", len(problems))
		body.WriteString("To look at:\n")
		for _, problem := range problems[:min(mostLines, len(problems))] {
			body.WriteString("- " + problem + "\n")
		}
		if more := len(problems) - mostLines; more > 0 {
			fmt.Fprintf(&body, "… and %d more.\n", more)
		}
	}
	body.WriteString(jobs.String())
	body.WriteString("\nUsual is the median of the last five counts at the same weekday and time.\n")
	return c.notification(subject, body.String(), "tally status --env "+c.Environment, map[string]string{"kind": kindSummary}), now, nil
}

// gaps are the slots of a period without all counts.
func gaps(series history.Series, from time.Time) []string {
	said := map[history.State]string{
		history.Missing: "no record", history.Failed: "not all cases could be counted", history.Missed: "missed", history.Unreadable: "the record cannot be read",
	}
	var all []string
	for _, slot := range series.Slots {
		if text := said[slot.State]; text != "" && !slot.Time.Before(from) {
			all = append(all, fmt.Sprintf("%s, %s: %s", series.Job.Name, dayOf(series.Job, slot.Time), text))
		}
	}
	return all
}

// judgeShown judges the slots whose counts are shown, whatever became of their events.
func (c *Checker) judgeShown(ctx context.Context, all []history.Series, from time.Time) error {
	return each(ctx, len(all), func(i int) error {
		last := lastStored(all[i])
		if last < 0 || all[i].Slots[last].Time.Before(from) {
			return nil
		}
		_, err := c.Stored(ctx, all[i].Slots[last].Key)
		return err
	})
}

// failedChecks are, in words, those of the slots of a period, and those of older slots that were
// found since the summary before. Those of a revision are left out if the slot has a later one,
// whose counts are shown.
func (c *Checker) failedChecks(ctx context.Context, shown []history.Series, from, to, now time.Time) (all []string, err error) {
	latest := map[string]string{}
	for _, series := range shown {
		for _, slot := range series.Slots {
			latest[contract.SlotPrefix(series.Job.Name, slot.Time)] = slot.Key
		}
	}
	isOld := func(record string) bool {
		name, slot, _, _ := contract.ParseRecordKey(record)
		key := latest[contract.SlotPrefix(name, slot)]
		return key != "" && key != record
	}
	before, err := c.summarizedUntil(ctx, from)
	if err != nil {
		return nil, err
	}
	// Markers are by the day when a record was counted, which may have been judged a day later.
	keys, err := history.KeysOfDays(ctx, c.Store.Keys, from.AddDate(0, 0, -1), now.Add(time.Second), contract.ToTellPrefix)
	if err != nil {
		return nil, err
	}
	verdicts, err := c.toTell(ctx, keys, now.Add(patience))
	for _, v := range verdicts {
		first := v.results[0]
		inPeriod := !first.ScheduledTime.Before(from) && first.ScheduledTime.Before(to)
		foundLate := first.ScheduledTime.Before(from) && v.since.After(before)
		if !inPeriod && !foundLate || isOld(first.Record) || isOld(first.OtherRecord) {
			continue
		}
		for _, result := range v.failures() {
			all = append(all, fmt.Sprintf("%s, %s: %s", v.name(), dayOf(v.job, first.ScheduledTime), phrase(result)))
		}
	}
	return all, err
}

// summarizedUntil is the time until which failures are in the summary of a time.
func (c *Checker) summarizedUntil(ctx context.Context, at time.Time) (time.Time, error) {
	marker := contract.SummaryKey(c.Environment, at)
	known, err := c.Store.Keys(ctx, marker)
	told := contract.Told{Time: at.Add(-time.Second)} // if nobody told it
	if err == nil && slices.Contains(known, marker) {
		err = c.Store.ReadJSON(ctx, marker, &told)
	}
	return told.Time, err
}

// lastStored is the index of the last slot that has a record; -1 if none has one.
func lastStored(series history.Series) int {
	last := len(series.Slots) - 1
	for last >= 0 && series.Slots[last].Key == "" {
		last--
	}
	return last
}

// paragraph is the latest slot of a job in a period, case by case.
func paragraph(series history.Series, from time.Time) string {
	last := lastStored(series)
	if last < 0 || series.Slots[last].Time.Before(from) || len(series.Slots[last].Lines) == 0 {
		return ""
	}
	slot, several := series.Slots[last], 0
	for _, other := range series.Slots {
		if !other.Time.Before(from) {
			several++
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s, %s", series.Job.Title(), dayOf(series.Job, slot.Time))
	if several > 1 {
		fmt.Fprintf(&text, ", the latest of %d slots", several)
	}
	text.WriteString("\n")
	for _, name := range series.Cases() {
		count := slot.Count(name, nil)
		if count == nil {
			fmt.Fprintf(&text, "- %s: no count\n", name)
			continue
		}
		var compared []string
		if last > 0 {
			if before := series.Slots[last-1].Count(name, nil); before != nil {
				compared = append(compared, sinceBefore(*count-*before))
			}
		}
		if usual, known := series.Usual(last, name, nil); known {
			compared = append(compared, change(*count, usual, "the usual "))
		}
		fmt.Fprintf(&text, "- %s: %d", name, *count)
		if len(compared) > 0 {
			text.WriteString(" (" + strings.Join(compared, "; ") + ")")
		}
		text.WriteString("\n")
	}
	return text.String()
}

// sinceBefore compares a count with that of the slot before.
func sinceBefore(difference int64) string {
	switch {
	case difference < 0:
		return fmt.Sprintf("%d less than before", -difference)
	case difference > 0:
		return fmt.Sprintf("%d more than before", difference)
	}
	return "as many as before"
}
