package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"time"

	"tally/lambda/contract"
)

// filled is what became of a slot of a backfill.
type filled struct {
	Slot    time.Time        `json:"slot"`
	Outcome contract.Outcome `json:"outcome,omitempty"` // empty if it failed
	Error   string           `json:"error,omitempty"`
	Counts  []filledCount    `json:"counts,omitempty"`

	local string
}

// filledCount is a case of a slot that was counted.
type filledCount struct {
	Case  string `json:"case"`
	Count *int64 `json:"count"`
}

// line is the result for people.
func (f filled) line(p painter) string {
	if f.Error != "" {
		return fmt.Sprintf("  %s  %s: %s", f.local, p.bad("failed"), legible(f.Error))
	}
	line := fmt.Sprintf("  %s  %s:", f.local, f.Outcome)
	for _, count := range f.Counts {
		number := string(contract.StatusFailed)
		if count.Count != nil {
			number = fmt.Sprint(*count.Count)
		}
		line += " " + count.Case + " " + number
	}
	return line
}

// mostFailures is how many slots may fail in a row: then the source does not count now.
const mostFailures = 3

// backfill has slots counted, in their order, so many at a time, and tells each result. It
// begins no more slots after mostFailures failures in a row, or at the first interrupt; at
// the second one it waits for none.
func backfill(ctx context.Context, stderr io.Writer, slots []planned, parallel int, fill filler, told func(done int, result filled)) []filled {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)

	f := filling{slots: slots, fill: fill, told: told}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-interrupts:
				if f.end() {
					stop()
				} else {
					fmt.Fprintln(stderr, "ending after the slots that are being counted; press Ctrl-C again to leave them alone")
				}
			}
		}
	}()
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() { f.work(ctx) })
	}
	workers.Wait()
	slices.SortFunc(f.results, func(a, b filled) int { return a.Slot.Compare(b.Slot) })
	return f.results
}

// filling is a backfill under way.
type filling struct {
	fill    filler
	told    func(done int, result filled)
	mutex   sync.Mutex
	slots   []planned // not begun
	ended   bool      // no more slots are begun
	failed  int       // in a row
	results []filled
}

// end begins no more slots. It returns whether that was so already.
func (f *filling) end() (already bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	already, f.ended = f.ended, true
	return already
}

func (f *filling) work(ctx context.Context) {
	for slot, more := f.next(ctx); more; slot, more = f.next(ctx) {
		answer, err := f.fill(ctx, slot.event)
		f.note(ctx, slot, answer, err)
	}
}

func (f *filling) next(ctx context.Context) (planned, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.ended || len(f.slots) == 0 || ctx.Err() != nil {
		return planned{}, false
	}
	slot := f.slots[0]
	f.slots = f.slots[1:]
	return slot, true
}

func (f *filling) note(ctx context.Context, slot planned, answer contract.Answer, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err != nil && ctx.Err() != nil {
		return // nobody waited for it
	}
	result := filled{Slot: slot.Slot, Outcome: answer.Outcome, local: slot.Local}
	if err == nil {
		f.failed = 0
	} else {
		result.Outcome, result.Error = "", err.Error()
		f.failed++
		f.ended = f.ended || f.failed == mostFailures
	}
	for _, record := range answer.Records {
		result.Counts = append(result.Counts, filledCount{record.CaseName, record.Count})
	}
	f.results = append(f.results, result)
	f.told(len(f.results), result)
}
