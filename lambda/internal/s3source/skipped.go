package s3source

import (
	"errors"
	"fmt"
	"iter"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// skipped is what a job with on_error: skip left out, by cause. A cause is a kind, and
// what else may be wrong with the job instead of the record: a step, a missing column or list,
// an expression.Mismatch without its text, or the *atomic.Bool of an
// expression.Uncomputable.
type skipped struct {
	total  int64
	causes map[any]skippedCause
}

// skippedCause is how often something was skipped for a cause, and the first of it.
type skippedCause struct {
	count int64
	first *badInput
}

// kind is a kind of input that cannot be read.
type kind int

const (
	badLine kind = iota
	notText
	tooLong
	wrongFields
	wrongTime
	wrongValue
	noColumn
	locked
	damagedObject
)

// kindNames name one and several of a kind.
var kindNames = [...][2]string{
	badLine:       {"line that is no record", "lines that are no records"},
	notText:       {"record that is not UTF-8", "records that are not UTF-8"},
	tooLong:       {"record that is too long", "records that are too long"},
	wrongFields:   {"record with another number of fields", "records with another number of fields"},
	wrongTime:     {"record whose time cannot be read", "records whose time cannot be read"},
	wrongValue:    {"record with a value of another type", "records with a value of another type"},
	noColumn:      {"object without a column that the job uses", "objects without a column that the job uses"},
	locked:        {"object that is archived or encrypted", "objects that are archived or encrypted"},
	damagedObject: {"object that is damaged", "objects that are damaged"},
}

// step is a step of counting a row: 0 is the window, then come the cases, group_by and
// distinct.
type step int

// rowError is about a row that was read and could not be counted.
type rowError struct {
	step step
	err  error
}

func (r *rowError) Error() string { return r.err.Error() }

func (r *rowError) Unwrap() error { return r.err }

// noList is the cause of objects without the list that the job names.
type noList struct{}

// fieldsError is about a record of CSV with more or fewer fields than columns.
type fieldsError struct{ error }

// missingColumn is the slot of a field that a header lacks.
type missingColumn int

// columnsError is all that is wrong with a header.
type columnsError struct {
	columns []missingColumn
	error
}

// kindOf returns the kind of what is wrong with a record, or with an object as a whole.
func kindOf(bad *badInput, object bool) kind {
	var row *rowError
	code := codeOf(bad)
	switch {
	case object && errors.As(bad, new(columnsError)):
		return noColumn
	case object && (code == codeArchived || code == codeInvalid):
		return locked
	case object:
		return damagedObject
	case errors.As(bad, &row) && row.step == 0:
		return wrongTime
	case row != nil:
		return wrongValue
	case errors.As(bad, new(*fieldsError)):
		return wrongFields
	case errors.Is(bad, errTooLong):
		return tooLong
	case errors.Is(bad, jsonscan.ErrNotUTF8):
		return notText
	}
	return badLine
}

// add notes a record, or an object as a whole.
func (s *skipped) add(bad *badInput, object bool) {
	s.total++
	once := skippedCause{1, bad}
	s.noteCause(kindOf(bad, object), once)
	if row, ok := errors.AsType[*rowError](bad); ok {
		s.noteCause(row.step, once)
	}
	if mismatch, ok := errors.AsType[expression.Mismatch](bad); ok {
		s.noteCause(expression.Mismatch{Slot: mismatch.Slot, Want: mismatch.Want}, once)
	}
	if part, ok := errors.AsType[expression.Uncomputable](bad); ok {
		s.noteCause(part.Worked, once)
	}
	if errors.As(bad, new(*noListError)) {
		s.noteCause(noList{}, once)
	}
	if header, ok := errors.AsType[columnsError](bad); ok && object {
		for _, column := range header.columns {
			s.noteCause(column, once)
		}
	}
}

func (s *skipped) noteCause(cause any, more skippedCause) {
	if s.causes == nil {
		s.causes = map[any]skippedCause{}
	}
	known := s.causes[cause]
	if known.first == nil {
		known.first = more.first
	}
	known.count += more.count
	s.causes[cause] = known
}

func (s *skipped) addAll(other *skipped) {
	s.total += other.total
	for cause, more := range other.causes {
		s.noteCause(cause, more)
	}
}

// inWindow is how many rows in the window could not be counted.
func (s *skipped) inWindow() int64 {
	n := int64(0)
	for cause, found := range s.causes {
		if step, ok := cause.(step); ok && step > 0 {
			n += found.count
		}
	}
	return n
}

// warnings says what was left out, a text for each kind.
func (s *skipped) warnings() []string {
	var all []string
	for kind, found := range s.byKind() {
		name := kindNames[kind][min(found.count, 2)-1]
		all = append(all, fmt.Sprintf("left out %d %s, such as %v", found.count, name, found.first))
	}
	return all
}

// byKind returns what was left out of each kind that there is, in the order of kinds.
func (s *skipped) byKind() iter.Seq2[kind, skippedCause] {
	return func(yield func(kind, skippedCause) bool) {
		for kind := range kind(len(kindNames)) {
			if found, ok := s.causes[kind]; ok && !yield(kind, found) {
				return
			}
		}
	}
}
