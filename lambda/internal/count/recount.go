package count

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// findAgain finds the job and slot of a recount. The slot's schedule is that of its record,
// which recount reads.
func (e *Engine) findAgain(ctx context.Context, event contract.Event) (run, error) {
	j, err := e.lookup(event.Job)
	r := run{job: j, event: event, fullTime: fullTimeOf(ctx)}
	r.slot.Time = event.ScheduledTime.UTC().Truncate(time.Minute)
	r.event.Origin = cmp.Or(event.Origin, contract.OriginRecount)
	if err == nil && j.Window == nil {
		err = r.failed(Permanentf("%w: it has no window, and the state of that time is gone", ErrNoRecount))
	}
	return r, err
}

// recount counts a slot that has a record. If a line differs from the latest revision's, it
// stores the next revision. Another recount may store one meanwhile: then that is the latest.
func (e *Engine) recount(ctx context.Context, r run) (Stored, contract.Outcome, error) {
	storing, cancel := leaveRoom(ctx, reportTime)
	defer cancel()
	latest, ok, err := e.Store.Latest(storing, r.job.Name, r.slot.Time)
	if err == nil && !ok {
		err = Permanentf("%w: it has no record yet; send the event without recount", ErrNoRecount)
	}
	if err != nil {
		return Stored{}, "", fmt.Errorf("look for a record: %w", err)
	}
	first := latest.Records[0]
	if age := job.Age(r.event.Recount.Age); age != "" {
		switch {
		case !r.job.SameCounting(first):
			return latest, contract.OutcomeOtherDefinition, nil
		case !first.CountedAt.Before(r.slot.Time.Add(age.Duration())): // by a backfill, say
			return latest, contract.OutcomeUnchanged, nil
		}
	}
	r.slot.Schedule, r.slot.Timezone, r.after = first.Schedule, first.ScheduleTimezone, first.Revision
	lines, err := e.count(ctx, r)
	if err != nil {
		return Stored{}, "", err
	}
	for {
		if r.job.Source.OutlivesRun() && lines.AllRows[0].CountedAt.Before(latest.Records[0].CountedAt) {
			return latest, contract.OutcomeUnchanged, nil // the query that this run joined is older than the latest count
		}
		if err := losesCount(latest.Records, lines.AllRows); err != nil {
			return Stored{}, "", err
		}
		if !r.event.Recount.AllowEmpty && anyRows(latest.Records) && !anyRows(lines.AllRows) {
			return Stored{}, "", Permanentf("every count would be 0 now, so revision %d stays the latest: the source may have deleted these rows since; "+
				"if 0 is right, tally recount and backfill store it with --allow-empty", latest.Records[0].Revision)
		}
		same, err := e.Store.Same(storing, latest, lines)
		if err != nil {
			return Stored{}, "", fmt.Errorf("compare with the latest revision: %w", err)
		}
		if same {
			return latest, contract.OutcomeUnchanged, nil
		}
		for i := range lines.AllRows {
			lines.AllRows[i].Revision, lines.AllRows[i].Reason = latest.Records[0].Revision+1, r.event.Recount.Reason
		}
		stored, created, err := e.Store.Create(storing, lines)
		if err != nil {
			return Stored{}, "", fmt.Errorf("store the record: %w", err)
		}
		if created {
			return stored, contract.OutcomeStored, nil
		}
		latest = stored
	}
}

// ErrNoRecount means that a slot cannot be counted again.
var ErrNoRecount = errors.New("the slot cannot be counted again")

// losesCount is an error if a case that has a count could not be counted now: the next
// revision would hide it.
func losesCount(before, now []contract.Record) error {
	counted := map[string]bool{}
	for _, line := range before {
		counted[line.CaseName] = line.Count != nil
	}
	for _, line := range now {
		if counted[line.CaseName] && line.Count == nil {
			return &Failure{Permanent: true, Code: line.Code, Err: fmt.Errorf("case %s cannot be counted any more, so revision %d stays the latest: %s", line.CaseName, before[0].Revision, line.Message)}
		}
	}
	return nil
}

// anyRows tells whether something was counted.
func anyRows(lines []contract.Record) bool {
	return slices.ContainsFunc(lines, func(line contract.Record) bool { return line.Count != nil && *line.Count > 0 })
}
