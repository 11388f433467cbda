package count_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

const slowJobs = `
timezone: Asia/Seoul
jobs:
  - name: slow
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: at}
    total: false
    cases: {caries: CASE WHEN result = 'caries' THEN pg_sleep(2.1) IS NOT NULL END, normal: result = 'normal'}
`

// A case that needs nearly all of a run's time is no failed case if the run lost time. Then
// the whole run fails and stores nothing.
func TestRunThatLostTimeStoresNothing(t *testing.T) {
	const function, lost = 9 * time.Second, 4 * time.Second // a whole run counts for 6 s, 2.7 s each case
	event := contract.Event{Job: "slow", ScheduledTime: slot}
	fill := func(ctx context.Context, s *system) error {
		_, err := s.engine.Fill(ctx, event)
		return err
	}
	for name, test := range map[string]struct {
		run    func(context.Context, *system) error
		stored bool
	}{
		"in time": {fill, true},
		"waits for its slot": {func(ctx context.Context, s *system) error {
			s.now = slot.Add(-lost)
			return fill(ctx, s)
		}, false},
		"waits for its slot, and stores nothing": {func(ctx context.Context, s *system) error {
			s.now = slot.Add(-lost)
			_, err := s.engine.Count(ctx, event)
			return err
		}, false},
		"looks long for a record": {func(ctx context.Context, s *system) error {
			s.engine.Store = slowLook{s.engine.Store, lost}
			return fill(ctx, s)
		}, false},
		"a sweep that lists long": {func(ctx context.Context, s *system) error {
			s.put(t, stored{"slow", "2022-04-06T14:55:00Z", "cron(55 14 * * ? *)", ""})
			s.now = slot.Add(time.Hour)
			s.engine.Store = slow{s.engine.Store, 900 * time.Millisecond} // for each of two days
			answer, err := s.engine.Sweep(ctx, contract.Sweep{Days: 1})
			if err == nil && answer.Failed.Total == 1 {
				err = errors.New(answer.Failed.Slots[0].Reason)
			}
			return err
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t)
			s.engine.Jobs = readJobs(t, slowJobs)
			ctx, cancel := context.WithTimeout(t.Context(), function)
			defer cancel()
			err := test.run(ctx, s)
			record, ok, missing := s.engine.Store.Latest(t.Context(), "slow", slot)
			if missing != nil || ok != test.stored || ok != (err == nil) || count.IsPermanent(err) {
				t.Fatalf("got %v; a record is stored: %t (%v)", err, ok, missing)
			}
			if ok && (record.Records[0].Count == nil || *record.Records[0].Count != 1) {
				t.Errorf("stored %+v, want 1", record.Records[0])
			}
		})
	}
}

// slowLook is a store that is slow to look for a record.
type slowLook struct {
	count.Store
	pause time.Duration
}

func (s slowLook) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	time.Sleep(s.pause)
	return s.Store.Latest(ctx, job, slot)
}
