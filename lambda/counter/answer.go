package main

import (
	"log/slog"
	"time"

	"tally/lambda/contract"
)

// answer is what an invocation returns. With an error it holds what was known by then.
type answer interface {
	about() []any // what the invocation was for, for the log
	log(*slog.Logger)
}

type (
	slotAnswer   contract.Answer
	dryRunAnswer contract.DryRunAnswer
	sweepAnswer  contract.SweepAnswer
)

func (a slotAnswer) about() []any { return aboutSlot(a.Job, a.Slot) }

func (a slotAnswer) log(logger *slog.Logger) {
	var counts []slog.Attr // by case, in the order of the record; null for a case without a count
	for _, record := range a.Records {
		counts = append(counts, slog.Any(record.CaseName, record.Count))
		if record.Status == contract.StatusFailed {
			logger.Error("case failed", "case", record.CaseName, "code", record.Code, "message", record.Message)
		}
	}
	logger.Info("done", "outcome", a.Outcome, "key", a.Key, slog.GroupAttrs("counts", counts...))
}

func (a dryRunAnswer) about() []any { return aboutSlot(a.Job, a.Slot) }

func (a dryRunAnswer) log(logger *slog.Logger) {
	for _, warning := range a.Warnings {
		logger.Warn(warning)
	}
	logger.Info("done", "outcome", a.Outcome, "cases", a.Cases)
}

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
	if !slot.IsZero() { // a dry run may fail before it has found a slot
		about = append(about, "slot", slot)
	}
	return about
}
