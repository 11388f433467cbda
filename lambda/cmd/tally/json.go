package main

import (
	"encoding/json"
	"errors"
	"io"
	"time"

	"tally/lambda/cron"
)

// previewJSON is the machine-readable form; times are UTC.
type previewJSON struct {
	Job         string      `json:"job,omitempty"`
	Expression  string      `json:"expression"`
	Dialect     string      `json:"dialect"`
	Timezone    string      `json:"timezone"`
	Description string      `json:"description"`
	Next        []time.Time `json:"next"`
	Note        string      `json:"note,omitempty"`
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
		Note:        p.gaps,
		Warnings:    append([]string{}, p.warnings...),
	}
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
