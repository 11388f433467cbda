package count

import (
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// firstRevision is the revision of a slot's first record.
const firstRevision = 1

// records are the lines to store, in the order of the source's.
func records(counted job.Job, slot job.Slot, window *Window, result Result, now time.Time) []contract.Record {
	now = now.UTC().Truncate(time.Millisecond)
	definition := counted.SHA256()
	all := make([]contract.Record, len(result.Lines))
	for i, line := range result.Lines {
		all[i] = contract.Record{
			Job:              counted.Name,
			CaseName:         line.Case,
			Groups:           line.Groups,
			Count:            &line.Count,
			Status:           contract.StatusOK,
			ScheduledTime:    slot.Time,
			LocalDate:        slot.Time.In(counted.Zone).Format(time.DateOnly),
			Late:             now.Sub(slot.Time) > contract.LateAfter,
			CountedAt:        now,
			Schedule:         slot.Schedule,
			ScheduleTimezone: slot.Timezone,
			Revision:         firstRevision,
			JobSHA256:        definition,
			Skipped:          result.Skipped,
			UnknownFields:    line.UnknownFields,
		}
		if line.Groups == nil {
			all[i].Groups = contract.Groups{} // {} in JSON, not null
		}
		if line.Failure != nil {
			all[i].Count, all[i].Status = nil, contract.StatusFailed
			all[i].Code, all[i].Message = line.Failure.Code, line.Failure.Error()
		}
		if result.Listed != nil {
			all[i].ListedFrom, all[i].ListedTo = &result.Listed.From, &result.Listed.To
		}
		if window != nil {
			all[i].WindowFrom, all[i].WindowTo = &window.From, &window.To
		}
	}
	return all
}

// missedRecords are the lines of a slot whose state was not counted in time.
func missedRecords(missed job.Job, slot job.Slot, now time.Time) []contract.Record {
	var nothing Result
	for _, name := range missed.CaseNames() {
		nothing.Lines = append(nothing.Lines, Line{Case: name})
	}
	all := records(missed, slot, nil, nothing, now)
	for i := range all {
		all[i].Count, all[i].Status = nil, contract.StatusMissed
	}
	return all
}
