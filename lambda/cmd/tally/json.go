package main

import (
	"encoding/json"
	"errors"
	"io"

	"tally/lambda/cron"
)

// scheduleError is an error as --json prints it.
type scheduleError struct {
	Error errorFields `json:"error"`
}

// errorFields are those of [cron.Error]. Offset and length are bytes of the expression,
// or of the zone if that is the field.
type errorFields struct {
	Message    string `json:"message"`
	Field      string `json:"field"`
	Offset     int    `json:"offset"`
	Length     int    `json:"length"`
	Suggestion string `json:"suggestion"`
}

func errorJSON(err error) scheduleError {
	wrong := &cron.Error{Message: err.Error()}
	errors.As(err, &wrong)
	return scheduleError{errorFields(*wrong)}
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
