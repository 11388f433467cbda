package count_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// watched is a source, a checker and a store that keep what they were given.
type watched struct {
	count.Store
	query            count.Query
	counting, stored time.Time // until when
	result           count.Result
}

func (w *watched) Count(ctx context.Context, query count.Query) (count.Result, error) {
	w.query = query
	w.counting, _ = ctx.Deadline()
	result := w.result
	for _, name := range query.Job.CaseNames() {
		result.Counts = append(result.Counts, count.CaseCount{Case: name, Count: 1})
	}
	return result, nil
}

func (w *watched) Check(ctx context.Context, _ count.Query) ([]count.Problem, error) {
	w.counting, _ = ctx.Deadline()
	return nil, nil
}

func (w *watched) Create(ctx context.Context, lines contract.Lines) (count.Stored, bool, error) {
	w.stored, _ = ctx.Deadline()
	return w.Store.Create(ctx, lines)
}

func newWatched(t *testing.T) (*system, *watched) {
	s := newSystemOf(t, ordersFile)
	w := &watched{Store: s.engine.Store}
	s.engine.Source, s.engine.Checker, s.engine.Store = w, w, w
	return s, w
}

// The state of a slot is counted for ten minutes, inclusive.
func TestTooLate(t *testing.T) {
	for after, want := range map[time.Duration]error{contract.LateAfter: nil, contract.LateAfter + 1: count.ErrTooLate} {
		s, _ := newWatched(t)
		s.now = slot.Add(after)
		if _, err := s.engine.Fill(t.Context(), contract.Event{Job: "now", ScheduledTime: slot}); !errors.Is(err, want) {
			t.Errorf("%s after the slot: %v, want %v", after, err, want)
		}
	}
}

// Counting ends 10 seconds before the invocation, a check too, and storing a second.
func TestTimeThatIsLeft(t *testing.T) {
	s, w := newWatched(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Second)
	defer cancel()
	end, _ := ctx.Deadline()
	expect := func(err error, counting, stored time.Duration) {
		t.Helper()
		if err != nil || end.Sub(w.counting) != counting || stored > 0 && end.Sub(w.stored) != stored {
			t.Errorf("%v; counting ends %s and storing %s before the invocation", err, end.Sub(w.counting), end.Sub(w.stored))
		}
		*w = watched{Store: w.Store, query: w.query}
	}
	_, err := s.engine.DryRun(ctx, contract.DryRun{Event: contract.Event{Job: "orders"}})
	expect(err, 10*time.Second, 0)
	_, err = s.engine.Fill(ctx, contract.Event{Job: "orders", ScheduledTime: slot})
	expect(err, 10*time.Second, time.Second)
	w.result.QueryID, s.now = "another", slot.Add(time.Hour)
	s.engine.Jobs.Jobs[0].Cases[0].Value += " or true" // so that there is another revision
	_, err = s.engine.Fill(ctx, contract.Event{Job: "orders", ScheduledTime: slot, Recount: &contract.Recount{Reason: "late rows"}})
	expect(err, 10*time.Second, time.Second)
	if w.query.FullTime < 280*time.Second || w.query.FullTime > 290*time.Second {
		t.Errorf("a recount that lost no time counts for %s", w.query.FullTime)
	}
}

// silent are metrics that cannot be published.
type silent struct{}

var errSilent = errors.New("the log is closed")

func (silent) Publish(contract.Answer) error { return errSilent }

func (silent) PublishSkipped(job.Job, count.Result) error { return errSilent }

// A run whose results nobody sees fails, and its repeat publishes them.
func TestMetricsThatFail(t *testing.T) {
	event := contract.Event{Job: "orders", ScheduledTime: slot}
	s, _ := newWatched(t)
	s.engine.Metrics = silent{}
	for range 2 {
		if answer, err := s.engine.Fill(t.Context(), event); !errors.Is(err, errSilent) || len(s.keys(t)) != 1 {
			t.Errorf("got %+v, %v; stored is %v", answer, err, s.keys(t))
		}
	}
	s, w := newWatched(t)
	s.engine.Metrics, w.result.Skipped = silent{}, 1
	if answer, err := s.engine.Fill(t.Context(), event); !errors.Is(err, errSilent) || len(s.keys(t)) != 0 {
		t.Errorf("one record is skipped: got %+v, %v; stored is %v", answer, err, s.keys(t))
	}
}

// A record that was counted at the age of a recount is as good as the recount.
func TestRecountAtItsAge(t *testing.T) {
	for after, want := range map[time.Duration]contract.Outcome{24 * time.Hour: contract.OutcomeUnchanged, 24*time.Hour - time.Millisecond: contract.OutcomeStored} {
		o := newOrders(t)
		o.put("a", "paid:KR")
		o.now = slot.Add(after)
		o.mustFill(t, "orders", slot)
		o.put("b", "paid:KR")
		if answer, err := o.recount(contract.Recount{Reason: "1d", Age: "1d"}); err != nil || answer.Outcome != want {
			t.Errorf("counted %s after the slot: %s (%v), want %s", after, answer.Outcome, err, want)
		}
	}
}

// Whoever adds groups may use its slice again.
func TestValuesOfAGroupAreKept(t *testing.T) {
	sheet := count.NewSheet(grouped(0, "x"))
	row := []*string{new("a")}
	_, err := sheet.Group(row)
	row[0] = new("b")
	if got := *sheet.Lines()[len(sheet.Lines())-1].Groups["x"]; err != nil || got != "a" {
		t.Errorf("the group is %s (%v)", got, err)
	}
}

// overtaken is a store in which another recount stores a revision just before the first one.
type overtaken struct {
	count.Store
	done bool
}

func (o *overtaken) Create(ctx context.Context, lines contract.Lines) (count.Stored, bool, error) {
	if !o.done {
		o.done = true
		other := contract.Lines{AllRows: slices.Clone(lines.AllRows)}
		other.AllRows[0].Count = new(*lines.AllRows[0].Count + 5)
		if _, _, err := o.Store.Create(ctx, other); err != nil {
			return count.Stored{}, false, err
		}
	}
	return o.Store.Create(ctx, lines)
}

// A recount that another one overtakes stores the revision behind that, if it still differs.
func TestARecountThatIsOvertaken(t *testing.T) {
	o := newOrders(t)
	o.put("a", "paid:KR")
	o.mustFill(t, "orders", slot)
	o.put("b", "paid:KR")
	o.engine.Store = &overtaken{Store: o.engine.Store}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	answer, err := o.engine.Fill(ctx, contract.Event{Job: "orders", ScheduledTime: slot, Recount: &contract.Recount{Reason: "late rows"}})
	if err != nil || answer.Outcome != contract.OutcomeStored || answer.Records[0].Revision != 3 || o.revisions() != "1 2 3" {
		t.Errorf("got %+v (%v), and the revisions %s", answer, err, o.revisions())
	}
}

func TestErrorType(t *testing.T) {
	for want, failures := range map[string][]error{
		contract.ErrorTransient:   {errors.New("any"), &count.Failure{Err: errSilent}},
		contract.ErrorPermanent:   {count.Permanentf("no column")},
		contract.ErrorUnavailable: {&count.Failure{Unavailable: true, Err: errSilent}, &count.Failure{Unavailable: true, Permanent: true, Err: errSilent}},
	} {
		for _, failure := range failures {
			if got := count.ErrorType(fmt.Errorf("count: %w", failure)); got != want {
				t.Errorf("%+v is %s, want %s", failure, got, want)
			}
		}
	}
}
