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
	"tally/lambda/job"
)

// usualDays is how many days of records say what is usual: five weeks, and some hours.
const usualDays = 36

// Summarize tells the counts of all jobs from the summary before until a time, once.
func (c *Checker) Summarize(ctx context.Context, at time.Time) (contract.CheckAnswer, error) {
	answer := contract.CheckAnswer{Outcome: contract.OutcomeSummarized}
	if c.Jobs.Summary == nil {
		return answer, nil
	}
	marker := contract.SummaryKey(c.Environment, at)
	known, err := c.Store.Keys(ctx, marker)
	if err != nil || len(known) > 0 {
		return answer, err
	}
	from, fires := c.Jobs.Summary.Cron.Prev(at, c.Jobs.Summary.ScheduleZone)
	if !fires {
		from = at.AddDate(0, 0, -1)
	}
	message, err := c.summary(ctx, from, at)
	if err != nil {
		return answer, fmt.Errorf("summarize: %w", err)
	}
	if err := c.Topic.Publish(ctx, message); err != nil {
		return answer, fmt.Errorf("tell the summary: %w", err)
	}
	answer.Told = 1
	_, err = c.Store.CreateJSON(ctx, marker, contract.Told{Time: c.now()})
	return answer, err
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
	_, err := c.Summarize(ctx, at)
	return err
}

// summary is the message about [from, to): what went wrong first, then a paragraph a job. It
// has no columns, which mail programs do not align.
func (c *Checker) summary(ctx context.Context, from, to time.Time) (notify.Message, error) {
	reader := history.Reader{Store: c.Store, Environment: c.Environment, Timeout: c.Timeout, Now: c.Now}
	all, err := reader.Read(ctx, c.Jobs.Jobs, history.Options{From: to.AddDate(0, 0, -usualDays), To: to, Wanted: func(series history.Series, index int) bool {
		last := len(series.Slots) - 1
		return !series.Slots[index].Time.Before(from) || index >= last-1 || series.Alike(index, last)
	}})
	if err != nil {
		return notify.Message{}, err
	}
	problems, err := c.failedChecks(ctx, from, to)
	if err != nil {
		return notify.Message{}, err
	}
	var jobs strings.Builder
	for _, series := range all {
		problems = append(problems, gaps(series, from)...)
		jobs.WriteString(paragraph(series, from))
	}
	zone := c.Jobs.Summary.ScheduleZone
	var body strings.Builder
	fmt.Fprintf(&body, "Counts of %s from %s to %s (%s)\n\n", c.Environment, from.In(zone).Format(timeLayout), to.In(zone).Format(timeLayout), zone)
	headline := fmt.Sprintf("%s: counts until %s", c.Environment, to.In(zone).Format(timeLayout))
	if len(problems) == 0 {
		body.WriteString("No slot is missing or failed, and no check failed.\n")
	} else {
		headline += fmt.Sprintf(", %d to look at", len(problems))
		body.WriteString("To look at:\n")
		for i, problem := range problems {
			if i == mostLines {
				fmt.Fprintf(&body, "… and %d more.\n", len(problems)-i)
				break
			}
			body.WriteString("- " + problem + "\n")
		}
	}
	body.WriteString(jobs.String())
	step := "tally status --env " + c.Environment
	fmt.Fprintf(&body, "\nLook further: %s\n", step)
	return c.notification(headline, body.String(), []string{step}, map[string]string{"kind": kindSummary}), nil
}

// gaps are the slots of a period without all counts.
func gaps(series history.Series, from time.Time) []string {
	said := map[history.State]string{
		history.Missing: "no record", history.Failed: "not all cases could be counted", history.Missed: "missed", history.Unreadable: "the record cannot be read",
	}
	var all []string
	for _, slot := range series.Slots {
		if text := said[slot.State]; text != "" && !slot.Time.Before(from) {
			all = append(all, fmt.Sprintf("%s, %s: %s", series.Job.Name, slot.Time.In(series.Job.Zone).Format(timeLayout), text))
		}
	}
	return all
}

// failedChecks are those that failed in a period, in words.
func (c *Checker) failedChecks(ctx context.Context, from, to time.Time) ([]string, error) {
	var all []string
	for day := from.UTC().Truncate(24 * time.Hour); day.Before(to); day = day.AddDate(0, 0, 1) {
		keys, err := c.Store.Keys(ctx, contract.ToTellPrefix(day))
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			v, found, err := c.untold(ctx, key, to.Add(patience))
			if err != nil {
				return nil, err
			}
			if !found || v.since.Before(from) || !v.since.Before(to) {
				continue
			}
			for _, result := range slices.DeleteFunc(v.results, func(r contract.CheckResult) bool { return !failed(r) }) {
				all = append(all, fmt.Sprintf("%s, %s: %s", v.subject(), dayOf(v.job, result), phrase(result)))
			}
		}
	}
	return all, nil
}

// paragraph is the latest slot of a job in a period, case by case.
func paragraph(series history.Series, from time.Time) string {
	last := len(series.Slots) - 1
	for last >= 0 && len(series.Slots[last].Lines) == 0 {
		last--
	}
	if last < 0 || series.Slots[last].Time.Before(from) {
		return ""
	}
	slot := series.Slots[last]
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s, %s\n", series.Job.Title(), slot.Time.In(series.Job.Zone).Format(timeLayout))
	for _, name := range series.Cases() {
		count := slot.Count(name, nil)
		if count == nil {
			fmt.Fprintf(&text, "- %s: no count\n", name)
			continue
		}
		var compared []string
		if last > 0 {
			if before := series.Slots[last-1].Count(name, nil); before != nil {
				compared = append(compared, fmt.Sprintf("%+d", *count-*before))
			}
		}
		if usual, known := series.Usual(last, name, nil); known {
			compared = append(compared, fmt.Sprintf("%s on a usual %s", change(*count, usual), weekday(series.Job, slot.Time)))
		}
		fmt.Fprintf(&text, "- %s: %d", name, *count)
		if len(compared) > 0 {
			text.WriteString(" (" + strings.Join(compared, "; ") + ")")
		}
		text.WriteString("\n")
	}
	return text.String()
}

func weekday(j job.Job, at time.Time) string { return at.In(j.Zone).Weekday().String() }
