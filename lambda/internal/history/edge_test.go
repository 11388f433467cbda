package history_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

// A case has five counts at most, also while others have fewer. Of a slot that was counted
// again, those of the latest revision that was there count, if it is of the same definition.
func TestTheCountsOfABaseline(t *testing.T) {
	j := scheduled(t, "0 3 * * ? *", "UTC")
	judged := read(t, "2026-12-07T03:00Z")
	c := &counted{bucket: newBucket(t)}
	for days := 1; days <= 9; days++ {
		counts := allCounts(int64(days))
		if days <= 3 {
			counts[contract.CaseOther] = nil
		}
		c.put(j, judged.AddDate(0, 0, -days), 1, contract.OriginSchedule, counts)
	}
	yesterday := judged.AddDate(0, 0, -1)
	for _, revision := range []int{2, 10} { // as text, 10 comes before 2
		c.put(j, yesterday, revision, contract.OriginRecount, allCounts(int64(100+revision)))
	}
	later := contract.Record{
		Job: j.Name, CaseName: "paid", Groups: contract.Groups{}, Count: new(int64(1000)), Status: contract.StatusOK, ScheduledTime: yesterday,
		CountedAt: judged.Add(2 * time.Hour), Revision: 11, JobSHA256: j.SHA256(),
	}
	if _, _, err := c.Create(t.Context(), contract.Lines{AllRows: []contract.Record{later}}); err != nil {
		t.Fatal(err)
	}
	changed := j
	changed.Source.Table = job.Table{"other_orders"}
	c.put(changed, judged.Add(-12*time.Hour), 1, contract.OriginSchedule, allCounts(2000)) // at another time, of another definition
	if difference := cmp.Diff([]int64{110, 2, 3, 4, 5}, c.baselineOf(j, judged, job.BaselinePrevious).Counts); difference != "" {
		t.Errorf("counts (- want, + got):\n%s", difference)
	}
}

// Slots are read from the first time to before the second. A slot has no record yet until the
// retry of its run has ended.
func TestTheEdgesOfReading(t *testing.T) {
	file := jobtest.Read(t, orders)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }
	b := newBucket(t)
	b.deployedAt(at(1, 0), file)
	for day := 2; day <= 4; day++ {
		b.put(file.Jobs[0], at(day, 1), 1, contract.OriginBackfill, allCounts(int64(day)))
	}
	ended := at(5, 1).Add(contract.LateAfter + 15*time.Minute)
	for _, test := range []struct {
		now, from, to time.Time
		want          string
	}{
		{at(9, 0), at(2, 1), at(4, 1), "2:counted=2, 3:counted=3"},
		{ended.Add(-1), at(4, 1), at(9, 0), "4:counted=4, 5:pending"},
		{ended, at(4, 1), at(9, 0), "4:counted=4, 5:missing"},
	} {
		reader := history.Reader{Store: b, Environment: "prod", Timeout: 15 * time.Minute, Now: func() time.Time { return test.now }}
		series, err := reader.Read(t.Context(), file.Jobs[:1], history.Options{From: test.from, To: test.to})
		if err != nil || shown(series[0]) != test.want {
			t.Errorf("from %s to %s at %s: %s (%v), want %s", test.from, test.to, test.now, shown(series[0]), err, test.want)
		}
	}
}

// What another definition of the job counted is not usual.
func TestUsualOfOneDefinition(t *testing.T) {
	j := jobtest.Read(t, orders).Jobs[0]
	series := history.Series{Job: j}
	for week := range 7 {
		count, definition := int64(week), j.CountingSHA256()
		if week < 3 {
			count, definition = 1000, "another"
		}
		series.Slots = append(series.Slots, history.Slot{
			Time: time.Date(2026, 8, 3+7*week, 1, 0, 0, 0, time.UTC), Lines: []contract.Record{{CaseName: "paid", Count: &count, CountingSHA256: definition}},
		})
	}
	if median, ok := series.Usual(6, "paid", nil); !ok || median != 4 {
		t.Errorf("got %v, %t, want the median of 3, 4 and 5", median, ok)
	}
}
