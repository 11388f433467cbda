package count_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job/jobtest"
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
	const function, lost = 9 * time.Second, 4 * time.Second // a run that loses no time counts for 6 s, 2.7 s each case
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t)
			s.engine.Jobs = jobtest.Read(t, slowJobs)
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

// If S3 never answers, the invocation fails with the reason, and has time to log it.
func TestARunEndsInTimeIfS3NeverAnswers(t *testing.T) {
	s := newSystem(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var until time.Time
	s.engine.Store = timedLook{storeAt("http://" + silent.Addr().String()), &until}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, err = s.engine.Fill(ctx, contract.Event{Job: "daily-scans", ScheduledTime: slot})
	if err == nil || !strings.Contains(err.Error(), "list s3://results/counts/date=2022-04-07/") || !strings.Contains(err.Error(), "no answer from S3 within ") {
		t.Errorf("got %v", err)
	}
	if end, _ := ctx.Deadline(); end.Sub(until) < 900*time.Millisecond {
		t.Errorf("S3 may take until %s before the end of the invocation", end.Sub(until))
	}
}

// timedLook is a store that keeps the deadline that it is given.
type timedLook struct {
	count.Store
	until *time.Time
}

func (s timedLook) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	*s.until, _ = ctx.Deadline()
	return s.Store.Latest(ctx, job, slot)
}
