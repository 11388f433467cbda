package s3source

import (
	"errors"
	"fmt"
	"sync/atomic"

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

// noList is the cause of objects without the list that the job names, missingColumn the slot of
// a field that a header lacks.
type (
	noList        struct{}
	missingColumn int
)

// fault is an error of a kind. The causes besides the kind may be the job's fault.
type fault struct {
	error
	kind   kind
	causes []any
}

func (f *fault) Unwrap() error { return f.error }

// atStep is an error of a step of counting a row that was read.
func atStep(step step, err error) error {
	if step == 0 {
		return &fault{err, wrongTime, []any{step}}
	}
	return &fault{err, wrongValue, []any{step}}
}

// add notes a record, or an object as a whole.
func (s *skipped) add(bad *badInput, object bool) {
	s.total++
	kind, causes := badLine, []any(nil)
	if known, ok := errors.AsType[*fault](bad); ok {
		kind, causes = known.kind, known.causes
	}
	switch {
	case object && locks(codeOf(bad)):
		kind = locked
	case object && kind != noColumn:
		kind = damagedObject
	case errors.Is(bad, errTooLong):
		kind = tooLong
	case errors.Is(bad, jsonscan.ErrNotUTF8):
		kind = notText
	}
	once := skippedCause{1, bad}
	s.noteCause(kind, once)
	for _, cause := range causes {
		s.noteCause(cause, once)
	}
	if mismatch, ok := errors.AsType[expression.Mismatch](bad); ok {
		s.noteCause(expression.Mismatch{Slot: mismatch.Slot, Want: mismatch.Want}, once)
	}
	if part, ok := errors.AsType[expression.Uncomputable](bad); ok {
		s.noteCause(part.Worked, once)
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
	for i, names := range kindNames {
		if found, ok := s.causes[kind(i)]; ok {
			all = append(all, fmt.Sprintf("left out %d %s, such as %v", found.count, names[min(found.count, 2)-1], found.first))
		}
	}
	return all
}

// jobsFault finds what was left out because the job is wrong, not the record: a step, a
// type or a column that fits nothing that was read. on_error: skip must not make zeros of
// that.
func (r *run) jobsFault() error {
	skipped := &r.sum.skipped
	for slot, types := range r.seen {
		if found, ok := skipped.causes[missingColumn(slot)]; ok && types == 0 {
			return fmt.Errorf("%w; no object has it, and on_error: skip leaves out single objects only", found.first)
		}
	}
	if found, ok := skipped.causes[noList{}]; ok && r.sum.rowsRead() == 0 {
		return fmt.Errorf("%w; no object has it, and on_error: skip leaves out single objects only", found.first)
	}
	everyRecord := func(found skippedCause, remedy string) error {
		return fmt.Errorf("%w; that fails wherever it is tried, and on_error: skip leaves out single records only%s", found.first, remedy)
	}
	if found, ok := skipped.causes[step(0)]; ok && r.sum.timed == 0 {
		return everyRecord(found, "")
	}
	// A row that fails a step is not tried with the next ones.
	tried := r.sum.within
	for step := step(1); step <= r.lastStep(); step++ {
		if found, ok := skipped.causes[step]; ok {
			if found.count == tried {
				return everyRecord(found, "")
			}
			tried -= found.count
		}
	}
	for cause, found := range skipped.causes {
		mismatch, isMismatch := cause.(expression.Mismatch)
		worked, isPart := cause.(*atomic.Bool)
		if isMismatch && !r.seen[mismatch.Slot].Has(mismatch.Want) || isPart && !worked.Load() {
			return everyRecord(found, "")
		}
	}
	if found, ok := skipped.causes[wrongFields]; ok && !r.layout.CSV.HasHeader() && r.sum.rowsRead() == 0 && skipped.causes[notText].count == 0 {
		return everyRecord(found, "; write csv.columns and csv.delimiter as they are")
	}
	return nil
}
