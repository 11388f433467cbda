package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// slot is one slot of a job, and how its counts are proved.
type slot struct {
	job   string
	at    time.Time
	prove func(context.Context, *local.System, []contract.Record) error
}

// show fires the slot, proves its counts, and fires it again.
func (s slot) show(ctx context.Context, system *local.System) error {
	heading("Fire %s for %s", s.job, s.at.Format(time.RFC3339))
	answer, err := system.Fire(ctx, s.job, s.at)
	if err != nil {
		return err
	}
	if answer.Outcome != contract.OutcomeStored {
		return fmt.Errorf("%s: the first event was answered %q, want %q", s.job, answer.Outcome, contract.OutcomeStored)
	}
	fmt.Printf("  %s in %s\n", answer.Outcome, answer.Key)
	if err := s.prove(ctx, system, answer.Records); err != nil {
		return fmt.Errorf("%s: %w", s.job, err)
	}
	object, err := system.S3.Object(system.Bucket, answer.Key)
	if err != nil {
		return err
	}
	fmt.Printf("  the stored object:\n%s", shortened(object))
	return s.repeat(ctx, system, answer, object)
}

// repeat fires the same slot again. Nothing may change.
func (s slot) repeat(ctx context.Context, system *local.System, stored contract.Answer, object []byte) error {
	fmt.Println("  the same event again:")
	before, err := system.RecordKeys()
	if err != nil {
		return err
	}
	answer, err := system.Fire(ctx, s.job, s.at)
	if err != nil {
		return err
	}
	after, err := system.RecordKeys()
	if err != nil {
		return err
	}
	again, err := system.S3.Object(system.Bucket, stored.Key)
	if err != nil {
		return err
	}
	if answer.Outcome != contract.OutcomeAlreadyStored || len(after) != len(before) || !bytes.Equal(again, object) {
		return fmt.Errorf("%s: the repeated event was answered %q and left %d objects (%d before)", s.job, answer.Outcome, len(after), len(before))
	}
	fmt.Printf("  %s; still %d record(s) in the bucket, and the same bytes\n", answer.Outcome, len(after))
	return nil
}

// shownLines is how many lines of an object are printed.
const shownLines = 5

func shortened(object []byte) string {
	lines := strings.SplitAfter(string(object), "\n")
	if len(lines) <= shownLines+1 {
		return string(object)
	}
	return strings.Join(lines[:shownLines], "") + fmt.Sprintf("  … and %d lines more, of groups\n", len(lines)-1-shownLines)
}
