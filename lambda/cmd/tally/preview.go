package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"tally/lambda/cron"
)

// preview is what a schedule will do.
type preview struct {
	job      string // empty for a bare expression
	schedule cron.Schedule
	dialect  cron.Dialect
	zone     *time.Location // that the schedule is evaluated in
	display  *time.Location // that times are shown in, besides UTC
	times    []cron.Occurrence
	warnings []string
}

func newPreview(schedule cron.Schedule, dialect cron.Dialect, zone, display *time.Location, from time.Time, count int) preview {
	p := preview{
		schedule: schedule, dialect: dialect, zone: zone, display: display,
		times:    schedule.Upcoming(from, count, zone),
		warnings: schedule.Warnings(zone),
	}
	fires := len(p.fires())
	// One that fires neither then nor from now on has a warning that says why.
	if _, again := schedule.Next(time.Now(), zone); fires < count && (fires > 0 || again) {
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

// previewJSON is the machine-readable form; times are UTC.
type previewJSON struct {
	Job         string      `json:"job,omitempty"`
	Expression  string      `json:"expression"`
	Dialect     string      `json:"dialect"`
	Timezone    string      `json:"timezone"`
	Description string      `json:"description"`
	Next        []time.Time `json:"next"`
	Warnings    []string    `json:"warnings"`
}

func (p preview) asJSON() previewJSON {
	return previewJSON{
		Job:         p.job,
		Expression:  p.schedule.String(),
		Dialect:     p.dialect.String(),
		Timezone:    p.zone.String(),
		Description: p.schedule.Describe(),
		Next:        p.fires(),
		Warnings:    append([]string{}, p.warnings...),
	}
}

// write prints the preview for people.
func (p preview) write(out io.Writer) error {
	heading := p.schedule.Describe()
	if p.job != "" {
		heading = p.job + ": " + heading
	}
	fmt.Fprintf(out, "%s (%s)\n%s\n", heading, p.zone, p.schedule)
	if err := p.writeTimes(out); err != nil {
		return err
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

// scheduleError is the machine-readable form of what is wrong. Offset and length
// are bytes of the expression, or of the zone when that is the field.
type scheduleError struct {
	Error struct {
		Message    string `json:"message"`
		Field      string `json:"field"`
		Offset     int    `json:"offset"`
		Length     int    `json:"length"`
		Suggestion string `json:"suggestion"`
	} `json:"error"`
}

func errorJSON(err error) scheduleError {
	var out scheduleError
	out.Error.Message = err.Error()
	var wrong *cron.Error
	if errors.As(err, &wrong) {
		out.Error.Message = wrong.Message
		out.Error.Field = wrong.Field
		out.Error.Offset = wrong.Offset
		out.Error.Length = wrong.Length
		out.Error.Suggestion = wrong.Suggestion
	}
	return out
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
