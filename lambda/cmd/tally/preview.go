package main

import (
	"encoding/json"
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
	if fires := len(p.fires()); fires < count && len(p.warnings) == 0 {
		p.warnings = append(p.warnings, fmt.Sprintf("only %d more times after %s", fires, from.UTC().Format(time.RFC3339)))
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
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "  %s\tUTC\t\n", p.display)
	for _, occurrence := range p.times {
		p.writeTime(table, occurrence)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, warning := range p.warnings {
		fmt.Fprintf(out, "  warning: %s\n", warning)
	}
	return nil
}

const shownTime = "Mon 2006-01-02 15:04"

func (p preview) writeTime(table io.Writer, occurrence cron.Occurrence) {
	switch {
	case occurrence.Skipped:
		fmt.Fprintf(table, "  does not fire\t\t%s does not exist in %s: clocks go forward\n", occurrence.Wall, p.zone)
	case occurrence.Repeated:
		fmt.Fprintf(table, "  %s\t%s\t%s comes twice in %s: fires at the first\n",
			occurrence.Time.In(p.display).Format(shownTime), occurrence.Time.UTC().Format(time.RFC3339), occurrence.Wall, p.zone)
	default:
		fmt.Fprintf(table, "  %s\t%s\t\n", occurrence.Time.In(p.display).Format(shownTime), occurrence.Time.UTC().Format(time.RFC3339))
	}
}

// scheduleError is the machine-readable form of a schedule that is wrong.
// Offset and length are bytes of the expression.
type scheduleError struct {
	Error struct {
		Message    string `json:"message"`
		Field      string `json:"field"`
		Offset     int    `json:"offset"`
		Length     int    `json:"length"`
		Suggestion string `json:"suggestion"`
	} `json:"error"`
}

func errorJSON(wrong *cron.Error) scheduleError {
	var out scheduleError
	out.Error.Message = wrong.Message
	out.Error.Field = wrong.Field
	out.Error.Offset = wrong.Offset
	out.Error.Length = wrong.Length
	out.Error.Suggestion = wrong.Suggestion
	return out
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
