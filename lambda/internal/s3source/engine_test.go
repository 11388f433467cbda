package s3source_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// published are no metrics.
type published struct{}

func (published) Publish(contract.Answer) error { return nil }

func (published) PublishSkipped(job.Job, count.Result) error { return nil }

func (published) PublishSweep(contract.SweepAnswer) error { return nil }

// A slot of a bucket's job is stored like any other, with when it was listed and
// what was skipped.
func TestFill(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "orders/2026/11/25/a.jsonl", []byte("{\"status\":\"paid\",\"at\":\"2026-11-25T01:00:00Z\"}\nbroken\n"))
	counted := jobOf(t, `    source: {bucket: logs, prefix: "orders/{yyyy}/{MM}/{dd}/", format: jsonl, on_error: skip}
    window: {span: previous-day, column: at}
    cases: {paid: status == "paid"}
`)
	engine := &count.Engine{
		Jobs: job.File{Jobs: []job.Job{counted}}, Source: count.Router{Buckets: b.source(1)},
		Store: store.New(b.client(1), b.name), Metrics: published{}, Now: func() time.Time { return slot.Add(time.Minute) },
	}
	answer, err := engine.Fill(t.Context(), contract.Event{Job: "test", ScheduledTime: slot})
	if err != nil {
		t.Fatal(err)
	}
	stored, ok, err := store.New(b.client(1), b.name).Latest(t.Context(), "test", slot)
	if err != nil || !ok {
		t.Fatalf("no record: %v", err)
	}
	for i, line := range stored.Records {
		if *line.Count != map[string]int64{"paid": 1, "total": 1}[line.CaseName] || line.Skipped != 1 {
			t.Errorf("%s: %d, skipped %d", line.CaseName, *line.Count, line.Skipped)
		}
		if line.ListedFrom == nil || line.ListedTo.Before(*line.ListedFrom) || time.Since(*line.ListedFrom) > time.Minute {
			t.Errorf("listed from %v to %v", line.ListedFrom, line.ListedTo)
		}
		if line.CaseName != answer.Records[i].CaseName {
			t.Errorf("stored %s, answered %s", line.CaseName, answer.Records[i].CaseName)
		}
	}
	// Records of databases look as they did.
	encoded, err := contract.EncodeRecords([]contract.Record{{}})
	if err != nil || strings.Contains(string(encoded), "listed") || strings.Contains(string(encoded), "skipped") {
		t.Errorf("%s, %v", encoded, err)
	}
}
