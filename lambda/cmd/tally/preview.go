package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"tally/lambda/cron"
	"tally/lambda/internal/upcoming"
	"tally/lambda/timezone"
)

// preview is what a schedule will do. --json prints its exported fields.
type preview struct {
	Job         string      `json:"job,omitempty"` // empty for an expression
	Expression  string      `json:"expression"`
	Dialect     string      `json:"dialect"`
	Timezone    string      `json:"timezone"` // the zone that evaluates the expression
	Description string      `json:"description"`
	Next        []time.Time `json:"next"`           // in UTC
	Note        string      `json:"note,omitempty"` // which periods belong to no slot of the job
	Warnings    []string    `json:"warnings"`

	jobDescription string
	times          []upcoming.Occurrence // also those that clocks skip
	display        *time.Location        // to show times in, besides UTC
}

func newPreview(schedule cron.Schedule, dialect cron.Dialect, zone, display *time.Location, from time.Time, count int) preview {
	p := preview{
		Expression: schedule.String(), Dialect: string(dialect), Timezone: zone.String(), Description: schedule.Describe(),
		Next: []time.Time{}, Warnings: append([]string{}, upcoming.Warnings(schedule, from, zone)...), // [] in JSON, not null
		times: upcoming.Occurrences(schedule, from, count, zone), display: display,
	}
	for _, occurrence := range p.times {
		if !occurrence.Skipped {
			p.Next = append(p.Next, occurrence.Time.UTC())
		}
	}
	// A schedule that never fires has a warning that says why.
	if fires := len(p.Next); fires > 0 && fires < count {
		p.Warnings = append(p.Warnings, fmt.Sprintf("it fires %s after %s", amount(fires, "more time"), from.UTC().Format(time.RFC3339)))
	}
	return p
}

// write prints the preview for people.
func (p preview) write(out io.Writer) error {
	heading := p.Description
	if p.Job != "" {
		heading = p.Job + ": " + heading
	}
	fmt.Fprintf(out, "%s (%s)\n", heading, p.Timezone)
	if p.jobDescription != "" {
		fmt.Fprintln(out, p.jobDescription)
	}
	fmt.Fprintln(out, p.Expression)
	if err := p.writeTimes(out); err != nil {
		return err
	}
	if p.Note != "" {
		fmt.Fprintf(out, "  note: %s\n", p.Note)
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(out, "  %s %s\n", painterFor(out).doubt("warning:"), warning)
	}
	return nil
}

// writeTimes prints a table of times: in the zone to show, in UTC, and remarks.
func (p preview) writeTimes(out io.Writer) error {
	if len(p.times) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	inUTC := p.display.String() == time.UTC.String()
	if inUTC {
		fmt.Fprintln(table, "  UTC")
	} else {
		fmt.Fprintf(table, "  %s\tUTC\n", p.display)
	}
	for _, occurrence := range p.times {
		if occurrence.Skipped {
			fmt.Fprintf(table, "  does not fire\t%s does not exist in %s: clocks go forward\n", occurrence.Wall, p.Timezone)
			continue
		}
		row := occurrence.Time.UTC().Format(time.RFC3339)
		if inUTC {
			row = occurrence.Time.UTC().Format("Mon ") + row
		} else {
			row = occurrence.Time.In(p.display).Format("Mon 2006-01-02 15:04") + "\t" + row
		}
		if occurrence.Repeated {
			row += fmt.Sprintf("\t%s comes twice in %s: fires at the first", occurrence.Wall, p.Timezone)
		}
		fmt.Fprintln(table, "  "+row)
	}
	return table.Flush()
}

// errorJSON is an error as --json prints it. Offset and length are bytes of the expression,
// or of the zone if the field is "timezone".
func errorJSON(err error) map[string]*cron.Error {
	wrong := &cron.Error{Message: err.Error()}
	if zone, ok := errors.AsType[*timezone.Error](err); ok {
		wrong = &cron.Error{Message: zone.Message, Field: "timezone", Length: len(zone.Name), Suggestion: zone.Suggestion}
	}
	errors.As(err, &wrong)
	return map[string]*cron.Error{"error": wrong}
}
