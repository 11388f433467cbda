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
	slots := schedule.Upcoming(time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC), 30, time.UTC)
	for i, slot := range slots[1:] {
		if got := slot.Time.Sub(slots[i].Time); got != contract.SweepEvery {
			t.Errorf("%s comes %s after the sweep before, want %s", slot.Wall, got, contract.SweepEvery)
		}
	}
}
