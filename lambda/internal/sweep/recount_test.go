package sweep_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
)

// growing counts as many rows as have arrived.
type growing struct{ rows int64 }

func (g *growing) Count(_ context.Context, query count.Query) (count.Result, error) {
	var result count.Result
	for _, name := range query.Job.CaseNames() {
		result.Counts = append(result.Counts, count.CaseCount{Case: name, Count: g.rows})
	}
	return result, nil
}

// recounting is an environment with a daily job that is counted again.
func recounting(t *testing.T, ages ...job.Age) (*world, *growing) {
	w := newWorld(t, "2022-04-01T00:00:00Z", "a 0 1 * * ? *")
	w.setAges(ages...)
	rows := &growing{rows: 1}
	w.engine.Source = rows
	return w, rows
}

func (w *world) setAges(ages ...job.Age) {
	w.engine.Jobs.Jobs[0].RecountAfter = ages
	w.sweeper.Jobs = w.engine.Jobs
}

// recounts are what the last sweeps recounted: "slot outcome".
func (w *world) recounts() []string {
	var all []string
	for _, answer := range w.answers {
		for _, slot := range answer.Recounted.Slots {
			all = append(all, slot.Slot.Format("2T15")+" "+slot.Reason)
		}
	}
	w.answers = nil
	return all
}

func (w *world) markers() []string {
	w.t.Helper()
	keys, err := w.store.Keys(w.t.Context(), contract.MarkersPrefix)
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

func TestRecountAfter(t *testing.T) {
	w, rows := recounting(t, "1d", "3d")
	w.live("2022-04-02T00:00:00Z", nothing)
	if got := w.recounts(); got != nil {
		t.Errorf("on the first day: %v", got)
	}
	rows.rows = 5 // four arrived late
	w.live("2022-04-03T00:00:00Z", nothing)
	w.live("2022-04-06T00:00:00Z", nothing)
	rows.rows = 6
	w.live("2022-04-07T00:00:00Z", nothing)
	want := []string{
		"1T01 stored",                      // a day old
		"2T01 unchanged",                   // on the 3rd
		"3T01 unchanged", "1T01 unchanged", // the 4th; three days old
		"4T01 unchanged", "2T01 unchanged",
		"5T01 stored", "3T01 stored", // the 6th, with one row more
	}
	if difference := cmp.Diff(sorted(want), sorted(w.recounts())); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
	var marker contract.Recounted
	if err := w.store.ReadJSON(t.Context(), "markers/recounted/date=2022-04-01/a-20220401T0100Z.1d", &marker); err != nil || marker.Outcome != contract.OutcomeStored {
		t.Errorf("the marker is %+v (%v)", marker, err)
	}
	latest, _, err := w.store.Latest(t.Context(), "a", mustTime(t, "2022-04-01T01:00:00Z"))
	if err != nil || latest.Records[0].Revision != 2 || *latest.Records[0].Count != 5 || latest.Records[0].Origin != contract.OriginRecount || latest.Records[0].Reason != "1d after the slot" {
		t.Errorf("the latest is %+v (%v)", latest, err)
	}
}

// Ages that lie beyond what a sweep looks back at come all the same, also after an outage.
func TestRecountAfterMonths(t *testing.T) {
	w, _ := recounting(t, "60d")
	w.live("2022-04-03T00:00:00Z", nothing)
	w.pass("2022-06-06T00:17:00Z")
	w.sweep()
	if difference := cmp.Diff([]string{"1T01 unchanged", "2T01 unchanged"}, sorted(w.recounts())); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
}

// What failed is marked, so that it does not fail every hour; what could not be tried is not.
func TestRecountsThatFail(t *testing.T) {
	for _, test := range []struct {
		name    string
		reply   *sweep.Reply
		err     error
		want    []string
		markers int
	}{
		{"for good", functionError(contract.ErrorPermanent, "no column"), nil, []string{"1T01 no column"}, 1},
		{"for now", functionError(contract.ErrorTransient, "timeout"), nil, []string{"1T01 timeout"}, 1},
		{"no connection to the database", functionError(contract.ErrorUnavailable, "refused"), nil, nil, 0},
		{"throttled", nil, &sweep.APIError{Status: 429, Kind: "TooManyRequestsException"}, nil, 0},
		{"cut off", nil, fmt.Errorf("connection reset"), nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, _ := recounting(t, "1d")
			w.live("2022-04-02T00:00:00Z", nothing)
			w.fail = func(string, time.Time) (*sweep.Reply, error) { return test.reply, test.err }
			w.pass("2022-04-02T01:05:00Z")
			w.sweep()
			if difference := cmp.Diff(test.want, w.recounts()); difference != "" || len(w.markers()) != test.markers {
				t.Errorf("markers %v; (- want, + got):\n%s", w.markers(), difference)
			}
			w.fail = nil
			w.sweep()
			if want := 1 - test.markers; len(w.recounts()) != want || len(w.markers()) != 1 {
				t.Errorf("the next sweep does not recount %d, markers %v", want, w.markers())
			}
		})
	}
}

// A slot without a record is a gap, and no recount; one that was backfilled after its age, or
// is of another definition, needs none. Each has a marker, or is a gap still.
func TestRecountsOfOtherSlots(t *testing.T) {
	w, rows := recounting(t, "1d")
	w.live("2022-04-01T00:30:00Z", nothing)
	w.pass("2022-04-04T02:17:00Z") // nothing came through
	w.sweep()
	if got := w.recounts(); got != nil {
		t.Errorf("gaps are recounted: %v", got)
	}
	rows.rows = 9
	w.pass("2022-04-04T03:17:00Z")
	w.sweep()
	if difference := cmp.Diff([]string{"1T01 unchanged", "2T01 unchanged", "3T01 unchanged"}, sorted(w.recounts())); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
	w.deploy("a 0 1 * * ? *\nb 0 1 * * ? *")
	w.setAges("1d")
	w.engine.Jobs.Jobs[0].Description, w.sweeper.Jobs = "another", w.engine.Jobs
	w.engine.Jobs.Jobs[0].Cases = nil
	w.pass("2022-04-05T02:17:00Z")
	w.sweep()
	if difference := cmp.Diff([]string{"4T01 other-definition"}, w.recounts()); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
}

// A slot whose recount outlives the monitor does not come first every hour.
func TestRecountsAreTriedInTurn(t *testing.T) {
	w, _ := recounting(t, "1d")
	w.live("2022-04-07T02:00:00Z", nothing)
	w.setAges("1d", "2d")
	w.sweeper.Parallel = 1
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return nil, fmt.Errorf("cut off") }
	first := map[string]bool{}
	for hour := range 6 {
		w.invoked = nil
		w.pass(fmt.Sprintf("2022-04-07T%02d:17:00Z", hour+3))
		w.sweep()
		first[w.invoked[0]] = true
	}
	if len(first) < 3 {
		t.Errorf("in six hours only these came first: %v", first)
	}
}

// A recount that no later sweep can try is named.
func TestARecountThatLeavesTheLookbackIsNamed(t *testing.T) {
	w, _ := recounting(t, "1d")
	w.live("2022-04-01T02:00:00Z", nothing)
	w.fail = func(string, time.Time) (*sweep.Reply, error) { return nil, fmt.Errorf("cut off") }
	var leaving []string
	for _, at := range []string{"2022-04-15T22:59:00Z", "2022-04-15T23:58:00Z", "2022-04-16T01:02:00Z"} {
		w.pass(at)
		for _, slot := range w.sweep().GivenUp.Slots {
			if strings.HasPrefix(slot.Reason, "not counted again") {
				leaving = append(leaving, at+" "+slot.Slot.Format(time.RFC3339)+": "+slot.Reason)
			}
		}
	}
	want := []string{"2022-04-15T23:58:00Z 2022-04-01T01:00:00Z: not counted again 1d after the slot: invoke tally-vpc-counter: cut off"}
	if difference := cmp.Diff(want, leaving); difference != "" {
		t.Errorf("named (- want, + got):\n%s", difference)
	}
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }
