package count

import (
	"cmp"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// lines are the lines to store, in the order of the source's.
func (r run) lines(window *Window, result Result, now time.Time) contract.Lines {
	now = now.UTC().Truncate(time.Millisecond)
	same := contract.Record{ // what all lines have in common
		Job:              r.job.Name,
		Groups:           contract.Groups{}, // {} in JSON, not null
		Status:           contract.StatusOK,
		ScheduledTime:    r.slot.Time,
		LocalDate:        r.slot.Time.In(r.job.Zone).Format(time.DateOnly),
		Late:             now.Sub(r.slot.Time) > contract.LateAfter,
		CountedAt:        now,
		Schedule:         r.slot.Schedule,
		ScheduleTimezone: r.slot.Timezone,
		Revision:         1, // a recount counts on
		Origin:           cmp.Or(r.event.Origin, contract.OriginSchedule),
		JobSHA256:        r.job.SHA256(),
		CountingSHA256:   r.job.CountingSHA256(),
		QueryID:          result.QueryID,
		BytesScanned:     result.BytesScanned,
		Skipped:          result.Skipped,
	}
	if result.Listed != nil {
		same.ListedFrom, same.ListedTo = &result.Listed.From, &result.Listed.To
	}
	if window != nil {
		same.WindowFrom, same.WindowTo = &window.From, &window.To
	}
	var all contract.Lines
	for i, line := range result.Counts {
		if len(line.Groups) > 0 {
			all.Groups = groupsOf(result.Counts[i:], i)
			break
		}
		record := same
		record.CaseName, record.Count, record.UnknownFields = line.Case, &line.Count, line.UnknownFields
		if line.Failure != nil {
			record.Count, record.Status = nil, contract.StatusFailed
			record.Code, record.Message = line.Failure.Code, line.Failure.Error()
		}
		all.AllRows = append(all.AllRows, record)
	}
	return all
}

// groupsOf are the counts of groups, from lines of which each group has one for each case.
func groupsOf(lines []CaseCount, cases int) []contract.GroupCounts {
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

// Missed are the lines of a slot whose state was not counted in time.
func Missed(j job.Job, slot job.Slot, now time.Time) contract.Lines {
	var nothing Result
	for _, name := range j.CaseNames() {
		nothing.Counts = append(nothing.Counts, CaseCount{Case: name})
	}
	all := run{job: j, slot: slot, event: contract.Event{Origin: contract.OriginSweep}}.lines(nil, nothing, now)
	for i := range all.AllRows {
		all.AllRows[i].Count, all.AllRows[i].Status = nil, contract.StatusMissed
	}
	return all
}
