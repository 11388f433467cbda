package count_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// swept are jobs of each kind, by how often they fire.
const swept = `
timezone: Asia/Seoul
jobs:
  - name: daily
    schedule: cron(0 12 * * ? *)
    source: {database: app, table: scans}
    window: {span: previous-day, column: at}
    cases: {a: a = 1}
  - name: state
    schedule: cron(0 0/6 * * ? *)
    source: {database: app, table: scans}
    group_by: [x]
    cases: {b: b = 1, a: a = 1}
  - name: weekly
    schedule: cron(0 12 ? * MON *)
    source: {database: app, table: scans}
    window: {span: previous-week, column: at}
    cases: {a: a = 1}
  - name: berlin
    schedule: cron(30 2 * * ? *)
    schedule_timezone: Europe/Berlin
    source: {database: app, table: scans}
    window: {span: previous-day, column: at}
    cases: {a: a = 1}
  - name: past
    schedule: cron(0 12 * * ? 2001)
    source: {database: app, table: scans}
    window: {span: previous-day, column: at}
    cases: {a: a = 1}
  - name: never-ran
    schedule: cron(* * * * ? *)
    source: {database: app, table: scans}
    window: {span: previous-hour, column: at}
    cases: {a: a = 1}
`

// The schedules of swept, as records have them.
const (
	dailySchedule  = "cron(0 12 * * ? *)"
	stateSchedule  = "cron(0 0/6 * * ? *)"
	weeklySchedule = "cron(0 12 ? * 2 *)"
	berlinSchedule = "cron(30 2 * * ? *)"
	minuteSchedule = "cron(* * * * ? *)"
)

// stored is a record that is there already.
type stored struct{ job, at, schedule, zone string }

func TestSweepFindsWhatLacksARecord(t *testing.T) {
	const now = "2022-04-07T13:00:00Z" // a Thursday
	for _, test := range []struct {
		name, now string
		days      int
		records   []stored
		want      []string // job, slot and, unless it was recovered, its status
	}{
		{"nothing ever ran", now, 14, nil, nil},
		{"a record before the lookback", now, 3,
			[]stored{{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""}},
			[]string{"daily 2022-04-05T12:00:00Z", "daily 2022-04-06T12:00:00Z", "daily 2022-04-07T12:00:00Z"}},
		{"the third before", now, 3,
			[]stored{{"daily", "2022-04-02T12:00:00Z", dailySchedule, ""}},
			[]string{"daily 2022-04-05T12:00:00Z", "daily 2022-04-06T12:00:00Z", "daily 2022-04-07T12:00:00Z"}},
		{"the fourth before is too old", now, 3,
			[]stored{{"daily", "2022-04-01T12:00:00Z", dailySchedule, ""}}, nil},
		{"nothing before the first record", now, 3,
			[]stored{{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""}},
			[]string{"daily 2022-04-07T12:00:00Z"}},
		{"nothing lacks", now, 3,
			[]stored{{"daily", "2022-04-05T12:00:00Z", dailySchedule, ""}, {"daily", "2022-04-06T12:00:00Z", dailySchedule, ""}, {"daily", "2022-04-07T12:00:00Z", dailySchedule, ""}}, nil},
		{"a gap", now, 3,
			[]stored{{"daily", "2022-04-05T12:00:00Z", dailySchedule, ""}, {"daily", "2022-04-07T12:00:00Z", dailySchedule, ""}},
			[]string{"daily 2022-04-06T12:00:00Z"}},
		{"fewer days", now, 1,
			[]stored{{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""}}, []string{"daily 2022-04-07T12:00:00Z"}},
		{"due for ten minutes", "2022-04-07T12:10:00Z", 1,
			[]stored{{"daily", "2022-04-05T12:00:00Z", dailySchedule, ""}}, nil},
		{"due for more", "2022-04-07T12:10:01Z", 1,
			[]stored{{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""}}, []string{"daily 2022-04-07T12:00:00Z"}},

		{"another schedule before", now, 3,
			[]stored{{"daily", "2022-04-04T12:00:00Z", "cron(0 0/12 * * ? *)", ""}, {"daily", "2022-04-05T12:00:00Z", "cron(0 0/12 * * ? *)", ""}}, nil},
		{"another schedule until yesterday", now, 3,
			[]stored{
				{"state", "2022-04-04T06:00:00Z", "cron(0 6 * * ? *)", ""}, {"state", "2022-04-05T06:00:00Z", "cron(0 6 * * ? *)", ""},
				{"state", "2022-04-06T06:00:00Z", "cron(0 6 * * ? *)", ""}, {"state", "2022-04-06T18:00:00Z", stateSchedule, ""},
			},
			[]string{"state 2022-04-07T00:00:00Z missed", "state 2022-04-07T06:00:00Z missed", "state 2022-04-07T12:00:00Z missed"}},
		{"the same schedule in another zone", now, 3,
			[]stored{{"berlin", "2022-04-05T00:30:00Z", berlinSchedule, "Europe/Paris"}, {"berlin", "2022-04-06T00:30:00Z", berlinSchedule, "Europe/Berlin"}},
			[]string{"berlin 2022-04-07T00:30:00Z"}},
		{"the same schedule in UTC", now, 3, []stored{{"berlin", "2022-04-05T00:30:00Z", berlinSchedule, ""}}, nil},
		{"a state", now, 1,
			[]stored{{"state", "2022-04-06T12:00:00Z", stateSchedule, ""}},
			[]string{"state 2022-04-06T18:00:00Z missed", "state 2022-04-07T00:00:00Z missed", "state 2022-04-07T06:00:00Z missed", "state 2022-04-07T12:00:00Z missed"}},
		{"a state that may still be counted", "2022-04-07T12:25:00Z", 1,
			[]stored{{"state", "2022-04-07T06:00:00Z", stateSchedule, ""}}, nil},
		{"a state that no longer may", "2022-04-07T12:25:01Z", 1,
			[]stored{{"state", "2022-04-07T06:00:00Z", stateSchedule, ""}}, []string{"state 2022-04-07T12:00:00Z missed"}},
		{"a week ago", "2022-04-04T13:00:00Z", 3, // Monday
			[]stored{{"weekly", "2022-03-28T12:00:00Z", weeklySchedule, ""}}, []string{"weekly 2022-04-04T12:00:00Z"}},
		{"four weeks ago", "2022-04-04T13:00:00Z", 3,
			[]stored{{"weekly", "2022-03-07T12:00:00Z", weeklySchedule, ""}}, nil},
		{"clocks go forward: 02:30 does not exist on 27 March", "2022-03-28T13:00:00Z", 3,
			[]stored{{"berlin", "2022-03-25T01:30:00Z", berlinSchedule, "Europe/Berlin"}},
			[]string{"berlin 2022-03-26T01:30:00Z", "berlin 2022-03-28T00:30:00Z"}},
		{"clocks go back: 02:30 comes twice on 30 October", "2022-10-31T13:00:00Z", 3,
			[]stored{{"berlin", "2022-10-28T00:30:00Z", berlinSchedule, "Europe/Berlin"}},
			[]string{"berlin 2022-10-29T00:30:00Z", "berlin 2022-10-30T00:30:00Z", "berlin 2022-10-31T01:30:00Z"}},
		{"several jobs", now, 1,
			[]stored{{"daily", "2022-04-05T12:00:00Z", dailySchedule, ""}, {"state", "2022-04-07T06:00:00Z", stateSchedule, ""}, {"berlin", "2022-04-06T00:30:00Z", berlinSchedule, "Europe/Berlin"}},
			[]string{"berlin 2022-04-07T00:30:00Z", "daily 2022-04-07T12:00:00Z", "state 2022-04-07T12:00:00Z missed"}},
		{"a schedule of another year", now, 14, []stored{{"past", "2001-12-31T12:00:00Z", "cron(0 12 * * ? 2001)", ""}}, nil},
		{"a job that was removed", now, 3, []stored{{"gone", "2022-04-05T12:00:00Z", dailySchedule, ""}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSweep(t, swept, test.now)
			for _, record := range test.records {
				s.put(t, record)
			}
			answer := s.mustSweep(t, test.days)
			if difference := cmp.Diff(test.want, s.closed(t, answer)); difference != "" {
				t.Errorf("closed slots (- want, + got):\n%s", difference)
			}
			if answer.Failed.Total != 0 {
				t.Errorf("failed: %+v", answer.Failed)
			}
			if again := s.mustSweep(t, test.days); again.Recovered.Total+again.Missed.Total+again.Failed.Total != 0 {
				t.Errorf("a second sweep found %+v", again)
			}
		})
	}
}

// A missed slot has a line per case, without counts, and stays missed.
func TestMissedSlot(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T12:30:00Z")
	s.put(t, stored{"state", "2022-04-07T06:00:00Z", stateSchedule, ""})
	s.mustSweep(t, 1)
	at := mustTime(t, "2022-04-07T12:00:00Z")
	wanted, _ := s.engine.Jobs.Lookup("state")
	var want []contract.Record
	for _, name := range []string{"b", "a", "other", "total"} {
		want = append(want, contract.Record{
			Job: "state", CaseName: name, Groups: contract.Groups{}, Status: contract.StatusMissed, ScheduledTime: at, LocalDate: "2022-04-07",
			Late: true, CountedAt: at.Add(30 * time.Minute), Schedule: stateSchedule, Revision: 1, JobSHA256: wanted.SHA256(),
		})
	}
	// The event comes after all.
	s.now = s.now.Add(time.Minute)
	answer := s.mustFill(t, "state", at)
	if difference := cmp.Diff(want, answer.Records); difference != "" || answer.Outcome != contract.OutcomeAlreadyStored {
		t.Errorf("%s, records (- want, + got):\n%s", answer.Outcome, difference)
	}
}

// A recovered slot's record is that of a run on time but for when it was counted,
// and its metrics are published.
func TestRecoveredSlot(t *testing.T) {
	at := mustTime(t, "2022-04-07T12:00:00Z")
	inTime := newSweep(t, swept, "2022-04-07T12:00:01Z")
	want := inTime.mustFill(t, "daily", at)

	s := newSweep(t, swept, "2022-04-07T13:17:02Z")
	s.put(t, stored{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""})
	answer := s.mustSweep(t, 1)
	for i := range want.Records {
		want.Records[i].Late, want.Records[i].CountedAt = true, s.now
	}
	got, ok, err := s.engine.Store.Latest(t.Context(), "daily", at)
	if err != nil || !ok {
		t.Fatalf("no record: %v", err)
	}
	if difference := cmp.Diff(want.Records, got.Records); difference != "" {
		t.Errorf("records (- on time, + recovered):\n%s", difference)
	}
	if difference := cmp.Diff([]contract.Outcome{contract.OutcomeStored}, s.metrics.outcomes); difference != "" {
		t.Errorf("published (- want, + got):\n%s", difference)
	}
	if difference := cmp.Diff([]contract.SweepAnswer{answer}, s.metrics.sweeps); difference != "" {
		t.Errorf("published sweeps (- want, + got):\n%s", difference)
	}
}

// Revisions, keys that are no records and objects that hold none.
func TestSweepAmongOtherObjects(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"berlin", "2022-04-05T00:30:00Z", berlinSchedule, "Europe/Berlin"})
	good := s.object(t, contract.RecordKey("berlin", mustTime(t, "2022-04-05T00:30:00Z"), 1))
	today := contract.DayPrefix(s.now)
	for key, content := range map[string]string{
		contract.RecordKey("berlin", mustTime(t, "2022-04-06T00:30:00Z"), 2):      good, // only a repair
		contract.RecordKey("berlin", mustTime(t, "2022-04-05T00:30:00Z"), 2):      good,
		contract.RecordKey("berlin", mustTime(t, "2022-04-04T00:30:00Z"), 1):      "", // before the lookback
		contract.RecordKey("daily", mustTime(t, "2022-04-05T12:00:00Z"), 1):       "no JSON",
		today + "daily-20220407T1200Z.rev1.jsonl.tmp":                             good,
		today + "daily-20220407T1200Z":                                            good,
		today + "daily-1-20220407T1200Z.rev1.jsonl":                               good, // of the job daily-1
		today + "sub/daily-20220407T1200Z.rev1.jsonl":                             good,
		contract.RecordPrefix + "README":                                          good,
		contract.RecordPrefix + "date=2022-04-06/daily-20220407T1200Z.rev1.jsonl": good, // of another day
	} {
		if err := s.s3.Put(bucket, key, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"berlin 2022-04-07T00:30:00Z", "daily 2022-04-07T12:00:00Z"}
	if difference := cmp.Diff(want, s.closed(t, s.mustSweep(t, 3))); difference != "" {
		t.Errorf("closed slots (- want, + got):\n%s", difference)
	}
}

// Slots are counted oldest first over all jobs. One that fails is named with the
// reason and keeps no other from being counted, but its job's wait behind all others.
func TestSweepGoesOnAfterAFailure(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"berlin", "2022-04-04T00:30:00Z", berlinSchedule, "Europe/Berlin"})
	var order []string
	s.engine.Source = sourceFunc(func(_ context.Context, query count.Query) (count.Result, error) {
		order = append(order, query.Job.Name+" "+query.Window.To.Format("01-02"))
		if strings.Contains("daily 04-04, daily 04-05", order[len(order)-1]) {
			return count.Result{}, count.Permanentf("no such column")
		}
		return steady(query), nil
	})
	answer := s.mustSweep(t, 3)
	want := []string{"berlin 04-04", "daily 04-04", "berlin 04-05", "berlin 04-06", "daily 04-05", "daily 04-06"}
	if difference := cmp.Diff(want, order); difference != "" {
		t.Errorf("windows, by the day they end (- want, + got):\n%s", difference)
	}
	recovered := []string{"berlin 2022-04-05T00:30:00Z", "berlin 2022-04-06T00:30:00Z", "berlin 2022-04-07T00:30:00Z", "daily 2022-04-07T12:00:00Z"}
	if difference := cmp.Diff(recovered, s.closed(t, answer)); difference != "" {
		t.Errorf("closed slots (- want, + got):\n%s", difference)
	}
	failed := contract.SweptSlots{Total: 2, Slots: []contract.SweptSlot{
		{Job: "daily", Slot: mustTime(t, "2022-04-05T12:00:00Z"), Reason: "count: no such column"},
		{Job: "daily", Slot: mustTime(t, "2022-04-06T12:00:00Z"), Reason: "count: no such column"},
	}}
	if difference := cmp.Diff(failed, answer.Failed); difference != "" {
		t.Errorf("failed (- want, + got):\n%s", difference)
	}
}

// A sweep ends before the invocation does, and the next one goes on.
func TestSweepEndsInTime(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	var left []time.Duration
	s.engine.Source = sourceFunc(func(ctx context.Context, query count.Query) (count.Result, error) {
		deadline, _ := ctx.Deadline()
		left = append(left, time.Until(deadline).Round(time.Second))
		return steady(query), nil
	})
	for _, test := range []struct {
		timeout time.Duration
		want    []time.Duration // that slots had
		failed  int
	}{
		{7 * time.Second, nil, 3}, // 4.7 s are not enough to begin one
		// Half of 290 s while others wait; and each leaves 10 s to store its record.
		{300 * time.Second, []time.Duration{135 * time.Second, 135 * time.Second, 280 * time.Second}, 0},
	} {
		left = nil
		ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
		defer cancel()
		answer, err := s.engine.Sweep(ctx, contract.Sweep{Days: 3})
		if err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(test.want, left); difference != "" {
			t.Errorf("of %s the slots had (- want, + got):\n%s", test.timeout, difference)
		}
		if answer.Failed.Total != test.failed || test.failed > 0 && !strings.HasPrefix(answer.Failed.Slots[0].Reason, "no time was left") {
			t.Errorf("failed: %+v", answer.Failed)
		}
	}
}

// A sweep that cannot look is no sweep: it fails, and publishes nothing.
func TestSweepThatCannotList(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	if err := s.s3.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := s.engine.Sweep(ctx, contract.Sweep{Days: 3})
	if err == nil || !strings.HasPrefix(err.Error(), "look for slots without a record: list s3://results/counts/date=2022-04-04/*: ") {
		t.Errorf("got %v", err)
	}
	if len(s.metrics.sweeps) != 0 {
		t.Error("it published metrics")
	}
}

// Sweeps and events at the same time leave one record per slot.
func TestConcurrentSweeps(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"state", "2022-04-04T12:00:00Z", stateSchedule, ""})
	const runs = 4
	answers := make(chan contract.SweepAnswer, runs)
	failed := make(chan error, 2*runs)
	for range runs {
		go func() {
			answer, err := s.engine.Sweep(t.Context(), contract.Sweep{Days: 3})
			answers <- answer
			failed <- err
		}()
		go func() {
			_, err := s.engine.Fill(t.Context(), contract.Event{Job: "daily", ScheduledTime: mustTime(t, "2022-04-06T12:00:00Z")})
			failed <- err
		}()
	}
	recovered, missed := 0, 0
	for range 2 * runs {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	for range runs {
		answer := <-answers
		recovered += answer.Recovered.Total
		missed += answer.Missed.Total
	}
	if recovered != 2 && recovered != 3 || missed != 12 { // one may be the event's
		t.Errorf("%d slots were recovered and %d missed, want 2 or 3 and 12", recovered, missed)
	}
	if keys := s.keys(t); len(keys) != 2+3+12 {
		t.Errorf("the bucket holds %d objects, want %d: %v", len(keys), 2+3+12, keys)
	}
}

// A job that fires each minute has 20,160 slots in two weeks.
func TestSweepOfEveryMinute(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	const gap = "2022-04-01T05:07:00Z"
	for at := s.now.AddDate(0, 0, -14); at.Before(s.now); at = at.Add(time.Minute) {
		if text := at.Format(time.RFC3339); text != gap {
			s.put(t, stored{"never-ran", text, minuteSchedule, ""})
		}
	}
	begun := time.Now()
	if difference := cmp.Diff([]string{"never-ran " + gap}, s.closed(t, s.mustSweep(t, 14))); difference != "" {
		t.Errorf("closed slots (- want, + got):\n%s", difference)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

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

// steady counts something else in each window, and always the same in one.
func steady(query count.Query) count.Result {
	var result count.Result
	for i, name := range count.Cases(query.Job) {
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
