package main

import (
	"log/slog"
	"time"

	"tally/lambda/contract"
)

// slotAnswer is the answer to an event.
type slotAnswer contract.Answer

func (a slotAnswer) about() []any { return aboutSlot(a.Job, a.Slot) }

func (a slotAnswer) log(logger *slog.Logger) {
	for _, record := range a.Records {
		if record.Status == contract.StatusFailed {
			logger.Error("case failed", "case", record.CaseName, "code", record.Code, "message", record.Message)
		}
	}
	logger.Info("done", "outcome", a.Outcome, "key", a.Key, countsOf(a.Records))
}

// countsOf shows the counts by case, in the order of the record; null for a case
// that has none.
func countsOf(records []contract.Record) slog.Attr {
	counts := make([]slog.Attr, len(records))
	for i, record := range records {
		counts[i] = slog.Any(record.CaseName, record.Count)
	}
	return slog.GroupAttrs("counts", counts...)
}

// dryRunAnswer is the answer to a dry run.
type dryRunAnswer contract.DryRunAnswer

func (a dryRunAnswer) about() []any { return aboutSlot(a.Job, a.Slot) }

func (a dryRunAnswer) log(logger *slog.Logger) {
	for _, warning := range a.Warnings {
		logger.Warn(warning)
	}
	logger.Info("done", "outcome", a.Outcome, "cases", a.Cases)
}

// sweepAnswer is the answer to a sweep.
type sweepAnswer contract.SweepAnswer

func (a sweepAnswer) about() []any {
	return []any{"sweep", slog.GroupValue(slog.Time("from", a.From), slog.Time("to", a.To))}
}

func (a sweepAnswer) log(logger *slog.Logger) {
	for _, slot := range a.Recovered.Slots {
		logger.Info("slot recovered", aboutSlot(slot.Job, slot.Slot)...)
	}
	for _, slot := range a.Missed.Slots {
		logger.Warn("slot missed", aboutSlot(slot.Job, slot.Slot)...)
	}
	for _, slot := range a.Failed.Slots {
		logger.Error("slot not counted", append(aboutSlot(slot.Job, slot.Slot), "reason", slot.Reason)...)
	}
	logger.Info("done", "outcome", a.Outcome, "recovered", a.Recovered.Total, "missed", a.Missed.Total, "failed", a.Failed.Total)
}

func aboutSlot(job string, slot time.Time) []any {
	about := []any{"job", job}
	if !slot.IsZero() { // a dry run that failed before it found one
		about = append(about, "slot", slot)
	}
	return about
}
