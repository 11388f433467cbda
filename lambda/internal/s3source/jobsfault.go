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
