package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// showAthena counts a slot in Athena, which bills each query. Its event comes twice at the same
// time, so that two processes count it.
func showAthena(ctx context.Context, _ string, system *local.System) error {
	s := slot{job: "daily-events", at: time.Date(2022, 4, 7, 16, 30, 0, 0, time.UTC), prove: proveEvents}
	heading("Fire %s for %s twice at once: it counts in Athena, which bills each query", s.job, s.at.Format(time.RFC3339))
	answers, err := fireTwice(ctx, system, s)
	if err != nil {
		return err
	}
	stored, other := answers[0], answers[1]
	if stored.Outcome != contract.OutcomeStored {
		stored, other = other, stored
	}
	if stored.Outcome != contract.OutcomeStored || other.Outcome != contract.OutcomeAlreadyStored {
		return fmt.Errorf("%s: the events were answered %q and %q, want that one stored the record", s.job, stored.Outcome, other.Outcome)
	}
	fmt.Printf("  %s in %s\n", stored.Outcome, stored.Key)
	if err := s.prove(ctx, system, stored.Records); err != nil {
		return err
	}
	object, err := system.S3.Object(system.Bucket, stored.Key)
	if err != nil {
		return err
	}
	fmt.Printf("  the stored object, with the query and the bytes that it read:\n%s", shortened(object))
	var paid []string
	for _, query := range system.AWS.Athena.Executions() {
		if query.Bytes > 0 {
			paid = append(paid, query.ID)
		}
	}
	if record := stored.Records[0]; len(paid) != 1 || paid[0] != record.QueryID {
		return fmt.Errorf("%s: queries %v were paid for, want %s alone", s.job, paid, record.QueryID)
	}
	fmt.Printf("  the other event joined query %s, and was answered %s: paid once, for %d bytes\n", paid[0], other.Outcome, stored.Records[0].BytesScanned)
	return nil
}

// fireTwice has both runs ask Athena before it answers one of them.
func fireTwice(ctx context.Context, system *local.System, s slot) ([]contract.Answer, error) {
	athena := &system.AWS.Athena
	athena.SetPace(local.AthenaPace{Of: "COUNT(", Running: local.AthenaHeld})
	var runs sync.WaitGroup
	answers, errs := make([]contract.Answer, 2), make([]error, 2)
	for i := range answers {
		runs.Go(func() { answers[i], errs[i] = system.Fire(ctx, s.job, s.at) })
	}
	waiting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	const requests = 4 // each run asks for the types of columns, and then for the counts
	late := athena.AwaitAsked(waiting, "athena:StartQueryExecution", requests)
	athena.Release()
	runs.Wait()
	return answers, errors.Join(append(errs, late)...)
}
