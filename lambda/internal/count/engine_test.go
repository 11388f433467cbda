package count_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

var slot = time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)

func TestFill(t *testing.T) {
	s := newSystem(t)
	s.now = slot.Add(1203*time.Millisecond + 456*time.Microsecond)
	s.engine.Jobs.Jobs[0].Label = "오늘의 스캔"

	stored := s.mustFill(t, "daily-scans", slot.Add(17*time.Second)) // with EventBridge's seconds
	from := time.Date(2022, 4, 6, 15, 0, 0, 0, time.UTC)
	want := contract.Answer{
		Outcome: contract.OutcomeStored, Job: "daily-scans", Label: "오늘의 스캔", Slot: slot,
		Bucket: bucket, Key: "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl",
	}
	j, _ := s.engine.Jobs.Lookup("daily-scans")
	// Scans lie on the start of the window, within it, and on its end.
	for _, line := range []count.CaseCount{
		{Case: "normal", Count: 2}, {Case: "caries", Count: 1}, {Case: "crown", Count: 0}, {Case: "other", Count: 1}, {Case: "total", Count: 4},
	} {
		want.Records = append(want.Records, contract.Record{
			Job: "daily-scans", CaseName: line.Case, Groups: contract.Groups{}, Count: &line.Count, Status: contract.StatusOK,
			ScheduledTime: slot, LocalDate: "2022-04-07", WindowFrom: &from, WindowTo: &slot,
			CountedAt: slot.Add(1203 * time.Millisecond), Schedule: "cron(55 14 * * ? *)", Revision: 1, Origin: contract.OriginSchedule, JobSHA256: j.SHA256(), CountingSHA256: j.CountingSHA256(),
		})
	}
	if difference := cmp.Diff(want, stored); difference != "" {
		t.Errorf("answer (-want +got):\n%s", difference)
	}
	object := s.object(t, stored.Key)
	if body, err := contract.EncodeRecords(want.Records); err != nil || string(body) != object {
		t.Errorf("stored is\n%s\nwant (%v)\n%s", object, err, body)
	}

	// A repeated run does not ask the database, and its later time changes nothing.
	s.engine.Source = nil
	s.now = slot.Add(time.Hour)
	want.Outcome = contract.OutcomeAlreadyStored
	if difference := cmp.Diff(want, s.mustFill(t, "daily-scans", slot)); difference != "" {
		t.Errorf("repeat (-want +got):\n%s", difference)
	}
	if s.object(t, stored.Key) != object {
		t.Error("the repeat changed the object")
	}
	if difference := cmp.Diff([]contract.Outcome{contract.OutcomeStored, contract.OutcomeAlreadyStored}, s.metrics.outcomes); difference != "" {
		t.Errorf("published outcomes (-want +got):\n%s", difference)
	}
}

func TestJobWithoutWindowCountsInTimeOnly(t *testing.T) {
	s := newSystem(t)
	answer := s.mustFill(t, "all-scans", slot)
	for _, record := range answer.Records {
		if record.WindowFrom != nil || record.WindowTo != nil {
			t.Errorf("%s: window is [%v, %v), want none", record.CaseName, record.WindowFrom, record.WindowTo)
		}
	}
	if total := answer.Records[len(answer.Records)-1]; total.CaseName != contract.CaseTotal || *total.Count != 6 {
		t.Errorf("total is %+v, want all 6 rows", total)
	}
	if !strings.Contains(s.object(t, answer.Key), `"window_from":null,"window_to":null`) {
		t.Error("the stored window is not null")
	}
}

// A case that the database refuses is stored as failed, once. The counts of the other
// cases are exact.
func TestFailedCaseIsStoredBesideTheOthers(t *testing.T) {
	s := newSystem(t)
	answer := s.mustFill(t, "half-broken", slot)
	object := s.object(t, answer.Key)
	records, err := contract.DecodeAll(strings.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, record := range records {
		shown := "failed"
		if record.Count != nil {
			shown = fmt.Sprint(*record.Count)
		}
		if value := record.Groups["result"]; value != nil {
			shown += " of " + *value
		} else if len(record.Groups) > 0 {
			shown += " of NULL"
		}
		got = append(got, record.CaseName+" "+shown)
	}
	want := []string{
		"normal 2", "bad failed", "other failed", "total 4",
		"normal 0 of caries", "bad failed of caries", "other failed of caries", "total 1 of caries",
		"normal 2 of normal", "bad failed of normal", "other failed of normal", "total 2 of normal",
		"normal 0 of NULL", "bad failed of NULL", "other failed of NULL", "total 1 of NULL",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("records (-want +got):\n%s", difference)
	}
	for _, part := range []string{
		`"case_name":"bad","groups":{},"count":null,"status":"failed","code":"42703","message":"column \"no_such_column\" does not exist (SQLSTATE 42703)","scheduled_time"`,
		`"case_name":"other","groups":{},"count":null,"status":"failed","message":"needs case bad, which failed","scheduled_time"`,
		`"case_name":"total","groups":{"result":null},"count":1,"status":"ok","scheduled_time"`,
	} {
		if !strings.Contains(object, part) {
			t.Errorf("the object has no %s:\n%s", part, object)
		}
	}
	if difference := cmp.Diff(contract.OfAllRows(records), answer.Records); difference != "" {
		t.Errorf("answered are not the lines of all rows (- stored, + answered):\n%s", difference)
	}
	if again := s.mustFill(t, "half-broken", slot); again.Outcome != contract.OutcomeAlreadyStored || len(again.Records) != len(answer.Records) {
		t.Errorf("the repeat is %s with %d records", again.Outcome, len(again.Records))
	}
}

// Count needs no store. It counts the state of now also for a slot of yesterday, because
// nothing is stored under yesterday's slot.
func TestCountStoresNothing(t *testing.T) {
	s := newSystem(t)
	s.engine.Store, s.engine.Metrics = nil, nil
	filled := newSystem(t).mustFill(t, "daily-scans", slot)
	records, err := s.engine.Count(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(filled.Records, records); difference != "" {
		t.Errorf("records (-filled +counted):\n%s", difference)
	}
	if _, err := s.engine.Count(t.Context(), contract.Event{Job: "all-scans", ScheduledTime: slot.AddDate(0, 0, -1)}); err != nil {
		t.Errorf("a job without a window: %v", err)
	}
	for _, event := range []contract.Event{
		{Job: "daily", ScheduledTime: slot}, {Job: "daily-scans", ScheduledTime: slot.AddDate(0, 0, 1)}, {Job: "broken", ScheduledTime: slot},
	} {
		if records, err := s.engine.Count(t.Context(), event); err == nil {
			t.Errorf("%+v: counted %v", event, records)
		}
	}
}

func TestRecordIsLateAfterTenMinutes(t *testing.T) {
	for after, want := range map[time.Duration]bool{0: false, 10 * time.Minute: false, 10*time.Minute + time.Millisecond: true} {
		s := newSystem(t)
		s.now = slot.Add(after)
		if got := s.mustFill(t, "daily-scans", slot).Records[0].Late; got != want {
			t.Errorf("counted %s after the slot: late is %t, want %t", after, got, want)
		}
	}
}

// The event's schedule is used instead of the job's, which may have changed since.
func TestScheduleOfEventIsUsed(t *testing.T) {
	s := newSystem(t)
	answer, err := s.engine.Fill(t.Context(), contract.Event{
		Job: "daily-scans", ScheduledTime: time.Date(2022, 4, 6, 16, 0, 0, 0, time.UTC), Schedule: "cron(0 1 * * ? *)", Timezone: "Asia/Seoul",
	})
	if err != nil {
		t.Fatal(err)
	}
	first := answer.Records[0]
	if first.Schedule != "cron(0 1 * * ? *)" || first.LocalDate != "2022-04-07" { // the next day in Seoul
		t.Errorf("the record's schedule is %q and its date %s", first.Schedule, first.LocalDate)
	}
}

func TestRefusedEvents(t *testing.T) {
	for _, test := range []struct {
		name  string
		event contract.Event
		want  []string
		is    error
	}{
		{"unknown job", contract.Event{Job: "dayly-scans", ScheduledTime: slot}, []string{`"dayly-scans"`, "daily-scans, all-scans"}, count.ErrUnknownJob},
		{"no occurrence", contract.Event{Job: "daily-scans", ScheduledTime: slot.Add(2 * time.Minute)},
			[]string{"no occurrence of cron(55 14 * * ? *)", "2022-04-08T14:55:00Z"}, nil},
		{"bad schedule", contract.Event{Job: "daily-scans", ScheduledTime: slot, Schedule: "rate(1 day)"}, []string{"schedule of the event"}, nil},
		{"future", contract.Event{Job: "daily-scans", ScheduledTime: slot.AddDate(0, 0, 1)}, []string{"23h59m59s", "2022-04-08T14:55:00Z"}, count.ErrFuture},
		{"some minutes early", contract.Event{Job: "daily-scans", ScheduledTime: slot.Add(2 * time.Minute), Schedule: "cron(57 14 * * ? *)"}, []string{"1m59s"}, count.ErrFuture},
		{"state of yesterday", contract.Event{Job: "all-scans", ScheduledTime: slot.AddDate(0, 0, -1)}, []string{"24h0m1s", "no window"}, count.ErrTooLate},
		{"bad database", contract.Event{Job: "broken", ScheduledTime: slot}, []string{"count:", "no_such_table"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSystem(t)
			answer, err := s.engine.Fill(t.Context(), test.event)
			if err == nil || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("got %v, want %v", err, test.is)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if answer.Job != test.event.Job || !answer.Slot.Equal(test.event.ScheduledTime) {
				t.Errorf("the answer knows job %q and slot %s, want the event's", answer.Job, answer.Slot)
			}
			if keys := s.keys(t); len(keys) != 0 {
				t.Errorf("the bucket holds %v", keys)
			}
			if len(s.metrics.outcomes) != 0 {
				t.Errorf("published %v", s.metrics.outcomes)
			}
		})
	}
	t.Run("no occurrence has a type", func(t *testing.T) {
		_, err := newSystem(t).engine.Fill(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot.Add(time.Hour)})
		if !errors.Is(err, job.ErrNotScheduled) {
			t.Errorf("got %v, want job.ErrNotScheduled", err)
		}
	})
}

func TestEarlyEventWaitsForItsSlot(t *testing.T) {
	t.Run("waits", func(t *testing.T) {
		s := newSystem(t)
		s.now = slot.Add(-50 * time.Millisecond)
		begun := time.Now()
		// EventBridge fired early: the event's time is in the minute before the slot.
		if answer := s.mustFill(t, "daily-scans", slot.Add(-30*time.Second)); !answer.Slot.Equal(slot) {
			t.Errorf("slot is %s, want %s", answer.Slot, slot)
		}
		if waited := time.Since(begun); waited < 50*time.Millisecond {
			t.Errorf("it waited %s, want 50 ms", waited)
		}
	})
	t.Run("waits no longer than the invocation", func(t *testing.T) {
		s := newSystem(t)
		s.now = slot.Add(-time.Minute) // the longest wait
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		begun := time.Now()
		if _, err := s.engine.Fill(ctx, contract.Event{Job: "daily-scans", ScheduledTime: slot}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		if waited := time.Since(begun); waited > 30*time.Second {
			t.Errorf("it waited %s", waited)
		}
		if keys := s.keys(t); len(keys) != 0 {
			t.Errorf("the bucket holds %v", keys)
		}
	})
}

// Counting ends before the invocation, so that there is time to store the record.
func TestCountingEndsBeforeTheInvocation(t *testing.T) {
	for _, test := range []struct{ left, want time.Duration }{
		{300 * time.Second, 290 * time.Second},
		{15 * time.Second, 10 * time.Second},
	} {
		s := newSystem(t)
		source := &unavailable{}
		s.engine.Source = source
		ctx, cancel := context.WithTimeout(t.Context(), test.left)
		defer cancel()
		begun := time.Now()
		if _, err := s.engine.Fill(ctx, contract.Event{Job: "daily-scans", ScheduledTime: slot}); !errors.Is(err, errUnavailable) {
			t.Fatal(err)
		}
		if got := source.deadline.Sub(begun).Round(time.Second); got != test.want {
			t.Errorf("of %s, %s are for counting, want %s", test.left, got, test.want)
		}
		if keys := s.keys(t); len(keys) != 0 {
			t.Errorf("the bucket holds %v", keys)
		}
	}
}

var errUnavailable = errors.New("unavailable")

// unavailable is a source that is down. It keeps how much time it was given.
type unavailable struct{ deadline time.Time }

func (u *unavailable) Count(ctx context.Context, _ count.Query) (count.Result, error) {
	u.deadline, _ = ctx.Deadline()
	return count.Result{}, &count.Failure{Err: errUnavailable}
}

func TestConcurrentRunsStoreOneRecord(t *testing.T) {
	s := newSystem(t)
	const runs = 8
	answers := make(chan contract.Answer, runs)
	failed := make(chan error, runs)
	for range runs {
		go func() {
			answer, err := s.engine.Fill(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot})
			answers <- answer
			failed <- err
		}()
	}
	outcomes := map[contract.Outcome]int{}
	var first contract.Answer
	for i := range runs {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
		answer := <-answers
		outcomes[answer.Outcome]++
		if i == 0 {
			first = answer
		}
		if difference := cmp.Diff(first.Records, answer.Records); difference != "" {
			t.Errorf("two runs answered differently:\n%s", difference)
		}
	}
	if outcomes[contract.OutcomeStored] != 1 || outcomes[contract.OutcomeAlreadyStored] != runs-1 {
		t.Errorf("outcomes are %s, want one stored", fmt.Sprint(outcomes))
	}
}
