package history_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

// revision stores a record that was counted so long after its slot.
func (b bucket) revision(j job.Job, at time.Time, revision int, after time.Duration, count int64) {
	b.t.Helper()
	lines := contract.Lines{AllRows: []contract.Record{{
		Job: j.Name, CaseName: "total", Groups: contract.Groups{}, Count: &count, Status: contract.StatusOK, ScheduledTime: at, CountedAt: at.Add(after), Revision: revision,
	}}}
	if _, created, err := b.Create(b.t.Context(), lines); err != nil || !created {
		b.t.Fatalf("created is %t: %v", created, err)
	}
}

// recounted stores the marker of a recount.
func (b bucket) recounted(name string, at time.Time, age string, after time.Duration, outcome contract.Outcome) {
	b.t.Helper()
	if _, err := b.CreateJSON(b.t.Context(), contract.RecountedKey(name, at, age), contract.Recounted{Time: at.Add(after), Outcome: outcome}); err != nil {
		b.t.Fatal(err)
	}
}

func TestRecounts(t *testing.T) {
	const day = 24 * time.Hour
	file := jobtest.Read(t, orders)
	j, other := file.Jobs[0], file.Jobs[1]
	at := func(day int) time.Time { return time.Date(2026, 11, day, 1, 0, 0, 0, time.UTC) }
	b := newBucket(t)
	b.revision(j, at(1), 1, time.Hour, 5) // once

	b.revision(j, at(2), 1, time.Hour, 5) // the same after a day, more after a week
	b.recounted("orders", at(2), "1d", day+time.Hour, contract.OutcomeUnchanged)
	b.revision(j, at(2), 2, 7*day, 6)
	b.recounted("orders", at(2), "7d", 7*day+time.Hour, contract.OutcomeStored)

	b.revision(j, at(3), 1, 2*day, 5) // counted first after the age: not counted again for it
	b.recounted("orders", at(3), "1d", 2*day+time.Hour, contract.OutcomeUnchanged)

	b.revision(j, at(4), 1, time.Hour, 5) // counted for nothing
	b.recounted("orders", at(4), "1d", day, contract.OutcomeOtherDefinition)
	b.recounted("orders", at(4), "2d", 2*day, "")
	b.recounted("orders", at(4), "3d", 3*day, "not known yet")

	for revision := range 11 { // more than nine, and two at once
		b.revision(j, at(5), revision+1, max(time.Duration(revision), 1)*time.Hour, int64(revision))
	}
	b.recounted("orders", at(6), "1d", day, contract.OutcomeUnchanged) // of no record
	b.revision(other, at(2), 1, time.Hour, 7)
	b.recounted("orders-eu", at(2), "1d", day, contract.OutcomeUnchanged)
	if err := b.server.Put("results", contract.DayPrefix(at(2))+"orders-notes.txt", nil); err != nil {
		t.Fatal(err)
	}
	var told []int
	reader := history.Reader{Store: b, Progress: func(read, of int) { told = append(told, read, of) }}
	all, err := reader.Recounts(t.Context(), j, at(1), at(6))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, slot := range all.Slots {
		word := fmt.Sprint(slot.Slot.Day(), ":")
		for _, counting := range slot.All {
			word += fmt.Sprintf(" %s=%d", counting.At.Sub(slot.Slot), *counting.Lines[0].Count)
		}
		got = append(got, word)
	}
	want := []string{"2: 1h0m0s=5 25h0m0s=5 168h0m0s=6", "5: 1h0m0s=0 1h0m0s=1 2h0m0s=2 3h0m0s=3 4h0m0s=4 5h0m0s=5 6h0m0s=6 7h0m0s=7 8h0m0s=8 9h0m0s=9 10h0m0s=10"}
	if difference := cmp.Diff(want, got); difference != "" || all.Stored != 5 || all.Unreadable != nil {
		t.Errorf("%d stored, %v (- want, + got):\n%s", all.Stored, all.Unreadable, difference)
	}
	if difference := cmp.Diff([]int{1, 4, 2, 4, 3, 4, 4, 4}, told); difference != "" {
		t.Errorf("progress (- want, + got):\n%s", difference)
	}
	if all, err := reader.Recounts(t.Context(), j, at(3), at(5)); err != nil || all.Stored != 2 || len(all.Slots) != 0 {
		t.Errorf("of two days: %+v (%v)", all, err)
	}
}

// What cannot be read leaves its slot out; where that is all, it is an error.
func TestRecountsThatCannotBeRead(t *testing.T) {
	j := jobtest.Read(t, orders).Jobs[0]
	at := func(day int) time.Time { return time.Date(2026, 11, day, 1, 0, 0, 0, time.UTC) }
	b := newBucket(t)
	for day := 1; day <= 2; day++ {
		b.revision(j, at(day), 1, time.Hour, 5)
		b.revision(j, at(day), 2, 2*time.Hour, 6)
	}
	if err := b.server.Put("results", contract.RecountedKey("orders", at(2), "1d"), []byte("noise")); err != nil {
		t.Fatal(err)
	}
	reader := history.Reader{Store: b}
	if all, err := reader.Recounts(t.Context(), j, at(1), at(3)); err != nil || len(all.Slots) != 1 || len(all.Unreadable) != 1 || !strings.Contains(all.Unreadable[0].Error(), "orders-20261102T0100Z.1d") {
		t.Errorf("got %+v (%v)", all, err)
	}
	if _, err := reader.Recounts(t.Context(), j, at(2), at(3)); err == nil || !strings.HasPrefix(err.Error(), "no record can be read: ") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Recounts(ctx, j, at(1), at(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
