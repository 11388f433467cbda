package count_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/s3source"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

const ordersFile = `
timezone: UTC
jobs:
  - name: orders
    schedule: cron(55 14 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
    window: {span: day-to-date, column: at}
    group_by: [country]
    cases: {paid: status == "paid"}
  - name: now
    schedule: cron(55 14 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
`

// orders is a system whose jobs count records in a bucket.
type orders struct {
	*system
	t *testing.T
}

func newOrders(t *testing.T) orders {
	s := newSystemOf(t, ordersFile)
	s.engine.Source = s3source.New(s3source.Options{Client: storeClient(s.s3.Endpoint), Buckets: map[string]string{"logs": bucket}})
	return orders{s, t}
}

// put makes an object with an order for each word, such as paid:KR.
func (o orders) put(name, words string) {
	o.t.Helper()
	var lines strings.Builder
	for word := range strings.FieldsSeq(words) {
		status, country, _ := strings.Cut(word, ":")
		fmt.Fprintf(&lines, `{"at":"2022-04-07T10:00:00Z","status":%q,"country":%q}`+"\n", status, country)
	}
	if err := o.s3.Put(bucket, "orders/"+name, []byte(lines.String())); err != nil {
		o.t.Fatal(err)
	}
}

func (o orders) recount(asked contract.Recount) (contract.Answer, error) {
	return o.engine.Fill(o.t.Context(), contract.Event{Job: "orders", ScheduledTime: slot.Add(9 * time.Second), Recount: &asked})
}

// revisions are the numbers of the slot's records.
func (o orders) revisions() string {
	var all []string
	for _, key := range o.keys(o.t) {
		if _, _, revision, ok := contract.ParseRecordKey(key); ok {
			all = append(all, fmt.Sprint(revision))
		}
	}
	return strings.Join(all, " ")
}

func TestRecount(t *testing.T) {
	late := contract.Recount{Reason: "late rows"}
	for _, test := range []struct {
		name      string
		change    func(orders)
		asked     contract.Recount
		outcome   contract.Outcome
		revisions string
		paid      int64 // in the latest
	}{
		{"nothing changed", func(orders) {}, late, contract.OutcomeUnchanged, "1", 1},
		{"a late row", func(o orders) { o.put("b", "paid:KR") }, late, contract.OutcomeStored, "1 2", 2},
		{"a row of another group", func(o orders) { o.put("b", "paid:DE") }, late, contract.OutcomeStored, "1 2", 2},
		{"a row that moved to another group", func(o orders) { o.put("a", "paid:DE open:KR") }, late, contract.OutcomeStored, "1 2", 1},
		{"a group that is gone", func(o orders) { o.put("a", "paid:KR") }, late, contract.OutcomeStored, "1 2", 1},
		{"another definition", func(o orders) { o.redefine("shipped") }, late, contract.OutcomeStored, "1 2", 0},
		{"another definition, by age", func(o orders) { o.redefine("shipped") }, contract.Recount{Reason: "1d", Age: "1d"}, contract.OutcomeOtherDefinition, "1", 1},
		{"a late row, by age", func(o orders) { o.put("b", "paid:KR") }, contract.Recount{Reason: "1d", Age: "1d"}, contract.OutcomeStored, "1 2", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOrders(t)
			o.put("a", "paid:KR open:DE")
			first := o.mustFill(t, "orders", slot)
			before := o.object(t, first.Key)
			test.change(o)
			o.now = slot.Add(48 * time.Hour)
			answer, err := o.recount(test.asked)
			if err != nil {
				t.Fatal(err)
			}
			got := answer.Records[0]
			if answer.Outcome != test.outcome || *got.Count != test.paid {
				t.Errorf("%s with %d paid, want %s with %d", answer.Outcome, *got.Count, test.outcome, test.paid)
			}
			if test.outcome == contract.OutcomeStored && (got.Revision != 2 || got.Reason != test.asked.Reason || got.Origin != contract.OriginRecount || !got.CountedAt.Equal(o.now) || got.Schedule != "cron(55 14 * * ? *)") {
				t.Errorf("stored is %+v", got)
			}
			if got := o.revisions(); got != test.revisions {
				t.Errorf("revisions are %s, want %s", got, test.revisions)
			}
			if o.object(t, first.Key) != before {
				t.Error("the first revision changed")
			}
			want := contract.OutcomeUnchanged // a repeat changes nothing
			if test.outcome == contract.OutcomeOtherDefinition {
				want = test.outcome
			}
			if again, err := o.recount(test.asked); err != nil || again.Outcome != want {
				t.Errorf("once more: %s (%v), want %s", again.Outcome, err, want)
			}
			if answer := o.mustFill(t, "orders", slot); answer.Outcome != contract.OutcomeAlreadyStored || *answer.Records[0].Count != test.paid {
				t.Errorf("the schedule's event then: %s with %d", answer.Outcome, *answer.Records[0].Count)
			}
		})
	}
}

// redefine counts another status as paid.
func (o orders) redefine(status string) {
	o.engine.Jobs = jobtest.Read(o.t, strings.Replace(ordersFile, `"paid"`, fmt.Sprintf("%q", status), 1))
}

// What counts nothing stores nothing, and says why.
func TestRecountThatCannotBe(t *testing.T) {
	late := &contract.Recount{Reason: "late rows"}
	for _, test := range []struct {
		name, job string
		change    func(orders)
		want      error  // if it is one of ours
		says      string // the error
	}{
		{"no window", "now", func(orders) {}, count.ErrNoRecount, "it has no window"},
		{"no record", "orders", func(o orders) { o.s3.Delete(bucket, contract.RecordKey("orders", slot, 1)) }, count.ErrNoRecount, "it has no record yet"},
		{"no such job", "order", func(orders) {}, count.ErrUnknownJob, "no such job"},
		{"input that is broken", "orders", func(o orders) { o.s3.Put(bucket, "orders/b", []byte("no JSON")) }, nil, "is no object of JSON"},
		{"a record that is broken", "orders", func(o orders) { o.s3.Put(bucket, contract.RecordKey("orders", slot, 1), []byte("no JSON")) }, count.ErrNoRecord, "is no record"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOrders(t)
			o.put("a", "paid:KR")
			o.mustFill(t, "orders", slot)
			test.change(o)
			before := o.revisions()
			_, err := o.engine.Fill(t.Context(), contract.Event{Job: test.job, ScheduledTime: slot, Recount: late})
			if err == nil || !strings.Contains(err.Error(), test.says) || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v, want %q", err, test.says)
			}
			if o.revisions() != before {
				t.Errorf("revisions are %s", o.revisions())
			}
		})
	}
}

// A case that has a count and cannot be counted any more does not get a revision without one.
func TestRecountKeepsCounts(t *testing.T) {
	s := newSystem(t)
	s.mustFill(t, "daily-scans", slot)
	s.engine.Jobs = jobtest.Read(t, strings.Replace(jobsFile, "caries: result = 'caries'", "caries: no_such_column = 1", 1))
	_, err := s.engine.Fill(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot, Recount: &contract.Recount{Reason: "r"}})
	if err == nil || !count.IsPermanent(err) || !strings.Contains(err.Error(), "case caries cannot be counted any more, so revision 1 stays the latest: column \"no_such_column\"") {
		t.Errorf("got %v", err)
	}
	// One that failed may fail again, and may get its count.
	s = newSystem(t)
	fixed := s.engine.Jobs
	s.engine.Jobs = jobtest.Read(t, strings.Replace(jobsFile, "caries: result = 'caries'", "caries: no_such_column = 1", 1))
	s.mustFill(t, "daily-scans", slot)
	if again, err := s.engine.Fill(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot, Recount: &contract.Recount{Reason: "r"}}); err != nil || again.Outcome != contract.OutcomeUnchanged {
		t.Errorf("a case fails again: got %+v (%v)", again, err)
	}
	s.engine.Jobs = fixed
	answer, err := s.engine.Fill(t.Context(), contract.Event{Job: "daily-scans", ScheduledTime: slot, Origin: contract.OriginBackfill, Recount: &contract.Recount{Reason: "r"}})
	if err != nil || answer.Outcome != contract.OutcomeStored || *answer.Records[1].Count != 1 || answer.Records[1].Origin != contract.OriginBackfill {
		t.Errorf("got %+v (%v)", answer, err)
	}
}

// A source that deletes old rows does not replace what was counted of them, unless somebody
// says that 0 is right.
func TestRecountOfWhatIsGone(t *testing.T) {
	o := newOrders(t)
	o.put("a", "paid:KR open:DE")
	o.mustFill(t, "orders", slot)
	o.s3.Delete(bucket, "orders/a")
	for _, age := range []string{"", "1d"} {
		_, err := o.recount(contract.Recount{Reason: "late rows", Age: age})
		if !count.IsPermanent(err) || !strings.Contains(err.Error(), "every count would be 0 now, so revision 1 stays the latest: ") || !strings.Contains(err.Error(), "--allow-empty") {
			t.Errorf("got %v", err)
		}
	}
	if got := o.revisions(); got != "1" {
		t.Errorf("revisions are %s", got)
	}
	for _, want := range []contract.Outcome{contract.OutcomeStored, contract.OutcomeUnchanged} {
		answer, err := o.recount(contract.Recount{Reason: "deleted for good", AllowEmpty: true})
		if err != nil || answer.Outcome != want || *answer.Records[0].Count != 0 {
			t.Errorf("got %+v (%v), want %s", answer, err, want)
		}
	}
	if answer, err := o.recount(contract.Recount{Reason: "0 of 0"}); err != nil || answer.Outcome != contract.OutcomeUnchanged {
		t.Errorf("got %+v (%v)", answer, err)
	}
}

// However many recounts run at once, a difference is one revision.
func TestRecountsAtOnce(t *testing.T) {
	o := newOrders(t)
	o.put("a", "paid:KR")
	o.mustFill(t, "orders", slot)
	o.put("b", "paid:KR")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := o.recount(contract.Recount{Reason: "late rows"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := o.revisions(); got != "1 2" {
		t.Errorf("revisions are %s", got)
	}
}

// An event says what sent it, and the record keeps that.
func TestOrigin(t *testing.T) {
	for event, want := range map[contract.Origin]contract.Origin{"": contract.OriginSchedule, contract.OriginSweep: contract.OriginSweep, contract.OriginBackfill: contract.OriginBackfill} {
		o := newOrders(t)
		answer, err := o.engine.Fill(t.Context(), contract.Event{Job: "orders", ScheduledTime: slot, Origin: event})
		if err != nil || answer.Records[0].Origin != want {
			t.Errorf("%q: %+v (%v)", event, answer, err)
		}
	}
	missed := count.Missed(job.Job{Zone: time.UTC}, job.Slot{Time: slot}, slot)
	if got := missed.AllRows[0].Origin; got != contract.OriginSweep {
		t.Errorf("missed has origin %q", got)
	}
}
