package count_test

import (
	"context"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

func newSweep(t *testing.T, jobs, now string) *system {
	t.Helper()
	s := newSystemOf(t, jobs)
	s.now = mustTime(t, now)
	s.engine.Source = sourceFunc(func(_ context.Context, query count.Query) (count.Result, error) { return steady(query), nil })
	return s
}

// put stores a record of one case.
func (s *system) put(t *testing.T, wanted stored) {
	t.Helper()
	at := mustTime(t, wanted.at)
	body, err := contract.EncodeRecords([]contract.Record{{
		Job: wanted.job, CaseName: "a", Count: new(int64(1)), Status: contract.StatusOK, ScheduledTime: at,
		Schedule: wanted.schedule, ScheduleTimezone: wanted.zone, Revision: 1,
	}})
	if err == nil {
		err = s.s3.Put(bucket, contract.RecordKey(wanted.job, at, 1), body)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *system) mustSweep(t *testing.T, days int) contract.SweepAnswer {
	t.Helper()
	answer, err := s.engine.Sweep(t.Context(), contract.Sweep{Days: days})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Outcome != contract.OutcomeSwept {
		t.Errorf("the outcome is %q", answer.Outcome)
	}
	return answer
}

// closed are the slots that an answer says have a record now, in order, with its
// status unless it is ok, from what is stored.
func (s *system) closed(t *testing.T, answer contract.SweepAnswer) []string {
	t.Helper()
	var all []string
	slots := append(append([]contract.SweptSlot{}, answer.Recovered.Slots...), answer.Missed.Slots...)
	for _, slot := range slots {
		record, ok, err := s.engine.Store.Latest(t.Context(), slot.Job, slot.Slot)
		if err != nil || !ok {
			t.Fatalf("%s %s has no record: %v", slot.Job, slot.Slot, err)
		}
		line := slot.Job + " " + slot.Slot.Format(time.RFC3339)
		if status := record.Records[0].Status; status != contract.StatusOK {
			line += " " + string(status)
		}
		all = append(all, line)
	}
	if len(all) != answer.Recovered.Total+answer.Missed.Total {
		t.Errorf("%d slots are listed of %d and %d", len(all), answer.Recovered.Total, answer.Missed.Total)
	}
	return all
}

// sourceFunc is a source that counts with a function.
type sourceFunc func(context.Context, count.Query) (count.Result, error)

func (f sourceFunc) Count(ctx context.Context, query count.Query) (count.Result, error) {
	return f(ctx, query)
}

// steady counts the same for the same window, and something else for another.
func steady(query count.Query) count.Result {
	var result count.Result
	for i, name := range query.Job.CaseNames() {
		line := count.Line{Case: name, Count: int64(i)}
		if query.Window != nil {
			line.Count += query.Window.From.Unix() + query.Window.To.Unix()
		}
		result.Lines = append(result.Lines, line)
	}
	return result
}

func mustTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
