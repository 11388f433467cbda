package faults_test

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
	"tally/test/faults"
)

// deliverOften makes runs: the event of one slot comes so often, 32 at once, to eight processes.
// One of them stores the record.
func (p *processes) deliverOften(events int) func(*faults.Run) error {
	return func(r *faults.Run) error { return p.deliverTimes(r, events) }
}

func (p *processes) deliverTimes(r *faults.Run, events int) error {
	if err := p.reset(); err != nil {
		return err
	}
	slot, record := countedScans(dayOf(p.last, int(r.Seed%(scanDays-20))+15))
	key := faults.Key(dailyScans, slot, 1)
	want := *new(contract.Answer)
	var once sync.Once
	var stored atomic.Int32
	var all errgroup.Group
	all.SetLimit(32)
	for range events {
		all.Go(func() error {
			answer, err := p.Fire(context.Background(), dailyScans, slot)
			if err != nil {
				return err
			}
			if answer.Outcome == contract.OutcomeStored {
				stored.Add(1)
			}
			once.Do(func() { want = answer })
			if answer.Key != key || len(answer.Records) != len(want.Records) || !answer.Records[0].CountedAt.Equal(want.Records[0].CountedAt) {
				r.Logf("an answer is about another record: %+v", answer)
				stored.Add(1000)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	if n := stored.Load(); n != 1 {
		r.Wrongf("%d runs say that they stored %s (1,000 for each answer about another record)", n, slot.Format(time.RFC3339))
	}
	if err := p.spoil(key); err != nil {
		return err
	}
	return p.look(r, faults.Wanted{key: record}, "")
}
