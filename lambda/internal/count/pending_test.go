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
)

// slow is a source whose query takes as many runs as there are, and then counts.
type slow struct {
	runs     int
	purposes []string
}

func (s *slow) Count(_ context.Context, query count.Query) (count.Result, error) {
	s.purposes = append(s.purposes, query.Slot.Format("1504")+" "+query.Purpose)
	if s.runs--; s.runs >= 0 {
		return count.Result{}, &count.Failure{Err: fmt.Errorf("athena lake: %w", count.ErrPending)}
	}
	result := count.Result{QueryID: "q-1", BytesScanned: 12 << 20}
	for _, name := range query.Job.CaseNames() {
		result.Counts = append(result.Counts, count.CaseCount{Case: name, Count: int64(len(s.purposes))})
	}
	return result, nil
}

const eventsFile = `
timezone: Asia/Seoul
jobs:
  - name: events
    schedule: cron(55 14 * * ? *)
    source: {athena: lake, table: events}
    window: {span: day-to-date, column: at}
`

// A query that outlives its run is no failure: nothing is stored, and the next run of the slot
// has the same purpose, by which the source joins it.
func TestAPendingQuery(t *testing.T) {
	s, source := newSystemOf(t, eventsFile), &slow{runs: 2}
	s.engine.Source = source
	for range 2 {
		answer := s.mustFill(t, "events", slot)
		want := contract.Answer{Outcome: contract.OutcomePending, Job: "events", Slot: slot}
		if difference := cmp.Diff(want, answer); difference != "" {
			t.Errorf("answer (-want +got):\n%s", difference)
		}
		if keys := s.keys(t); len(keys) != 0 {
			t.Errorf("stored is %v", keys)
		}
	}
	answer := s.mustFill(t, "events", slot)
	if record := answer.Records[0]; answer.Outcome != contract.OutcomeStored || record.QueryID != "q-1" || record.BytesScanned != 12<<20 {
		t.Errorf("got %+v", answer)
	}
	if !strings.Contains(s.object(t, answer.Key), `,"query_id":"q-1","bytes_scanned":12582912}`) {
		t.Errorf("stored is %s", s.object(t, answer.Key))
	}
	if difference := cmp.Diff([]string{"1455 slot", "1455 slot", "1455 slot"}, source.purposes); difference != "" {
		t.Errorf("purposes (-want +got):\n%s", difference)
	}
	if difference := cmp.Diff([]contract.Outcome{"pending", "pending", "stored"}, s.metrics.outcomes); difference != "" {
		t.Errorf("published (-want +got):\n%s", difference)
	}
	// Without a store there is nothing to come back to.
	source.runs = 1
	if _, err := s.engine.Count(t.Context(), contract.Event{Job: "events", ScheduledTime: slot}); !errors.Is(err, count.ErrPending) {
		t.Errorf("got %v", err)
	}
}

// Each wish for a count has a purpose of its own, and its repeats have the same.
func TestPurposes(t *testing.T) {
	s, source := newSystemOf(t, eventsFile), &slow{}
	s.engine.Source = source
	recount := func(recount contract.Recount, requested time.Time) {
		t.Helper()
		s.now = slot.Add(48 * time.Hour)
		recount.Reason = "late rows"
		if _, err := s.engine.Fill(t.Context(), contract.Event{Job: "events", ScheduledTime: slot, Recount: &recount, Requested: requested}); err != nil {
			t.Fatal(err)
		}
	}
	var none time.Time
	s.mustFill(t, "events", slot)
	recount(contract.Recount{Age: "1d"}, none) // stores revision 2
	recount(contract.Recount{}, none)
	for range 2 { // the second finds the revision of the first
		recount(contract.Recount{}, slot.Add(50*time.Hour))
	}
	asked := "1455 recount requested 2022-04-09T16:55:00Z"
	want := []string{"1455 slot", "1455 recount 1d", "1455 recount of revision 2", asked, asked}
	if difference := cmp.Diff(want, source.purposes); difference != "" {
		t.Errorf("purposes (-want +got):\n%s", difference)
	}
	slower := slot.Add(24 * time.Hour)
	s.now = slower.Add(time.Second)
	if _, err := s.engine.Fill(t.Context(), contract.Event{Job: "events", ScheduledTime: slower, Requested: slower.Add(250 * time.Millisecond)}); err != nil {
		t.Fatal(err)
	}
	if got := source.purposes[len(want)]; got != "1455 slot requested 2022-04-08T14:55:00.25Z" {
		t.Errorf("got %s", got)
	}
}

// Two people have a slot counted again. The first one's query is read last: its counts are older
// than those that are stored, and correct nothing.
func TestAnOlderQueryCorrectsNothing(t *testing.T) {
	s := newSystemOf(t, eventsFile)
	first, second := slot.Add(49*time.Hour), slot.Add(50*time.Hour)
	s.engine.Source = begun{first: 5, second: 7}
	s.mustFill(t, "events", slot)
	s.now = slot.Add(51 * time.Hour)
	for _, recount := range []struct {
		requested time.Time
		want      contract.Outcome
	}{{second, contract.OutcomeStored}, {first, contract.OutcomeUnchanged}} {
		answer, err := s.engine.Fill(t.Context(), contract.Event{
			Job: "events", ScheduledTime: slot, Recount: &contract.Recount{Reason: "late rows"}, Requested: recount.requested,
		})
		if err != nil {
			t.Fatal(err)
		}
		if record := answer.Records[0]; answer.Outcome != recount.want || record.Revision != 2 || *record.Count != 7 {
			t.Errorf("requested at %s: %s, revision %d with %d", recount.requested, answer.Outcome, record.Revision, *record.Count)
		}
	}
}

// begun is a source whose queries count what there was when somebody asked for them.
type begun map[time.Time]int64

func (b begun) Count(_ context.Context, query count.Query) (result count.Result, err error) {
	result.At = query.Slot.Add(time.Minute)
	for requested := range b {
		if strings.HasSuffix(query.Purpose, requested.Format(time.RFC3339)) {
			result.At = requested
		}
	}
	for _, name := range query.Job.CaseNames() {
		result.Counts = append(result.Counts, count.CaseCount{Case: name, Count: max(b[result.At], 1)})
	}
	return result, nil
}

// The state of a slot may be counted by a query that began in time. Only such a source is asked
// when it is late, and says when it counted.
func TestALateRunMayJoinAQueryThatBeganInTime(t *testing.T) {
	s := newSystemOf(t, strings.Replace(eventsFile, "    window: {span: day-to-date, column: at}\n", "", 1))
	source := &slow{}
	s.engine.Source = joining{source}
	s.now = slot.Add(time.Hour)
	answer := s.mustFill(t, "events", slot)
	if record := answer.Records[0]; answer.Outcome != contract.OutcomeStored || !record.CountedAt.Equal(slot.Add(time.Minute)) || record.Late {
		t.Errorf("stored is %+v", record)
	}
}

// joining counts by a query that began a minute after the slot.
type joining struct{ *slow }

func (j joining) Count(ctx context.Context, query count.Query) (count.Result, error) {
	if !query.JoinOnly {
		return count.Result{}, errors.New("it is not said that this is late")
	}
	result, err := j.slow.Count(ctx, query)
	result.At = query.Slot.Add(time.Minute)
	return result, err
}
