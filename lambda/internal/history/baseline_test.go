package history_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

// counted counts the requests that a baseline makes.
type counted struct {
	bucket
	lists, reads int
}

func (c *counted) Keys(ctx context.Context, prefix string) ([]string, error) {
	c.lists++
	if !strings.HasPrefix(prefix, "counts/date=") || !strings.Contains(prefix, "/orders-") {
		c.t.Errorf("%q is listed, want a day of the job", prefix)
	}
	return c.bucket.Keys(ctx, prefix)
}

func (c *counted) ReadAllRows(ctx context.Context, key string) ([]contract.Record, error) {
	c.reads++
	return c.bucket.ReadAllRows(ctx, key)
}

// baselineOf is the baseline of a slot, as a counter would have counted it an hour later.
func (c *counted) baselineOf(j job.Job, at time.Time, which job.Baseline) history.Past {
	c.t.Helper()
	of := contract.Record{
		Job: j.Name, ScheduledTime: at, CountedAt: at.Add(time.Hour), ScheduleTimezone: j.EventTimezone(), JobSHA256: j.SHA256(), Revision: 1,
	}
	past, err := history.Baseline(c.t.Context(), c, j, of, which, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return past["paid"]
}

// scheduled is a job of that schedule.
func scheduled(t *testing.T, cron, zone string) job.Job {
	t.Helper()
	return jobtest.Read(t, fmt.Sprintf(`jobs:
  - name: orders
    schedule: cron(%s)
    schedule_timezone: %s
    timezone: UTC
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid'}
`, cron, zone)).Jobs[0]
}

// Each schedule has a record at each of its slots. Times with a zone's letters are what its
// clocks show.
func TestTheSlotsOfABaseline(t *testing.T) {
	const previous, weekday = job.BaselinePrevious, job.BaselineSameWeekday
	for _, test := range []struct {
		name, cron, zone string
		which            job.Baseline
		judged           string
		want             []string
	}{
		{"days", "20 0 * * ? *", "UTC", previous, "2026-11-29T00:20Z",
			[]string{"2026-11-28T00:20Z", "2026-11-27T00:20Z", "2026-11-26T00:20Z", "2026-11-25T00:20Z", "2026-11-24T00:20Z"}},
		{"hours, over midnight", "0 * * * ? *", "UTC", previous, "2026-11-29T02:00Z",
			[]string{"2026-11-29T01:00Z", "2026-11-29T00:00Z", "2026-11-28T23:00Z", "2026-11-28T22:00Z", "2026-11-28T21:00Z"}},
		{"minutes", "* * * * ? *", "UTC", previous, "2026-11-29T00:02Z",
			[]string{"2026-11-29T00:01Z", "2026-11-29T00:00Z", "2026-11-28T23:59Z", "2026-11-28T23:58Z", "2026-11-28T23:57Z"}},
		{"working days, over a weekend", "20 0 ? * MON-FRI *", "UTC", previous, "2026-11-30T00:20Z",
			[]string{"2026-11-27T00:20Z", "2026-11-26T00:20Z", "2026-11-25T00:20Z", "2026-11-24T00:20Z", "2026-11-23T00:20Z"}},
		{"months", "0 3 1 * ? *", "UTC", previous, "2026-12-01T03:00Z",
			[]string{"2026-11-01T03:00Z", "2026-10-01T03:00Z", "2026-09-01T03:00Z", "2026-08-01T03:00Z", "2026-07-01T03:00Z"}},
		{"the last day of the month", "0 3 L * ? *", "UTC", previous, "2026-03-31T03:00Z",
			[]string{"2026-02-28T03:00Z", "2026-01-31T03:00Z", "2025-12-31T03:00Z", "2025-11-30T03:00Z", "2025-10-31T03:00Z"}},
		{"the 31st", "0 3 31 * ? *", "UTC", previous, "2026-12-31T03:00Z",
			[]string{"2026-10-31T03:00Z", "2026-08-31T03:00Z", "2026-07-31T03:00Z", "2026-05-31T03:00Z", "2026-03-31T03:00Z"}},
		{"29 February", "0 3 29 2 ? *", "UTC", previous, "2028-02-29T03:00Z",
			[]string{"2024-02-29T03:00Z", "2020-02-29T03:00Z", "2016-02-29T03:00Z", "2012-02-29T03:00Z", "2008-02-29T03:00Z"}},

		{"weeks", "20 0 * * ? *", "UTC", weekday, "2026-11-29T00:20Z",
			[]string{"2026-11-22T00:20Z", "2026-11-15T00:20Z", "2026-11-08T00:20Z", "2026-11-01T00:20Z", "2026-10-25T00:20Z"}},
		{"the same hour of the week", "0 * * * ? *", "UTC", weekday, "2026-11-29T23:00Z",
			[]string{"2026-11-22T23:00Z", "2026-11-15T23:00Z", "2026-11-08T23:00Z", "2026-11-01T23:00Z", "2026-10-25T23:00Z"}},
		{"Monday in Seoul, which is Sunday in UTC", "0 8 * * ? *", "Asia/Seoul", weekday, "2026-11-29T23:00Z",
			[]string{"2026-11-22T23:00Z", "2026-11-15T23:00Z", "2026-11-08T23:00Z", "2026-11-01T23:00Z", "2026-10-25T23:00Z"}},
		{"the first Monday of the month", "0 3 ? * MON#1 *", "UTC", weekday, "2026-12-07T03:00Z",
			[]string{"2026-11-02T03:00Z", "2026-10-05T03:00Z", "2026-09-07T03:00Z", "2026-08-03T03:00Z", "2026-07-06T03:00Z"}},

		{"in UTC clocks do not change", "0 14 * * ? *", "UTC", weekday, "2026-11-04T14:00Z",
			[]string{"2026-10-28T14:00Z", "2026-10-21T14:00Z", "2026-10-14T14:00Z", "2026-10-07T14:00Z", "2026-09-30T14:00Z"}},
		{"9:00 in New York, before and after the change", "0 9 * * ? *", "America/New_York", weekday, "2026-11-04T09:00-05:00",
			[]string{"2026-10-28T09:00-04:00", "2026-10-21T09:00-04:00", "2026-10-14T09:00-04:00", "2026-10-07T09:00-04:00", "2026-09-30T09:00-04:00"}},
		{"2:30 in New York, which 8 March does not have", "30 2 * * ? *", "America/New_York", weekday, "2026-03-22T02:30-04:00",
			[]string{"2026-03-15T02:30-04:00", "2026-03-01T02:30-05:00", "2026-02-22T02:30-05:00", "2026-02-15T02:30-05:00", "2026-02-08T02:30-05:00"}},
		{"1:30 in New York, which 1 November has twice", "30 1 * * ? *", "America/New_York", weekday, "2026-11-15T01:30-05:00",
			[]string{"2026-11-08T01:30-05:00", "2026-11-01T01:30-04:00", "2026-10-25T01:30-04:00", "2026-10-18T01:30-04:00", "2026-10-11T01:30-04:00"}},
		{"1:30 in New York, on 1 November", "30 1 * * ? *", "America/New_York", weekday, "2026-11-01T01:30-04:00",
			[]string{"2026-10-25T01:30-04:00", "2026-10-18T01:30-04:00", "2026-10-11T01:30-04:00", "2026-10-04T01:30-04:00", "2026-09-27T01:30-04:00"}},
		{"2:15 on Lord Howe, which 4 October does not have", "15 2 * * ? *", "Australia/Lord_Howe", weekday, "2026-10-18T02:15+11:00",
			[]string{"2026-10-11T02:15+11:00", "2026-09-27T02:15+10:30", "2026-09-20T02:15+10:30", "2026-09-13T02:15+10:30", "2026-09-06T02:15+10:30"}},
		{"1:45 on Lord Howe, which 5 April has twice", "45 1 * * ? *", "Australia/Lord_Howe", weekday, "2026-04-12T01:45+10:30",
			[]string{"2026-04-05T01:45+11:00", "2026-03-29T01:45+11:00", "2026-03-22T01:45+11:00", "2026-03-15T01:45+11:00", "2026-03-08T01:45+11:00"}},
		{"1:30 at Troll, whose clocks change by two hours", "30 1 * * ? *", "Antarctica/Troll", weekday, "2026-11-01T01:30Z",
			[]string{"2026-10-25T01:30+02:00", "2026-10-18T01:30+02:00", "2026-10-11T01:30+02:00", "2026-10-04T01:30+02:00", "2026-09-27T01:30+02:00"}},
		{"the slot before a change, and after", "30 2 * * ? *", "America/New_York", previous, "2026-03-09T02:30-04:00",
			[]string{"2026-03-07T02:30-05:00", "2026-03-06T02:30-05:00", "2026-03-05T02:30-05:00", "2026-03-04T02:30-05:00", "2026-03-03T02:30-05:00"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			j := scheduled(t, test.cron, test.zone)
			c := &counted{bucket: newBucket(t)}
			judged := read(t, test.judged)
			weekday := judged.In(j.ScheduleZone).Weekday()
			for at, left := judged.Add(time.Second), 125; left > 0; {
				slot, fires := j.Cron.Prev(at, j.ScheduleZone)
				if !fires {
					break
				}
				if at = slot; test.which == previous || slot.In(j.ScheduleZone).Weekday() == weekday {
					c.put(j, slot.UTC(), 1, contract.OriginSchedule, allCounts(1))
					left--
				}
			}
			var want []time.Time
			for _, slot := range test.want {
				want = append(want, read(t, slot))
			}
			got := c.baselineOf(j, judged, test.which)
			if difference := cmp.Diff(want, got.Slots); difference != "" {
				t.Errorf("slots (-want +got):\n%s", difference)
			}
			if c.lists+c.reads > 30 {
				t.Errorf("%d listings and %d reads, want at most 30 requests", c.lists, c.reads)
			}
		})
	}
}

func read(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04Z07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// A baseline that finds nothing to compare with gives up.
func TestTheRequestsOfABaseline(t *testing.T) {
	const previous, weekday = job.BaselinePrevious, job.BaselineSameWeekday
	failed := map[string]*int64{}
	for _, test := range []struct {
		name, cron   string
		which        job.Baseline
		records      int // before the judged slot
		revisions    int // of each
		counts       map[string]*int64
		found        int
		lists, reads int
	}{
		{"an ordinary day", "0 3 * * ? *", previous, 10, 1, allCounts(1), 5, 5, 5},
		{"an ordinary hour", "0 * * * ? *", previous, 10, 1, allCounts(1), 5, 2, 5},
		{"an ordinary week", "0 3 ? * MON *", weekday, 10, 1, allCounts(1), 5, 5, 5},
		{"days without records", "0 3 * * ? *", previous, 0, 1, nil, 0, 30, 0},
		{"weeks without records", "0 3 * * ? *", weekday, 0, 1, nil, 0, 25, 0},
		{"hours without counts", "0 * * * ? *", previous, 48, 1, failed, 0, 3, 27},
		{"days without counts", "0 3 * * ? *", previous, 20, 1, failed, 0, 15, 15},
		{"weeks without counts", "0 3 ? * MON *", weekday, 20, 1, failed, 0, 15, 15},
		{"the first Monday of months", "0 3 ? * MON#1 *", weekday, 10, 1, allCounts(1), 5, 22, 5},
		{"days that were counted again four times before", "0 3 * * ? *", previous, 10, 5, allCounts(1), 5, 5, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			j := scheduled(t, test.cron, "UTC")
			c := &counted{bucket: newBucket(t)}
			judged := read(t, "2026-12-07T03:00Z") // the first Monday of the month
			for at, left := judged, test.records; left > 0; left-- {
				at, _ = j.Cron.Prev(at, j.ScheduleZone)
				for revision := range test.revisions {
					c.put(j, at, revision+1, contract.OriginSchedule, test.counts)
				}
			}
			got := c.baselineOf(j, judged, test.which)
			if len(got.Counts) != test.found || c.lists != test.lists || c.reads != test.reads {
				t.Errorf("%d counts after %d listings and %d reads, want %d after %d and %d", len(got.Counts), c.lists, c.reads, test.found, test.lists, test.reads)
			}
		})
	}
}
