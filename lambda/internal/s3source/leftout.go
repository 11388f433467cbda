package s3source

import (
	"errors"
	"fmt"
	"sync/atomic"

	"tally/lambda/expression"
)

// leftOut is what a job with on_error: skip left out.
type leftOut struct {
	total int64
	kinds [kindCount]refused
	// What may be wrong with the job instead of the record:
	steps      map[int]refused                 // by the step of a row that failed
	parts      map[*atomic.Bool]refused        // of expressions, by whether they worked for any row
	mismatches map[expression.Mismatch]refused // without their texts
	columns    map[int]refused                 // by slot: headers without it
}

// refused is how many there are of a kind, and the first that was met.
type refused struct {
	n     int64
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
	kindCount
)

// kindNames are one and several of a kind.
var kindNames = [kindCount][2]string{
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

// rowError is about a row that was read and could not be counted.
type rowError struct {
	step int // 0 is the window, then come the cases, group_by and distinct
	err  error
}

func (r *rowError) Error() string { return r.err.Error() }

func (r *rowError) Unwrap() error { return r.err }

// fieldsError is about a record of CSV with more or fewer fields than columns.
type fieldsError struct{ error }

// object tells whether bad is about an object as a whole.
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
	case errors.Is(bad, errNotUTF8):
		return notText
	}
	return badLine
}

// one notes a record, or an object as a whole.
func (l *leftOut) one(bad *badInput, object bool) {
	l.total++
	once := refused{1, bad}
	kind := kindOf(bad, object)
	l.kinds[kind] = l.kinds[kind].and(once)
	var row *rowError
	if errors.As(bad, &row) {
		note(&l.steps, row.step, once)
	}
	var mismatch expression.Mismatch
	if errors.As(bad, &mismatch) {
		note(&l.mismatches, expression.Mismatch{Slot: mismatch.Slot, Want: mismatch.Want}, once)
	}
	var part expression.Uncomputable
	if errors.As(bad, &part) {
		note(&l.parts, part.Worked, once)
	}
	var columns columnsError
	if object && errors.As(bad, &columns) {
		for _, column := range columns {
			note(&l.columns, column.slot, once)
		}
	}
}

func (l *leftOut) add(other *leftOut) {
	l.total += other.total
	for kind, more := range other.kinds {
		l.kinds[kind] = l.kinds[kind].and(more)
	}
	noteAll(&l.steps, other.steps)
	noteAll(&l.parts, other.parts)
	noteAll(&l.mismatches, other.mismatches)
	noteAll(&l.columns, other.columns)
}

func (r refused) and(more refused) refused {
	r.n += more.n
	if r.first == nil {
		r.first = more.first
	}
	return r
}

func note[K comparable](all *map[K]refused, key K, more refused) {
	if *all == nil {
		*all = map[K]refused{}
	}
	(*all)[key] = (*all)[key].and(more)
}

func noteAll[K comparable](all *map[K]refused, more map[K]refused) {
	for key, refused := range more {
		note(all, key, refused)
	}
}

// inWords says what was left out, a text for each kind.
func (l *leftOut) inWords() []string {
	var all []string
	for kind, refused := range l.kinds {
		if refused.n > 0 {
			name := kindNames[kind][min(refused.n, 2)-1]
			all = append(all, fmt.Sprintf("left out %d %s, such as %v", refused.n, name, refused.first))
		}
	}
	return all
}
