package check_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// Schedules, records, revisions, origins and failures come at random. In whatever order the
// events come, once or several times and at once, or not at all: the results are those of a
// plain loop, byte by byte.
func TestResultsInAnyOrder(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 16))
			w := newWorld(t, randomJobs(random))
			if random.IntN(3) == 0 {
				// Then events get lost, too. Of comparisons the sweep makes only those of the
				// latest records.
				w.checker.Jobs.Reconcile = nil
			}
			records := w.randomRecords(random)
			want := loop{w.checker.Jobs, records}.objects()
			events := w.storeInTime(random, records)
			w.judgeAtRandom(random, events)
			for range 2 {
				w.sweep(time.Hour)
			}
			if difference := diff.Diff(want, w.objects(contract.ChecksPrefix)); difference != "" {
				t.Fatalf("results (-want +got):\n%s", difference)
			}
			w.allTold()
		})
	}
}

// randomJobs are two jobs that are checked and compared.
func randomJobs(random *rand.Rand) string {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	schedule := one(
		"cron(20 0 * * ? *)", "cron(20 0 * * ? *)", "cron(0 0/6 * * ? *)", "cron(20 0 ? * MON *)", "cron(0 3 1 * ? *)", "cron(0 3 L * ? *)",
		"cron(30 2 * * ? *)\n    schedule_timezone: America/New_York", "cron(45 1 * * ? *)\n    schedule_timezone: Australia/Lord_Howe", "cron(0 9 ? * MON-FRI *)\n    schedule_timezone: Asia/Seoul",
	)
	checks := func() string {
		baseline := "baseline: " + one("previous", "same-weekday")
		return fmt.Sprintf("{paid: %s, refunded: %s%s}", one(
			"{min: 50}", "{max: 60, min: 20}", "{max_drop: 50%, "+baseline+"}", "{max_rise: 12.5%, "+baseline+"}", "{min: 30, max_drop: 30%, max_rise: 40%, min_baseline: 40, "+baseline+"}",
		), one("{min: 1}", "{max_drop: 12.5%, max_rise: 100%, "+baseline+"}"), one("", "", ", except: [2026-11-01, 2026-11-02, 2026-11-07]"))
	}
	jobOf := func(name string) string {
		return fmt.Sprintf(`  - name: %s
    schedule: %s
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
    total: false
    checks: %s
`, name, schedule, checks())
	}
	return "timezone: " + one("UTC", "America/New_York", "Asia/Seoul") + "\njobs:\n" + jobOf("orders") + jobOf("orders-log") +
		"reconcile: [{name: orders, left: orders.paid, right: orders-log.paid, within: " + one("10", "12.5%") + "}]\n"
}

// randomRecords are those of some slots around the days when clocks change: few enough for the
// requests of a baseline.
func (w *world) randomRecords(random *rand.Rand) (all [][]contract.Record) {
	end := mustTime(w.t, []string{"2026-03-14T00:00Z", "2026-04-11T00:00Z", "2026-10-10T00:00Z", "2026-11-07T00:00Z"}[random.IntN(4)])
	for _, j := range w.checker.Jobs.Jobs {
		at := end
		for range 8 {
			slot, _ := j.Cron.Prev(at, j.ScheduleZone)
			if at = slot; random.IntN(6) == 0 {
				continue // a gap
			}
			// How long after its slot it is counted: as a rule at once.
			delay := time.Second
			first := contract.OriginSchedule
			switch random.IntN(6) {
			case 0:
				delay, first = time.Duration(random.IntN(5*24*60))*time.Minute, contract.OriginBackfill
			case 1:
				delay, first = time.Duration(random.IntN(300))*time.Minute, contract.OriginSweep
			}
			for n := range 1 + random.IntN(4)/3 + random.IntN(8)/7 {
				if n > 0 {
					delay += time.Duration(1+random.IntN(3*24*60)) * time.Minute
				}
				all = append(all, w.record(j.Name, slot.UTC().Format(time.RFC3339), randomCounts(random), func(r *contract.Record) {
					r.Revision, r.CountedAt, r.Origin = n+1, slot.UTC().Add(delay), first
					if n > 0 {
						r.Origin = contract.OriginRecount
					}
					switch random.IntN(12) {
					case 0:
						r.CountingSHA256 = "other"
					case 1:
						r.CountingSHA256 = ""
					case 2:
						r.CountingSHA256, r.JobSHA256 = "", "other"
					case 3:
						r.JobSHA256 = "other"
					case 4:
						r.Status = contract.StatusMissed
					}
				}))
			}
		}
	}
	return all
}

func randomCounts(random *rand.Rand) string {
	text := ""
	for _, name := range []string{"paid", "refunded"} {
		switch random.IntN(12) {
		case 0:
			text += name + "=- "
		case 1: // a case that came later
		case 2:
			text += name + "=0 "
		default:
			text += fmt.Sprintf("%s=%d ", name, 40+random.IntN(50))
		}
	}
	if text == "" {
		return "paid=1"
	}
	return text
}

// storeInTime stores records in the order in which they were counted, and judges some of them at
// once. It returns the keys of all.
func (w *world) storeInTime(random *rand.Rand, records [][]contract.Record) (keys []string) {
	w.t.Helper()
	ordered := slices.Clone(records)
	slices.SortStableFunc(ordered, func(a, b []contract.Record) int {
		return cmp.Or(a[0].CountedAt.Compare(b[0].CountedAt), cmp.Compare(a[0].Revision, b[0].Revision))
	})
	atOnce := random.IntN(3)
	for _, record := range ordered {
		if _, created, err := w.Create(w.t.Context(), contract.Lines{AllRows: record}); err != nil || !created {
			w.t.Fatal(created, err)
		}
		key := contract.RecordKey(record[0].Job, record[0].ScheduledTime, record[0].Revision)
		keys = append(keys, key)
		if w.now = record[0].CountedAt.Add(time.Second); random.IntN(3) < atOnce {
			w.judge(key)
		}
	}
	return keys
}

// judgeAtRandom judges most records in any order, some several times and some at once.
func (w *world) judgeAtRandom(random *rand.Rand, keys []string) {
	w.t.Helper()
	losing := len(w.checker.Jobs.Reconcile) == 0
	var events []string
	for _, key := range keys {
		_, slot, _, _ := contract.ParseRecordKey(key)
		least := 1
		if losing && w.now.Sub(slot) < 10*24*time.Hour { // the sweep finds it
			least = 0
		}
		for range max(least, random.IntN(4)-1) {
			events = append(events, key)
		}
	}
	random.Shuffle(len(events), func(a, b int) { events[a], events[b] = events[b], events[a] })
	problems := make([]error, len(events))
	var several sync.WaitGroup
	for i, key := range append(events, "counts/notes.txt", "counts/date=2026-11-20/gone-20261120T0020Z.rev1.jsonl") {
		several.Go(func() {
			if _, err := w.checker.Stored(w.t.Context(), key); i < len(events) {
				problems[i] = err
			}
		})
	}
	several.Wait()
	if err := errors.Join(problems...); err != nil {
		w.t.Fatal(err)
	}
}

// allTold checks that each result of the last two weeks that fails was told.
func (w *world) allTold() {
	w.t.Helper()
	told := w.objects("markers/told/")
	for toTell := range w.objects("markers/to-tell/") {
		recent := toTell > contract.ToTellPrefix(w.now.AddDate(0, 0, -contract.SweepDays))
		if _, ok := told[contract.ToldKey(toTell)]; recent && !ok {
			w.t.Errorf("%s is not told", toTell)
		}
	}
}
