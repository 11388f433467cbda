package sweep_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// An environment that was deployed before there was a history has records only.
func TestUpgradeFromRecordsWithoutHistory(t *testing.T) {
	type stored struct{ at, schedule, zone string }
	for _, test := range []struct {
		name, jobs string
		records    []stored // of job a
		recovered  []string
	}{
		{"no record", "a " + hourly, nil, nil},
		{"since its oldest record", "a " + hourly,
			[]stored{{"2022-04-07T02:00:00Z", "cron(0 * * * ? *)", ""}, {"2022-04-07T04:00:00Z", "cron(0 * * * ? *)", ""}},
			slots("a", 3, 5)},
		{"another schedule before, at other minutes", "a " + hourly,
			[]stored{{"2022-04-07T01:30:00Z", "cron(30 * * * ? *)", ""}, {"2022-04-07T02:30:00Z", "cron(30 * * * ? *)", ""}, {"2022-04-07T04:00:00Z", "cron(0 * * * ? *)", ""}},
			slots("a", 5)},
		{"another schedule before, at some of the same times", "a " + hourly,
			[]stored{{"2022-04-07T00:00:00Z", "cron(0 0/3 * * ? *)", ""}, {"2022-04-07T03:00:00Z", "cron(0 0/3 * * ? *)", ""}, {"2022-04-07T04:00:00Z", "cron(0 * * * ? *)", ""}},
			slots("a", 5)},
		{"the same schedule, then another, then the same", "a " + hourly,
			[]stored{{"2022-04-07T00:00:00Z", "cron(0 * * * ? *)", ""}, {"2022-04-07T01:30:00Z", "cron(30 1 * * ? *)", ""}, {"2022-04-07T04:00:00Z", "cron(0 * * * ? *)", ""}},
			slots("a", 5)},
		{"a schedule that names UTC", "a 0 4 * * ? * in UTC",
			[]stored{{"2022-04-05T04:00:00Z", "cron(0 4 * * ? *)", "UTC"}}, []string{"a 2022-04-06T04:00:00Z", "a 2022-04-07T04:00:00Z"}},
		{"another zone before", "a 0 5 * * ? * in Etc/GMT-1",
			[]stored{{"2022-04-06T04:00:00Z", "cron(0 5 * * ? *)", "Europe/London"}}, nil},
		{"before the lookback", "a " + hourly,
			[]stored{{"2022-03-20T04:00:00Z", "cron(0 * * * ? *)", ""}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "2022-04-07T05:30:00Z", test.jobs)
			j := w.sweeper.Jobs.Jobs[0]
			for _, record := range test.records {
				on, err := j.On(record.schedule, record.zone)
				if err != nil {
					t.Fatal(err)
				}
				at := mustTime(t, record.at)
				slot, err := on.Occurrence(at)
				if err != nil {
					// A zone's offset may differ; the record says what made it.
					slot.Time, slot.Schedule, slot.Timezone = at, record.schedule, record.zone
				}
				if _, _, err := w.store.Create(t.Context(), count.Missed(on, slot, at.Add(time.Second))); err != nil {
					t.Fatal(err)
				}
			}
			answer := w.sweep()
			var recovered []string
			for _, slot := range answer.Recovered.Slots {
				recovered = append(recovered, slot.Job+" "+slot.Slot.Format(time.RFC3339))
			}
			slices.Sort(recovered)
			if difference := cmp.Diff(test.recovered, recovered); difference != "" || answer.Missed.Total+answer.Failed.Total > 0 {
				t.Errorf("recovered (- want, + got):\n%s\nof %+v", difference, answer)
			}
			// From now on the history says what is due.
			w.live("2022-04-07T08:30:00Z", everything)
			if want := len(test.records) + len(test.recovered); len(w.records()) < want {
				t.Errorf("there are %v", w.records())
			}
		})
	}
}

// Objects that are no records say nothing.
func TestObjectsThatAreNoRecords(t *testing.T) {
	w := newWorld(t, "2022-04-07T05:30:00Z", "a "+hourly)
	for key, content := range map[string]string{
		"counts/date=2022-04-07/a-20220407T0100Z.rev1.jsonl":     "no JSON",
		"counts/date=2022-04-07/a-20220407T0300Z.rev1.jsonl.tmp": "",
		"counts/date=2022-04-07/a-20220407T0300Z":                "",
		"counts/date=2022-04-06/a-20220407T0300Z.rev1.jsonl":     "", // of another day
		"counts/date=2022-04-07/b-20220407T0300Z.rev1.jsonl":     "", // of another job
		"schedules/prod/README":                                  "",
		"schedules/prod-eu/000007.json":                          "{}",
	} {
		if err := w.s3.Put(bucket, key, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	w.sweep()
	w.pass("2022-04-07T06:30:00Z")
	if answer := w.sweep(); answer.Recovered.Total != 1 || answer.Recovered.Slots[0].Slot != mustTime(t, "2022-04-07T06:00:00Z") {
		t.Errorf("the sweep says %+v", answer)
	}
	if keys := w.entries(); len(keys) != 2 || keys[0] != "schedules/prod/000001.json" {
		t.Errorf("the history has %v", keys)
	}
}

// A history that cannot be read fails the sweep and says where: what should be there is
// never guessed.
func TestAHistoryThatCannotBeReadFailsTheSweep(t *testing.T) {
	w := newWorld(t, "2022-04-07T05:30:00Z", "a "+hourly)
	if err := w.s3.Put(bucket, "schedules/prod/000003.json", []byte("no JSON")); err != nil {
		t.Fatal(err)
	}
	_, err := w.sweeper.Sweep(t.Context())
	if err == nil || len(w.records()) > 0 {
		t.Fatalf("got %v and %v", err, w.records())
	}
	if want := "read the schedule history: read s3://results/schedules/prod/000003.json: "; err.Error()[:len(want)] != want {
		t.Errorf("got %v, want %s…", err, want)
	}
}

// The record of a slot that a sweep recovered is that of a run in time, but for when it was
// counted; one that was missed has a line per case, and stays.
func TestWhatASweepStores(t *testing.T) {
	w := newWorld(t, "2022-04-07T00:30:00Z", "a "+hourly+"\nstate state "+hourly)
	w.sweep()
	w.pass("2022-04-07T01:00:00Z")
	w.fire(func(job string, _ time.Time) bool { return job == "state" })
	w.pass("2022-04-07T02:17:00Z")
	w.sweep()
	inTime, _, err := w.store.Latest(t.Context(), "a", mustTime(t, "2022-04-07T01:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	w.fire(nothing)
	recovered, _, err := w.store.Latest(t.Context(), "a", mustTime(t, "2022-04-07T02:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	want := inTime.Records
	for i := range want {
		want[i].Late, want[i].CountedAt, want[i].Origin = true, w.now, contract.OriginSweep
		for _, at := range []*time.Time{&want[i].ScheduledTime, want[i].WindowFrom, want[i].WindowTo} {
			*at = at.Add(time.Hour)
		}
	}
	if difference := cmp.Diff(want, recovered.Records); difference != "" {
		t.Errorf("records (- in time and an hour later, + recovered):\n%s", difference)
	}
	missed, _, err := w.store.Latest(t.Context(), "state", mustTime(t, "2022-04-07T01:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range missed.Records {
		if record.Origin != contract.OriginSweep || record.Status != contract.StatusMissed || record.Count != nil || !record.Late || record.CountedAt != w.now {
			t.Errorf("missed is stored as %+v", record)
		}
	}
	if len(missed.Records) != 3 { // a, other, total
		t.Errorf("missed has %d lines", len(missed.Records))
	}
}
