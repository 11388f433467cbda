package count_test

import (
	"context"
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

// stored is a record that exists before the sweep.
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
		{"three weeks of failures before", now, 3,
			[]stored{{"daily", "2022-03-09T12:00:00Z", dailySchedule, ""}, {"daily", "2022-03-10T12:00:00Z", dailySchedule, ""}, {"daily", "2022-03-11T12:00:00Z", dailySchedule, ""}, {"daily", "2022-03-12T12:00:00Z", dailySchedule, ""}, {"daily", "2022-03-13T12:00:00Z", dailySchedule, ""}},
			[]string{"daily 2022-04-05T12:00:00Z", "daily 2022-04-06T12:00:00Z", "daily 2022-04-07T12:00:00Z"}},
		{"the last record before is of another schedule", now, 3,
			[]stored{{"daily", "2022-04-02T12:00:00Z", dailySchedule, ""}, {"daily", "2022-04-03T12:00:00Z", "cron(0 0/12 * * ? *)", ""}}, nil},
		{"a schedule that changed and changed back", now, 3,
			[]stored{
				{"state", "2022-04-04T00:00:00Z", stateSchedule, ""}, {"state", "2022-04-05T00:00:00Z", stateSchedule, ""},
				{"state", "2022-04-05T12:00:00Z", "cron(0 12 * * ? *)", ""}, {"state", "2022-04-06T12:00:00Z", "cron(0 12 * * ? *)", ""},
				{"state", "2022-04-07T00:00:00Z", stateSchedule, ""}, {"state", "2022-04-07T12:00:00Z", stateSchedule, ""},
			},
			[]string{"state 2022-04-07T06:00:00Z missed"}},
		{"a schedule that changed to other hours and back", now, 3,
			[]stored{
				{"state", "2022-04-04T00:00:00Z", stateSchedule, ""}, {"state", "2022-04-05T00:00:00Z", stateSchedule, ""},
				{"state", "2022-04-05T09:30:00Z", "cron(30 9 * * ? *)", ""}, {"state", "2022-04-06T09:30:00Z", "cron(30 9 * * ? *)", ""},
				{"state", "2022-04-07T00:00:00Z", stateSchedule, ""}, {"state", "2022-04-07T12:00:00Z", stateSchedule, ""},
			},
			[]string{"state 2022-04-07T06:00:00Z missed"}},
		{"a schedule that changed back and has not run since", now, 3,
			[]stored{{"daily", "2022-04-04T12:00:00Z", dailySchedule, ""}, {"daily", "2022-04-05T09:30:00Z", "cron(30 9 * * ? *)", ""}}, nil},
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
			[]stored{{"weekly", "2022-03-07T12:00:00Z", weeklySchedule, ""}}, []string{"weekly 2022-04-04T12:00:00Z"}},
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

// A job's records are found if it ran for at least a quarter of the time for which it has
// failed since, however often it fires. Old records are looked for in few places.
func TestSweepOfALongOutage(t *testing.T) {
	s := newSweep(t, swept, "2022-04-07T13:00:00Z")
	from := s.now.AddDate(0, 0, -1)
	reads := 0
	s.engine.Store = hadRun{s.engine.Store, from.AddDate(0, 0, -25), from.AddDate(0, 0, -20), &reads}
	answer := s.mustSweep(t, 1)
	if answer.Recovered.Total != 24*60-10 {
		t.Errorf("recovered %d slots of a day, want all that are due", answer.Recovered.Total)
	}
	if reads == 0 || reads > 60 {
		t.Errorf("it was looked for in %d places", reads)
	}
}

// hadRun is a store with a record for each slot of never-ran between two times, and
// counts where it is asked for those before the lookback.
type hadRun struct {
	count.Store
	from, to time.Time
	asked    *int
}

func (h hadRun) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	if job != "never-ran" || slot.After(h.to.AddDate(0, 0, 20)) {
		return h.Store.Latest(ctx, job, slot)
	}
	*h.asked++
	ran := !slot.Before(h.from) && slot.Before(h.to)
	return count.Stored{Records: []contract.Record{{Schedule: minuteSchedule}}}, ran, nil
}
