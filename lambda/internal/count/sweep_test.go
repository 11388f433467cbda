package count_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// A missed slot has a line per case, without counts, and stays missed.
func TestMissedSlotStaysMissed(t *testing.T) {
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
	// The event comes at last.
	s.now = s.now.Add(time.Minute)
	answer := s.mustFill(t, "state", at)
	if difference := cmp.Diff(want, answer.Records); difference != "" || answer.Outcome != contract.OutcomeAlreadyStored {
		t.Errorf("%s, records (- want, + got):\n%s", answer.Outcome, difference)
	}
}

// The record of a recovered slot is that of a run in time, except for when it was counted.
// Its metrics are published.
func TestRecoveredSlotIsLikeOneInTime(t *testing.T) {
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

// Other objects are revisions, keys that are no records, and objects that hold none.
func TestSweepIgnoresOtherObjects(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"berlin", "2022-04-05T00:30:00Z", berlinSchedule, "Europe/Berlin"})
	good := s.object(t, contract.RecordKey("berlin", mustTime(t, "2022-04-05T00:30:00Z"), 1))
	repair := func(day string) string {
		return strings.NewReplacer("2022-04-05T", day+"T", `"revision":1`, `"revision":2`).Replace(good)
	}
	today := contract.DayPrefix(s.now)
	for key, content := range map[string]string{
		contract.RecordKey("berlin", mustTime(t, "2022-04-06T00:30:00Z"), 2):      repair("2022-04-06"), // only a repair
		contract.RecordKey("berlin", mustTime(t, "2022-04-05T00:30:00Z"), 2):      repair("2022-04-05"),
		contract.RecordKey("berlin", mustTime(t, "2022-04-03T00:30:00Z"), 1):      good, // of another slot
		contract.RecordKey("berlin", mustTime(t, "2022-04-04T00:30:00Z"), 1):      "",   // before the lookback
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

// Slots are counted oldest first over all jobs. A slot that fails is reported with the
// reason. All others are counted too, those of its job last.
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

// A sweep ends before its invocation. The next sweep goes on.
func TestSweepEndsInTime(t *testing.T) {
	const even, odd = "2022-04-07T14:00:00Z", "2022-04-07T13:00:00Z"
	for _, test := range []struct {
		now     string
		timeout time.Duration
		want    []string // that slots had, of what a run has
		failed  int
	}{
		{even, 5500 * time.Millisecond, nil, 3}, // 4.5 s are not enough to begin one
		// Half of 299 s while others wait; and each leaves 10 s to store its record.
		{even, 300 * time.Second, []string{"2m19s of 4m50s", "2m19s of 4m50s", "4m49s of 4m50s"}, 0},
		// Every other hour the first may take as long as any run.
		{odd, 300 * time.Second, []string{"4m49s of 4m50s", "2m19s of 4m50s", "4m49s of 4m50s"}, 0},
		// The shortest function: a run's source has 20 s.
		{odd, 30 * time.Second, []string{"19s of 20s", "10s of 20s", "19s of 20s"}, 0},
	} {
		s := newSweep(t, swept, test.now)
		s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
		var left []string
		s.engine.Source = sourceFunc(func(ctx context.Context, query count.Query) (count.Result, error) {
			deadline, _ := ctx.Deadline()
			left = append(left, fmt.Sprintf("%s of %s", time.Until(deadline).Round(time.Second), query.Whole.Round(time.Second)))
			return steady(query), nil
		})
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

// A slot that is begun late has less time than a run, even if it gets all that is left.
func TestSweepThatListsSlowlyLosesTime(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-06T12:00:00Z", dailySchedule, ""})
	s.engine.Store = slow{s.engine.Store, time.Second}
	had := ""
	s.engine.Source = sourceFunc(func(ctx context.Context, query count.Query) (count.Result, error) {
		deadline, _ := ctx.Deadline()
		had = fmt.Sprintf("%s of %s", time.Until(deadline).Round(time.Second), query.Whole.Round(time.Second))
		return steady(query), nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	answer, err := s.engine.Sweep(ctx, contract.Sweep{Days: 1})
	if err != nil || answer.Recovered.Total != 1 || had != "4s of 6s" {
		t.Errorf("recovered %+v (%v), which had %s", answer.Recovered, err, had)
	}
}

// slow is a store that takes its time to list a day.
type slow struct {
	count.Store
	pause time.Duration
}

func (s slow) Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error {
	time.Sleep(s.pause)
	return s.Store.Slots(ctx, day, found)
}

// Jobs take turns to get the time of a whole run. A job that needs more does not get all
// the turns.
func TestSweepGivesJobsAWholeRunInTurn(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"berlin", "2022-04-04T00:30:00Z", berlinSchedule, "Europe/Berlin"})
	first := "" // that had nearly the time of a run; what waits behind has what is left
	s.engine.Source = sourceFunc(func(ctx context.Context, query count.Query) (count.Result, error) {
		if deadline, _ := ctx.Deadline(); time.Until(deadline) > query.Whole*9/10 && first == "" {
			first = query.Job.Name
		}
		return count.Result{}, &count.Failure{Err: errors.New("took longer than its time")}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Second)
	defer cancel()
	had := map[string]bool{}
	for range 2 {
		first = ""
		if _, err := s.engine.Sweep(ctx, contract.Sweep{Days: 3}); err != nil {
			t.Fatal(err)
		}
		had[first] = true
		s.now = s.now.Add(2 * time.Hour)
	}
	if difference := cmp.Diff(map[string]bool{"daily": true, "berlin": true}, had); difference != "" {
		t.Errorf("jobs that had the whole time (- want, + got):\n%s", difference)
	}
}

// A sweep that ends while it reads records must not report that none is missing.
func TestSweepThatEndsWhileItReadsFails(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	ctx, cancel := context.WithCancel(t.Context())
	s.engine.Store = ending{s.engine.Store, cancel}
	if answer, err := s.engine.Sweep(ctx, contract.Sweep{Days: 3}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v (%v), want an error", answer, err)
	}
	if len(s.metrics.sweeps) != 0 {
		t.Error("it published metrics")
	}
}

// ending is a store whose invocation ends once it has read a record.
type ending struct {
	count.Store
	end context.CancelFunc
}

func (e ending) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	defer e.end()
	return e.Store.Latest(ctx, job, slot)
}

// A sweep that cannot list records fails and publishes nothing.
func TestSweepThatCannotListFails(t *testing.T) {
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

// If S3 never answers, the invocation fails with the reason, and has time to log it.
func TestRunsEndInTimeIfS3NeverAnswers(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	silent, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, invoke := range map[string]func(context.Context) error{
		"sweep": func(ctx context.Context) error {
			_, err := s.engine.Sweep(ctx, contract.Sweep{Days: 3})
			return err
		},
		"event": func(ctx context.Context) error {
			_, err := s.engine.Fill(ctx, contract.Event{Job: "daily", ScheduledTime: mustTime(t, "2022-04-06T12:00:00Z")})
			return err
		},
	} {
		var until time.Time
		s.engine.Store = timed{storeAt("http://" + silent.Addr().String()), &until}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		err := invoke(ctx)
		if err == nil || !strings.Contains(err.Error(), "list s3://results/counts/date=2022-04-0") || !strings.Contains(err.Error(), "no answer from S3 within ") {
			t.Errorf("%s: got %v", name, err)
		}
		if end, _ := ctx.Deadline(); end.Sub(until) < 900*time.Millisecond {
			t.Errorf("%s: S3 may take until %s before the end of the invocation", name, end.Sub(until))
		}
		cancel()
	}
}

// timed is a store that keeps the deadlines that it is given.
type timed struct {
	count.Store
	until *time.Time
}

func (s timed) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	*s.until, _ = ctx.Deadline()
	return s.Store.Latest(ctx, job, slot)
}

func (s timed) Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error {
	*s.until, _ = ctx.Deadline()
	return s.Store.Slots(ctx, day, found)
}

// Sweeps and events at the same time leave one record per slot.
func TestConcurrentSweepsStoreOneRecordPerSlot(t *testing.T) {
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

// A record that cannot be read concerns only its job.
func TestSweepCountsOtherJobsIfARecordIsUnreadable(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	s.put(t, stored{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""})
	s.put(t, stored{"berlin", "2022-04-06T00:30:00Z", berlinSchedule, "Europe/Berlin"})
	s.engine.Store = unreadable{s.engine.Store, "berlin", time.Time{}}
	answer := s.mustSweep(t, 3)
	if answer.Recovered.Total != 3 {
		t.Errorf("recovered %+v, want those of daily", answer.Recovered)
	}
	if answer.Failed.Total != 1 || answer.Failed.Slots[0].Job != "berlin" || !strings.Contains(answer.Failed.Slots[0].Reason, "denied") {
		t.Errorf("failed %+v, want one of berlin with the reason", answer.Failed)
	}
}

// What stays unknown because of an unreadable record is reported once, not for each slot.
// Slots that other records show to be missing are counted.
func TestSweepReportsAnUnreadableRecordOnce(t *testing.T) {
	const job, now = "never-ran", "2022-04-07T13:00:00Z"
	put := func(t *testing.T) *system {
		s := newSweep(t, swept, now)
		for at := mustTime(t, "2022-04-07T12:00:00Z"); at.Before(s.now); at = at.Add(time.Minute) {
			if at.Minute() != 40 {
				s.put(t, stored{job, at.Format(time.RFC3339), minuteSchedule, ""})
			}
		}
		return s
	}
	for _, test := range []struct {
		name, unread string
		failed       int
	}{
		{"all are read", "", 0},
		{"the last", "2022-04-07T12:49:00Z", 1}, // so 12:40 is unknown, too
		{"the first", "2022-04-07T12:00:00Z", 1},
		{"one that is not looked at", "2022-04-07T12:05:00Z", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := put(t)
			if test.unread != "" {
				s.engine.Store = unreadable{s.engine.Store, job, mustTime(t, test.unread)}
			}
			answer := s.mustSweep(t, 1)
			if answer.Failed.Total != test.failed {
				t.Errorf("failed %d, want %d: %+v", answer.Failed.Total, test.failed, answer.Failed.Slots)
			}
			recovered := []string{job + " 2022-04-07T12:40:00Z"}
			if test.name == "the last" {
				recovered = nil
			}
			if difference := cmp.Diff(recovered, s.closed(t, answer)); difference != "" {
				t.Errorf("recovered (- want, + got):\n%s", difference)
			}
		})
	}
}

// Jobs of a database that is down come after those of other databases.
func TestSweepLeavesADeadDatabaseToTheEnd(t *testing.T) {
	const one = "  - {name: %s, schedule: cron(%d 12 * * ? *), source: {database: %s, table: t}, window: {span: previous-day, column: at}, cases: {a: a = 1}}\n"
	jobs := "timezone: UTC\njobs:\n" + fmt.Sprintf(one, "first", 1, "down") + fmt.Sprintf(one, "second", 2, "down") + fmt.Sprintf(one, "third", 3, "up")
	s := newSweep(t, jobs, "2022-04-07T14:00:00Z")
	for i, name := range []string{"first", "second", "third"} {
		s.put(t, stored{name, fmt.Sprintf("2022-04-06T12:%02d:00Z", i+1), fmt.Sprintf("cron(%d 12 * * ? *)", i+1), ""})
	}
	var order []string
	s.engine.Source = sourceFunc(func(_ context.Context, query count.Query) (count.Result, error) {
		order = append(order, query.Job.Name)
		if query.Job.Source.Database == "down" {
			return count.Result{}, &count.Failure{Err: errors.New("connection refused")}
		}
		return steady(query), nil
	})
	s.mustSweep(t, 1)
	if difference := cmp.Diff([]string{"first", "third", "second"}, order); difference != "" {
		t.Errorf("order (- want, + got):\n%s", difference)
	}
}

// unreadable is a store in which a record of one job cannot be read, or none of them.
type unreadable struct {
	count.Store
	job string
	at  time.Time
}

func (u unreadable) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	if job == u.job && (u.at.IsZero() || u.at.Equal(slot)) {
		return count.Stored{}, false, errors.New("access denied")
	}
	return u.Store.Latest(ctx, job, slot)
}
