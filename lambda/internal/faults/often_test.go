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
	var want []contract.Record // of the first answer
	var stored atomic.Int32
	var mutex sync.Mutex // of the run's verdict, and of want
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
			mutex.Lock()
			defer mutex.Unlock()
			if want == nil {
				want = answer.Records
			}
			if answer.Key != key || len(answer.Records) == 0 || len(answer.Records) != len(want) || !answer.Records[0].CountedAt.Equal(want[0].CountedAt) {
				r.Wrongf("an answer is about another record: %+v", answer)
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	if n := stored.Load(); n != 1 {
		r.Wrongf("%d runs say that they stored %s", n, slot.Format(time.RFC3339))
	}
	r.Add(p.s3.Overwritten())
	return p.compareRecords(r, faults.Wanted{key: record}, "")
}
