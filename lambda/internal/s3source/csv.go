package s3source

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// fieldsLine begins the comment that names the columns of a W3C extended log.
const fieldsLine = "#Fields:"

// csv counts the records of delimited text.
func (r *reader) csv() error {
	in := &r.stream
	var columns columns
	named := !r.layout.CSV.HasHeader()
	if named {
		var err error
		if columns, err = r.columnsOf(r.layout.CSV.Columns); err != nil {
			return r.bad(0, err)
		}
	}
	for !r.full() {
		fields, length, err := r.next()
		_, ends := errors.AsType[*unreadable](err)
		switch {
		case errors.Is(err, io.EOF), ends && r.sampled && in.whole(): // the sample may end there
			return nil
		case ends: // err says why
		case err == nil && len(fields) == 0: // a blank line or a comment
			if list, is := strings.CutPrefix(view(in.rest()[:length]), fieldsLine); is && r.layout.W3C {
				columns, err = r.columnsOf(strings.Fields(list))
			}
		case !named:
			named = true
			columns, err = r.header(fields, err)
		default:
			if err := r.csvRecord(fields, length, columns, err); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return r.bad(in.line(), err)
		}
		in.at += length
	}
	return nil
}

// header finds the columns by the names in the first record.
func (r *reader) header(names []string, err error) (columns, error) {
	if err != nil {
		return columns{}, fmt.Errorf("header: %w", err)
	}
	if last := len(names) - 1; last > 0 && names[last] == "" {
		names = names[:last] // after a delimiter at the end
	}
	return r.columnsOf(names)
}

// csvRecord counts a record, and goes on after it. bad is why it could not be split.
func (r *reader) csvRecord(fields []string, length int, columns columns, bad error) error {
	in := &r.stream
	if bad != nil {
		err := r.settle(in.line, bad)
		in.skipLine()
		return err
	}
	err := r.settle(in.line, r.countFields(fields, columns))
	in.at += length
	return err
}

// next splits the next record, without consuming it. An error is io.EOF, an *unreadable, or
// about the record.
func (r *reader) next() (fields []string, length int, err error) {
	in := &r.stream
	for {
		if len(in.rest()) > 0 {
			fields, length, err = r.splitter.record(in.rest(), in.whole())
			switch {
			case length > longest && len(fields) > 0:
				return nil, 0, r.tooLong()
			case !errors.Is(err, errMore):
				return fields, length, err
			}
		}
		if in.more() {
			continue
		}
		switch {
		case len(in.rest()) > longest:
			return nil, 0, r.tooLong()
		case in.failed() != nil:
			return nil, 0, &unreadable{in.err}
		case len(in.rest()) == 0:
			return nil, 0, io.EOF
		}
	}
}

// tooLong is the error about a record that is too long.
func (r *reader) tooLong() error {
	if r.splitter.byLines() {
		return errTooLong
	}
	return &unreadable{errTooLong} // its quotes may be closed anywhere
}

// columns are what the fields of a record are called.
type columns struct {
	ofSlot []int // the number of the column, by the slot of the field
	count  int
}

// columnsOf finds the columns that the row's fields come from.
func (r *reader) columnsOf(names []string) (columns, error) {
	paths := r.expressions.Set.Fields()
	found := columns{ofSlot: make([]int, len(paths)), count: len(names)}
	var wrong []any // a missingColumn each
	var why []error
	for slot, path := range paths {
		name := path[0]
		at, err := r.expressions.Set.Column(names, name)
		found.ofSlot[slot] = at
		switch {
		case err != nil:
			wrong, why = append(wrong, missingColumn(slot)), append(why, fmt.Errorf("%w%s", err, r.expressions.Set.QuotesHint(name)))
		case slices.Contains(names[at+1:], names[at]):
			wrong, why = append(wrong, missingColumn(slot)), append(why, fmt.Errorf("there are two columns %q", name))
		default:
			r.scanner.Seen[slot].Add(jsonscan.Text)
		}
	}
	if wrong != nil {
		return columns{}, &fault{errors.Join(why...), noColumn, wrong}
	}
	return found, nil
}

func (r *reader) countFields(fields []string, columns columns) error {
	has := len(fields)
	if has == columns.count+1 && fields[has-1] == "" { // after a delimiter at the end
		has--
	}
	if has < columns.count-r.layout.Optional || has > columns.count && r.layout.CSV.Extra != job.ExtraIgnore {
		write := ""
		if has > columns.count && columns.count > 1 {
			write = "; write csv: {extra: ignore} to leave out those after the last column"
		}
		return &fault{fmt.Errorf("has %d fields, and there are %d columns%s", has, columns.count, write), wrongFields, nil}
	}
	if r.stream.hasNonASCII && slices.ContainsFunc(fields, isNotUTF8) {
		return jsonscan.ErrNotUTF8
	}
	for slot, at := range columns.ofSlot {
		r.row.Fields[slot] = jsonscan.Value{}
		if at < has && (r.layout.Null == "" || fields[at] != r.layout.Null) {
			r.row.Fields[slot] = jsonscan.Value{Type: jsonscan.Text, Text: fields[at]}
		}
	}
	return r.count()
}

func isNotUTF8(field string) bool { return !utf8.ValidString(field) }
