package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// due is more than a sweep waits for a run that may still be going: 10 minutes and the
// counters' timeout.
const due = 20 * time.Minute

// showLost loses the event of a slot and shows that the monitor finds it and has a counter
// count it, two processes that know each other over the API of Lambda. The slot must be of
// the last days, because a sweep looks no further back.
func showLost(ctx context.Context, root string, system *local.System) error {
	const job = "daily-scans"
	const ofDay = 14*time.Hour + 55*time.Minute // its schedule
	lost := time.Now().UTC().Add(-due - ofDay).Truncate(24 * time.Hour).Add(ofDay)
	heading("Lose the event of %s for %s, and fire the hourly sweep of the monitor", job, lost.Format(time.RFC3339))
	if err := addScans(ctx, system, lost); err != nil {
		return err
	}
	key := contract.RecordKey(job, lost, 1)
	if err := simulate(root, system, time.Now(), key); err != nil { // days on which the job ran
		return err
	}
	answer, err := system.Sweep(ctx)
	if err != nil {
		return err
	}
	if answer.Recovered.Total == 0 || !answer.Recovered.Slots[0].Slot.Equal(lost) || answer.Missed.Total+answer.Failed.Total > 0 {
		return fmt.Errorf("the sweep answered %+v, want that it recovered the slot", answer)
	}
	object, err := system.S3.Object(system.Bucket, key)
	if err != nil {
		return err
	}
	records, err := contract.DecodeAll(bytes.NewReader(object))
	if err != nil {
		return err
	}
	fmt.Printf("  the monitor found the gap and invoked the counter, which stored %s\n", key)
	if err := proveRows(ctx, system, records); err != nil {
		return err
	}
	again, err := system.Sweep(ctx)
	if err == nil && again.Recovered.Total+again.Missed.Total+again.Failed.Total > 0 {
		err = fmt.Errorf("the second sweep answered %+v, want nothing", again)
	}
	if err != nil {
		return err
	}
	fmt.Println("  the next sweep: no slot lacks a record")
	return nil
}

// addScans adds scans of the day before a time, one every five minutes.
func addScans(ctx context.Context, system *local.System, until time.Time) error {
	db, err := system.Database.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO scans
		SELECT %d + i, 1, i, CASE WHEN i %% 3 > 0 THEN 'normal' END, 0.9, timestamp '%s' - i * interval '5 minutes'
		FROM generate_series(1, 288) AS i`, local.SampleRows, wallClock(until)))
	if err != nil {
		return fmt.Errorf("add scans of the last day: %w", err)
	}
	return nil
}
