package s3source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"tally/lambda/expression"
	"tally/lambda/job"
)

// csv counts the records of CSV.
func (r *reader) csv(key string) error {
	next := r.csvRecords()
	options := r.job.Source.CSV
	var slots []int
	columns := 0
	if !options.HasHeader() {
		columns = len(options.Columns)
		var err error
		if slots, err = r.slotsOf(options.Columns); err != nil {
			return &badInput{url: r.url(key), err: err}
		}
	}
	for {
		record, line, err := next()
		if err == nil && columns > 0 {
			if err = r.countFields(record, slots, columns); err == nil {
				continue
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, new(*unreadable)):
			return &badInput{url: r.url(key), line: line, err: err}
		case columns == 0 && err == nil: // the header
			columns = len(record)
			if slots, err = r.slotsOf(record); err != nil {
				return &badInput{url: r.url(key), line: line, err: err}
			}
			continue
		case columns == 0:
			return &badInput{url: r.url(key), line: line, err: fmt.Errorf("header: %w", err)}
		}
		if err := r.run.settle(r.evaluator, key, line, err); err != nil {
			return err
		}
	}
}

// slotsOf are the columns that the row's fields come from.
func (r *reader) slotsOf(columns []string) ([]int, error) {
	paths := r.expressions.Set.Fields()
	slots := make([]int, len(paths))
	var wrong columnsError
	for i, path := range paths {
		slots[i] = slices.Index(columns, path[0])
		switch {
		case slots[i] < 0:
			wrong = append(wrong, columnError{i, fmt.Errorf("%w%s", expression.NoColumn(path[0], columns), r.expressions.Set.QuotesHint(path[0]))})
		case slices.Index(columns[slots[i]+1:], path[0]) >= 0:
			wrong = append(wrong, columnError{i, fmt.Errorf("there are two columns %q", path[0])})
		default:
			r.scanner.met.add(i, expression.Text)
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	return slots, nil
}

func (r *reader) countFields(record []string, slots []int, columns int) error {
	if len(record) != columns {
		return &fieldsError{fmt.Errorf("has %d fields, and there are %d columns", len(record), columns)}
	}
	if r.input.beyond && slices.ContainsFunc(record, isNotUTF8) {
		return errNotUTF8
	}
	for i, slot := range slots {
		r.row.Fields[i] = expression.Field{Type: expression.Text, Text: record[slot]}
	}
	return r.count()
}

func isNotUTF8(field string) bool { return !utf8.ValidString(field) }

func hasLineEnd(field string) bool { return strings.Contains(field, "\n") }

// unreadable is an error behind which there is no next record.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

// csvRecords gives the records one by one, with the line on which each begins. They
// are good until the next call.
func (r *reader) csvRecords() func() ([]string, int, error) {
	if start, _ := r.buffer.Peek(len(byteOrder)); bytes.Equal(start, byteOrder) {
		_, _ = r.buffer.Discard(len(byteOrder)) // they are in the buffer
	}
	options := r.job.Source.CSV
	if !r.input.quoted {
		return r.unquoted(string(options.Comma()))
	}
	reader := csv.NewReader(r.buffer) // which it uses as it is
	reader.Comma, reader.ReuseRecord, reader.FieldsPerRecord = options.Comma(), true, -1
	reader.LazyQuotes = options != nil && options.Quotes == job.QuotesLenient
	last := 0          // line that was good
	overLines := false // its record, with lenient quotes
	return func() ([]string, int, error) {
		r.input.got = 0
		record, err := reader.Read()
		if err == nil {
			last, _ = reader.FieldPos(0)
			overLines = reader.LazyQuotes && slices.ContainsFunc(record, hasLineEnd)
			return record, last, nil
		}
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF) && overLines && r.input.last != '"':
			return nil, last, &unreadable{csv.ErrQuote} // which the reader takes for the end of the field
		case errors.Is(err, io.EOF):
			return nil, 0, err
		case errors.As(err, &wrong):
			if wrong.Line > wrong.StartLine {
				return nil, wrong.StartLine, &unreadable{wrong.Err} // records may be lost in a quote that nothing closes
			}
			return nil, wrong.StartLine, wrong.Err
		}
		return nil, last + 1, &unreadable{err}
	}
}
