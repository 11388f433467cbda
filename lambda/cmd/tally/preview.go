package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"tally/lambda/cron"
)

// preview is what a schedule will do.
type preview struct {
	job      string // empty for a bare expression
	about    string // the job's description
	schedule cron.Schedule
	dialect  cron.Dialect
	zone     *time.Location // that the schedule is evaluated in
	display  *time.Location // that times are shown in, besides UTC
	times    []cron.Occurrence
	gaps     string // which periods the job's schedule means to leave out
	warnings []string
}

func newPreview(schedule cron.Schedule, dialect cron.Dialect, zone, display *time.Location, from time.Time, count int) preview {
	p := preview{
		schedule: schedule, dialect: dialect, zone: zone, display: display,
		times:    schedule.Upcoming(from, count, zone),
		warnings: schedule.Warnings(from, zone),
	}
	fires := len(p.fires())
	// One that does not fire at all has a warning that says why.
	if fires > 0 && fires < count {
		p.warnings = append(p.warnings, fmt.Sprintf("it fires %s after %s", amount(fires, "more time"), from.UTC().Format(time.RFC3339)))
	}
	return p
}

// fires are the times that really fire.
func (p preview) fires() []time.Time {
	fires := []time.Time{}
	for _, occurrence := range p.times {
		if !occurrence.Skipped {
			fires = append(fires, occurrence.Time.UTC())
		}
	}
	return fires
}

// write prints the preview for people.
func (p preview) write(out io.Writer) error {
	heading := p.schedule.Describe()
	if p.job != "" {
		heading = p.job + ": " + heading
	}
	fmt.Fprintf(out, "%s (%s)\n", heading, p.zone)
	if p.about != "" {
		fmt.Fprintln(out, p.about)
	}
	fmt.Fprintln(out, p.schedule)
	if err := p.writeTimes(out); err != nil {
		return err
	}
	if p.gaps != "" {
		fmt.Fprintf(out, "  note: %s\n", p.gaps)
	}
	for _, warning := range p.warnings {
		fmt.Fprintf(out, "  warning: %s\n", warning)
	}
	return nil
}

// writeTimes prints a table: the zone to show, UTC unless it is that, and notes.
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
			fmt.Fprintf(table, "  does not fire\t%s does not exist in %s: clocks go forward\n", occurrence.Wall, p.zone)
			continue
		}
		row := occurrence.Time.UTC().Format(time.RFC3339)
		if inUTC {
			row = occurrence.Time.UTC().Format("Mon ") + row
		} else {
			row = occurrence.Time.In(p.display).Format("Mon 2006-01-02 15:04") + "\t" + row
		}
		if occurrence.Repeated {
			row += fmt.Sprintf("\t%s comes twice in %s: fires at the first", occurrence.Wall, p.zone)
		}
		fmt.Fprintln(table, "  "+row)
	}
	return table.Flush()
}
