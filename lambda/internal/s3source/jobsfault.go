package s3source

import (
	"fmt"
	"sync/atomic"

	"tally/lambda/expression"
)

// jobsFault finds what was left out because the job is wrong, not the record: a step, a
// type or a column that fits nothing that was read. on_error: skip must not make zeros of
// that.
func (r *run) jobsFault() error {
	left := &r.sum.left
	for slot, types := range r.seen {
		if refused, ok := left.causes[column(slot)]; ok && types == 0 {
			return fmt.Errorf("%w; no object has it, and on_error: skip leaves out single objects only", refused.first)
		}
	}
	if refused, ok := left.causes[noList{}]; ok && r.sum.read() == 0 {
		return fmt.Errorf("%w; no object has it, and on_error: skip leaves out single objects only", refused.first)
	}
	everyRecord := func(refused refused, remedy string) error {
		return fmt.Errorf("%w; that fails wherever it is tried, and on_error: skip leaves out single records only%s", refused.first, remedy)
	}
	if refused, ok := left.causes[step(0)]; ok && r.sum.timed == 0 {
		return everyRecord(refused, "")
	}
	// A row that fails a step is not tried with the next ones.
	tried := r.sum.within
	for step := step(1); step <= r.lastStep(); step++ {
		if refused, ok := left.causes[step]; ok {
			if refused.n == tried {
				return everyRecord(refused, "")
			}
			tried -= refused.n
		}
	}
	for cause, refused := range left.causes {
		mismatch, isMismatch := cause.(expression.Mismatch)
		worked, isPart := cause.(*atomic.Bool)
		if isMismatch && !r.seen[mismatch.Slot].Has(mismatch.Want) || isPart && !worked.Load() {
			return everyRecord(refused, "")
		}
	}
	if refused, ok := left.causes[wrongFields]; ok && !r.layout.CSV.HasHeader() && r.sum.read() == 0 && left.causes[notText].n == 0 {
		return everyRecord(refused, "; write csv.columns and csv.delimiter as they are")
	}
	return nil
}
