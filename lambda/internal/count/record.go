package count

import (
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// firstRevision is the revision of a slot's first record.
const firstRevision = 1

// linesOf are the lines to store, in the order of the source's.
func linesOf(counted job.Job, slot job.Slot, window *Window, result Result, now time.Time) contract.Lines {
	now = now.UTC().Truncate(time.Millisecond)
	definition := counted.SHA256()
	var all contract.Lines
	for i, line := range result.Lines {
		if len(line.Groups) > 0 {
			all.Groups = groupsOf(result.Lines[i:], i)
			break
		}
		record := contract.Record{
			Job:              counted.Name,
			CaseName:         line.Case,
			Groups:           contract.Groups{}, // {} in JSON, not null
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
		if line.Failure != nil {
			record.Count, record.Status = nil, contract.StatusFailed
			record.Code, record.Message = line.Failure.Code, line.Failure.Error()
		}
		if result.Listed != nil {
			record.ListedFrom, record.ListedTo = &result.Listed.From, &result.Listed.To
		}
		if window != nil {
			record.WindowFrom, record.WindowTo = &window.From, &window.To
		}
		all.AllRows = append(all.AllRows, record)
	}
	return all
}

// groupsOf are the counts of groups, each of which has as many lines as there are
// cases.
func groupsOf(lines []Line, cases int) []contract.GroupCounts {
	groups := make([]contract.GroupCounts, 0, len(lines)/cases)
	counts := make([]int64, len(lines))
	for i, line := range lines {
		counts[i] = line.Count
		if i%cases == 0 {
			groups = append(groups, contract.GroupCounts{Groups: line.Groups, Counts: counts[i : i+cases]})
		}
	}
	return groups
}

// missedLines are the lines of a slot whose state was not counted in time.
func missedLines(missed job.Job, slot job.Slot, now time.Time) contract.Lines {
	var nothing Result
	for _, name := range missed.CaseNames() {
		nothing.Lines = append(nothing.Lines, Line{Case: name})
	}
	all := linesOf(missed, slot, nil, nothing, now)
	for i := range all.AllRows {
		all.AllRows[i].Count, all.AllRows[i].Status = nil, contract.StatusMissed
	}
	return all
}
