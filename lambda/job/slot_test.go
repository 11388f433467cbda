package job_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

const (
	inUTC    = "cron(55 14 * * ? *)"
	inBerlin = "cron(30 2 * * ? *)" // a time that DST skips and repeats
)

// jobs are one of each kind of schedule.
func jobs(t *testing.T) job.File {
	t.Helper()
	return mustRead(t, `timezone: Asia/Seoul
jobs:
  - name: rule
    schedule: `+inUTC+`
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at}
    cases: {normal: a = 1}
  - name: scheduler
    schedule: `+inBerlin+`
    schedule_timezone: Europe/Berlin
    source: {database: app, table: scans}
    cases: {normal: a = 1}
`)
}

func TestSlot(t *testing.T) {
	for _, test := range []struct {
		name, job, time, schedule, timezone string
		want, wantSchedule                  string
	}{
		{"exact", "rule", "2022-04-07T14:55:00Z", "", "", "2022-04-07T14:55:00Z", inUTC},
		{"seconds late", "rule", "2022-04-07T14:55:59.999Z", "", "", "2022-04-07T14:55:00Z", inUTC},
		{"seconds early", "rule", "2022-04-07T14:54:59Z", "", "", "2022-04-07T14:55:00Z", inUTC},
		{"a minute early", "rule", "2022-04-07T14:54:00Z", "", "", "2022-04-07T14:55:00Z", inUTC},
		{"another offset", "rule", "2022-04-07T23:55:00+09:00", "", "", "2022-04-07T14:55:00Z", inUTC},
		{"every minute", "rule", "2022-04-07T14:54:59Z", "cron(* * * * ? *)", "", "2022-04-07T14:54:00Z", "cron(* * * * ? *)"},

		{"schedule of the event", "rule", "2022-04-07T10:00:00Z", "cron(0 10 * * ? *)", "", "2022-04-07T10:00:00Z", "cron(0 10 * * ? *)"},
		{"schedule of the event is canonical", "rule", "2022-04-07T10:00:00Z", "cron(0 10 ? * THU *)", "", "2022-04-07T10:00:00Z", "cron(0 10 ? * 5 *)"},
		{"schedule and zone of the event", "rule", "2022-04-07T01:00:00Z", "cron(0 10 * * ? *)", "Asia/Seoul", "2022-04-07T01:00:00Z", "cron(0 10 * * ? *)"},
		{"schedule of the event is in UTC without zone", "scheduler", "2022-04-07T10:00:00Z", "cron(0 10 * * ? *)", "", "2022-04-07T10:00:00Z", "cron(0 10 * * ? *)"},

		{"in a zone, winter", "scheduler", "2022-01-07T01:30:00Z", "", "", "2022-01-07T01:30:00Z", inBerlin},
		{"in a zone, summer", "scheduler", "2022-07-07T00:30:00Z", "", "", "2022-07-07T00:30:00Z", inBerlin},
		{"first pass of the repeated hour", "scheduler", "2022-10-30T00:30:00Z", "", "", "2022-10-30T00:30:00Z", inBerlin},
	} {
		t.Run(test.name, func(t *testing.T) {
			slot, err := slotOf(t, test.job, test.time, test.schedule, test.timezone)
			if err != nil {
				t.Fatal(err)
			}
			if got := slot.Time.Format(time.RFC3339Nano); got != test.want || slot.Schedule != test.wantSchedule {
				t.Errorf("got %s of %s, want %s of %s", got, slot.Schedule, test.want, test.wantSchedule)
			}
		})
	}
}

// A record says which zone evaluated its schedule. Otherwise nobody could tell whether the
// job still has that schedule.
func TestSlotKnowsItsZone(t *testing.T) {
	for _, test := range []struct{ name, job, time, schedule, timezone, want string }{
		{"rule", "rule", "2022-04-07T14:55:00Z", "", "", ""},
		{"rule in a zone before", "rule", "2022-04-07T05:55:00Z", inUTC, "Asia/Seoul", "Asia/Seoul"},
		{"scheduler", "scheduler", "2022-01-07T01:30:00Z", "", "", "Europe/Berlin"},
		{"scheduler in UTC before", "scheduler", "2022-01-07T02:30:00Z", inBerlin, "", ""},
		{"UTC by name", "scheduler", "2022-01-07T02:30:00Z", inBerlin, "UTC", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			slot, err := slotOf(t, test.job, test.time, test.schedule, test.timezone)
			if err != nil || slot.Timezone != test.want {
				t.Errorf("got %q (%v), want %q", slot.Timezone, err, test.want)
			}
		})
	}
}

func TestSlotsBetween(t *testing.T) {
	for _, test := range []struct{ name, job, from, to, want string }{
		{"from is in, to is out", "rule", "2022-04-07T14:55:00Z", "2022-04-09T14:55:00Z", "2022-04-07T14:55:00Z 2022-04-08T14:55:00Z"},
		{"just after", "rule", "2022-04-07T14:55:00.001Z", "2022-04-09T14:55:01Z", "2022-04-08T14:55:00Z 2022-04-09T14:55:00Z"},
		{"none", "rule", "2022-04-07T15:00:00Z", "2022-04-08T14:55:00Z", ""},
		{"nothing between", "rule", "2022-04-07T14:55:00Z", "2022-04-07T14:55:00Z", ""},
		{"clocks go forward", "scheduler", "2022-03-26T00:00:00Z", "2022-03-29T00:00:00Z", "2022-03-26T01:30:00Z 2022-03-28T00:30:00Z"},
		{"clocks go back", "scheduler", "2022-10-29T00:00:00Z", "2022-11-01T00:00:00Z", "2022-10-29T00:30:00Z 2022-10-30T00:30:00Z 2022-10-31T01:30:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			j, _ := jobs(t).Lookup(test.job)
			var got []string
			for _, slot := range j.SlotsBetween(parseTime(t, test.from), parseTime(t, test.to)) {
				got = append(got, slot.Time.Format(time.RFC3339))
				if own, err := j.Occurrence(slot.Time); err != nil || own != slot {
					t.Errorf("%+v is not the occurrence %+v (%v)", slot, own, err)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestLatestOrNext(t *testing.T) {
	once := mustRead(t, strings.Replace(goodRecords, "schedule: ", "schedule: cron(0 12 1 1 ? 2030) # ", 1)).Jobs[0]
	for at, want := range map[string]string{"2029-12-31T00:00:00Z": "2030-01-01T12:00:00Z", "2031-01-01T00:00:00Z": "2030-01-01T12:00:00Z"} {
		if got := once.LatestOrNext(parseTime(t, at)).Time.Format(time.RFC3339); got != want {
			t.Errorf("at %s it is %s, want %s", at, got, want)
		}
	}
}

func TestSlotRefusesOtherTimes(t *testing.T) {
	for _, test := range []struct {
		name, job, time, schedule, timezone string
		want                                string
	}{
		{"a minute late", "rule", "2022-04-07T14:56:00Z", "", "",
			"job rule: 2022-04-07T14:56:00Z is no occurrence of cron(55 14 * * ? *); the next one is 2022-04-08T14:55:00Z"},
		{"more than a minute early", "rule", "2022-04-07T14:53:59Z", "", "",
			"job rule: 2022-04-07T14:53:59Z is no occurrence of cron(55 14 * * ? *); the next one is 2022-04-07T14:55:00Z"},
		{"the job's own when the event has another", "rule", "2022-04-07T14:55:00Z", "cron(0 10 * * ? *)", "",
			"job rule: 2022-04-07T14:55:00Z is no occurrence of cron(0 10 * * ? *); the next one is 2022-04-08T10:00:00Z"},
		{"UTC when the event has a zone", "rule", "2022-04-07T10:00:00Z", "cron(0 10 * * ? *)", "Asia/Seoul",
			"job rule: 2022-04-07T10:00:00Z is no occurrence of cron(0 10 * * ? *) in Asia/Seoul; the next one is 2022-04-08T01:00:00Z"},
		{"skipped by DST", "scheduler", "2022-03-27T01:30:00Z", "", "",
			"job scheduler: 2022-03-27T01:30:00Z is no occurrence of cron(30 2 * * ? *) in Europe/Berlin; the next one is 2022-03-28T00:30:00Z"},
		{"second pass of the repeated hour", "scheduler", "2022-10-30T01:30:00Z", "", "",
			"job scheduler: 2022-10-30T01:30:00Z is no occurrence of cron(30 2 * * ? *) in Europe/Berlin; the next one is 2022-10-31T01:30:00Z"},
		{"no more", "rule", "2022-04-07T14:55:00Z", "cron(55 14 * * ? 2021)", "",
			"job rule: 2022-04-07T14:55:00Z is no occurrence of cron(55 14 * * ? 2021), which never fires again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := slotOf(t, test.job, test.time, test.schedule, test.timezone)
			if err == nil || err.Error() != test.want {
				t.Fatalf("got  %v\nwant %s", err, test.want)
			}
			if !errors.Is(err, job.ErrNotScheduled) {
				t.Errorf("got %#v, want ErrNotScheduled", err)
			}
		})
	}
}

func TestOccurrenceAndLatest(t *testing.T) {
	file := jobs(t)
	for _, test := range []struct{ job, at, latest string }{
		{"rule", "2022-04-07T14:55:00Z", "2022-04-07T14:55:00Z"},
		{"rule", "2022-04-07T14:55:01Z", "2022-04-07T14:55:00Z"},
		{"rule", "2022-04-07T14:54:59Z", "2022-04-06T14:55:00Z"},
		{"rule", "2022-04-07T23:55:00+09:00", "2022-04-07T14:55:00Z"},
		{"scheduler", "2022-04-07T00:30:00Z", "2022-04-07T00:30:00Z"}, // 02:30 in Berlin
		{"scheduler", "2022-04-07T00:29:00Z", "2022-04-06T00:30:00Z"},
	} {
		j, _ := file.Lookup(test.job)
		at := parseTime(t, test.at)
		latest, fired := j.Latest(at)
		if got := latest.Time.Format(time.RFC3339); got != test.latest || !fired {
			t.Errorf("%s at %s: the latest is %s, %t; want %s", test.job, test.at, got, fired, test.latest)
		}
		slot, err := j.Occurrence(at)
		exact := at.Equal(parseTime(t, test.latest))
		if exact && (err != nil || slot != latest) {
			t.Errorf("%s at %s: got %+v, %v; want %+v", test.job, test.at, slot, err, latest)
		}
		if !exact && !errors.Is(err, job.ErrNotScheduled) {
			t.Errorf("%s at %s: got %+v, %v; want no occurrence", test.job, test.at, slot, err)
		}
	}
}

func TestSlotRefusesSchedulesOfEvents(t *testing.T) {
	for _, test := range []struct{ name, schedule, timezone, want string }{
		{"rate", "rate(5 minutes)", "", `write "cron(0/5 * * * ? *)"`},
		{"five fields", "cron(55 14 * * *)", "", `write "cron(55 14 * * ? *)"`},
		{"unknown zone", inUTC, "Asia/Soul", `write "Asia/Seoul"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := slotOf(t, "rule", "2022-04-07T14:55:00Z", test.schedule, test.timezone)
			if err == nil || !strings.HasPrefix(err.Error(), "job rule: schedule of the event: ") || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want job rule: schedule of the event: …; %s", err, test.want)
			}
		})
	}
}

func TestRangeOfAJob(t *testing.T) {
	file := jobs(t)
	slot := parseTime(t, "2022-04-07T14:55:00Z")
	rule, _ := file.Lookup("rule")
	from, to, ok, err := rule.Range(slot)
	if got := from.Format(time.RFC3339); got != "2022-04-07T00:00:00+09:00" || !to.Equal(slot) || !ok || err != nil {
		t.Errorf("got [%s, %s), %t, %v; want the day in the job's zone", from, to, ok, err)
	}
	scheduler, _ := file.Lookup("scheduler")
	from, to, ok, err = scheduler.Range(slot)
	if !from.IsZero() || !to.IsZero() || ok || err != nil {
		t.Errorf("a job without window gives [%s, %s), %t, %v", from, to, ok, err)
	}
}

func slotOf(t *testing.T, name, at, schedule, timezone string) (job.Slot, error) {
	t.Helper()
	j, found := jobs(t).Lookup(name)
	if !found {
		t.Fatalf("no job %s", name)
	}
	return j.Slot(contract.Event{Job: name, ScheduledTime: parseTime(t, at), Schedule: schedule, Timezone: timezone})
}
