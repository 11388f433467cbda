package sweep

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tally/lambda/job"
)

// Every two hours gaps have another order, and the second sweep has the reverse of the first.
func TestGapsAreTriedInTurn(t *testing.T) {
	j := &job.Job{Name: "a"}
	var gaps []DueSlot
	for minute := range 20 {
		gaps = append(gaps, DueSlot{Job: j, Slot: job.Slot{Time: time.Unix(int64(60*minute), 0).UTC()}})
	}
	order := func(hour int64) string {
		var minutes []int
		for _, g := range inTurn(slices.Clone(gaps), time.Unix(3600*hour+17, 0)) {
			minutes = append(minutes, g.Slot.Time.Minute())
		}
		if hour%2 == 1 {
			slices.Reverse(minutes)
		}
		return fmt.Sprint(minutes)
	}
	seen := map[string]bool{fmt.Sprint([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}): true}
	for hour := int64(0); hour < 8; hour += 2 {
		first, second := order(hour), order(hour+1)
		if first != second || seen[first] {
			t.Errorf("from hour %d on the orders are %s and, from its end, %s", hour, first, second)
		}
		seen[first] = true
	}
}

// A counter that refuses is left alone for longer each time, and in the end for good.
func TestThePausesOfARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const pause = 250 * time.Millisecond
		q, begun := &queue{}, time.Now()
		for try := 1; try < mostRefusals; try++ {
			before := time.Now()
			if !q.retryLater(t.Context(), DueSlot{}, pause, "busy") {
				t.Fatalf("it gave up after %d tries and %s", try, time.Since(begun))
			}
			if got, want := time.Since(before), pause<<min(try-1, 7); got != want {
				t.Errorf("the pause behind try %d is %s, want %s", try, got, want)
			}
		}
		if q.retryLater(t.Context(), DueSlot{}, pause, "busy") || q.heldAll != "busy" {
			t.Errorf("after %d tries it goes on", mostRefusals)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		before := time.Now()
		if q = (&queue{}); !q.retryLater(ended, DueSlot{}, time.Hour, "busy") || time.Since(before) != 0 {
			t.Errorf("it paused for %s after the end of its time", time.Since(before))
		}
	})
}

// An age is due from its very second on, for as many days as a sweep looks back.
func TestTheDaysOfAnAge(t *testing.T) {
	slot := time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)
	for after, want := range map[time.Duration]bool{
		24*time.Hour - time.Second: false, 24 * time.Hour: true, 15*24*time.Hour - time.Second: true, 15 * 24 * time.Hour: false,
	} {
		if got := ageIsDue(slot, "1d", slot.Add(after)); got != want {
			t.Errorf("%s after the slot, 1d is due: %t", after, got)
		}
	}
}

// A record at the time is not before it.
func TestTheLastRecordBefore(t *testing.T) {
	r := records{ofAny: map[int64]bool{60: true, 120: true}}
	if got := r.lastBefore(time.Unix(120, 0)).Unix(); got != 60 {
		t.Errorf("got %d, want 60", got)
	}
}
