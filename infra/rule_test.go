package infra

import (
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/cron"
)

func TestTheRuleOfSweepsFiresEverySweepEvery(t *testing.T) {
	schedule, err := cron.Parse(sweepSchedule, cron.Rule)
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
	last, _ = schedule.Next(last, time.UTC)
	for range 30 {
		next, fires := schedule.Next(last, time.UTC)
		if got := next.Sub(last); !fires || got != contract.SweepEvery {
			t.Fatalf("%s comes %s after the sweep before, want %s", next, got, contract.SweepEvery)
		}
		last = next
	}
}
