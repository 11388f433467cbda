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
	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// csv counts the records of CSV.
func (r *reader) csv(key string) error {
	next := r.csvRecords()
	slots, columns, err := r.header(key, next)
	if err != nil || columns == 0 {
		return err
	}
	for {
		record, line, err := next()
		switch {
		case err == nil:
			err = r.countFields(record, slots, columns)
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, new(*unreadable)):
			return &badInput{url: r.url(key), line: line, err: err}
		}
		if err := r.settle(r.evaluator, key, line, err); err != nil {
			return err
		}
	}
}

// header returns the columns that the row's fields come from, and how many columns there
// are: none in an empty object.
func (r *reader) header(key string, next func() ([]string, int, error)) (slots []int, columns int, err error) {
	var names []string
	line := 0
	if options := r.job.Source.CSV; options.HasHeader() {
		names, line, err = next()
		if errors.Is(err, io.EOF) {
			return nil, 0, nil
		}
		if err != nil && !errors.As(err, new(*unreadable)) {
			err = fmt.Errorf("header: %w", err)
		}
	} else {
		names = options.Columns
	}
	if err == nil {
		slots, err = r.slotsOf(names)
	}
	if err != nil {
		return nil, 0, &badInput{url: r.url(key), line: line, err: err}
	}
	return slots, len(names), nil
}

// slotsOf returns the column of each field of the row.
func (r *reader) slotsOf(columns []string) ([]int, error) {
	paths := r.expressions.Set.Fields()
	slots := make([]int, len(paths))
	var wrong []column
	var why []error
	for i, path := range paths {
		name := path[0]
		slots[i] = slices.Index(columns, name)
		switch {
		case slots[i] < 0:
			wrong, why = append(wrong, column(i)), append(why, fmt.Errorf("%w%s", expression.NoColumn(name, columns), r.expressions.Set.QuotesHint(name)))
		case slices.Contains(columns[slots[i]+1:], name):
			wrong, why = append(wrong, column(i)), append(why, fmt.Errorf("there are two columns %q", name))
		default:
			r.scanner.Seen[i].Add(jsonscan.Text)
		}
	}
	if wrong != nil {
		return nil, columnsError{wrong, errors.Join(why...)}
	}
	return slots, nil
}

func (r *reader) countFields(record []string, slots []int, columns int) error {
	if len(record) != columns {
		return &fieldsError{fmt.Errorf("has %d fields, and there are %d columns", len(record), columns)}
	}
	if r.input.beyond && slices.ContainsFunc(record, isNotUTF8) {
		return jsonscan.ErrNotUTF8
	}
	for i, slot := range slots {
		r.row.Fields[i] = jsonscan.Value{Type: jsonscan.Text, Text: record[slot]}
	}
	return r.count()
}

func isNotUTF8(field string) bool { return !utf8.ValidString(field) }

func hasLineEnd(field string) bool { return strings.Contains(field, "\n") }

// unreadable is an error after which no record can be read.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

// csvRecords returns a function that reads the next record, with the line on which it
// begins. The record is good until the next call.
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
	last := 0          // the line of the last good record
	overLines := false // whether a field of it has several lines, with lenient quotes
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
			return nil, last, &unreadable{csv.ErrQuote} // the reader takes the end of the object for the end of the field
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
