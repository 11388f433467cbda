package s3source

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// jobsFault finds what was left out and is wrong with the job instead of the record:
// on_error: skip must not make zeros of it. A step, a type or a column that fits
// nothing that was read is one.
func (r *run) jobsFault() error {
	left := &r.sum.left
	for _, slot := range slices.Sorted(maps.Keys(left.columns)) {
		if r.met.lacks(slot) {
			return fmt.Errorf("%w; no object has it, and on_error: skip leaves out single objects only", left.columns[slot].first)
		}
	}
	everyRecord := func(why refused, remedy string) error {
		return fmt.Errorf("%w; that fails wherever it is tried, and on_error: skip leaves out single records only%s", why.first, remedy)
	}
	if why := left.steps[0]; why.n > 0 && r.sum.timed == 0 {
		return everyRecord(why, "")
	}
	rows := r.sum.within
	for _, step := range slices.Sorted(maps.Keys(left.steps)) {
		if why := left.steps[step]; step > 0 {
			if why.n == rows {
				return everyRecord(why, "")
			}
			rows -= why.n
		}
	}
	for mismatch, why := range left.mismatches {
		if !r.met.has(mismatch.Slot, mismatch.Want) {
			return everyRecord(why, "")
		}
	}
	for worked, why := range left.parts {
		if !worked.Load() {
			return everyRecord(why, "")
		}
	}
	if why := left.kinds[wrongFields]; why.n > 0 && !r.job.Source.CSV.HasHeader() && r.sum.read() == 0 && len(left.steps) == 0 && left.kinds[notText].n == 0 {
		return everyRecord(why, "; write csv.columns and csv.delimiter as they are")
	}
	return nil
}

// columnError is about the column of a slot.
type columnError struct {
	slot int
	error
}

// columnsError is all that is wrong with a header.
type columnsError []columnError

func (c columnsError) Error() string {
	all := make([]error, len(c))
	for i := range c {
		all[i] = c[i].error
	}
	return errors.Join(all...).Error()
}
