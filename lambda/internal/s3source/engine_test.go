package s3source_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// published are the metrics of runs that skipped something, and no others.
type published struct{ skipped *[]count.Result }

func (published) Publish(contract.Answer) error { return nil }

func (p published) PublishSkipped(_ job.Job, result count.Result) error {
	*p.skipped = append(*p.skipped, result)
	return nil
}

func (published) PublishSweep(contract.SweepAnswer) error { return nil }

// A slot of a bucket's job is stored like any other, with when it was listed, what was
// skipped and which fields no record has; somebody hears of these.
func TestFill(t *testing.T) {
	b := startS3(t).bucket(t)
	b.put(t, "orders/2026/11/25/a.jsonl", []byte("{\"status\":\"paid\",\"at\":\"2026-11-25T01:00:00Z\"}\nbroken\n"))
	counted := jobOf(t, `    source: {bucket: logs, prefix: "orders/{yyyy}/{MM}/{dd}/", format: jsonl, on_error: skip}
    window: {span: previous-day, column: at}
    cases: {paid: status == "paid", typo: statsu == "paid"}
`)
	var skipped []count.Result
	var warnings []string
	engine := &count.Engine{
		Jobs: job.File{Jobs: []job.Job{counted}}, Source: count.Router{job.KindBucket: b.source(1)},
		Store: store.New(b.client(1), b.name), Metrics: published{&skipped}, Now: func() time.Time { return slot.Add(time.Minute) },
		Warn: func(_ context.Context, job string, at time.Time, warning string) {
			warnings = append(warnings, job+" "+at.Format(time.RFC3339)+" "+warning)
		},
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
		if got, want := strings.Join(line.UnknownFields, " "), map[string]string{"typo": "statsu", "other": "statsu"}[line.CaseName]; got != want {
			t.Errorf("%s: unknown fields are %q, want %q", line.CaseName, got, want)
		}
		if line.ListedFrom == nil || line.ListedTo.Before(*line.ListedFrom) || time.Since(*line.ListedFrom) > time.Minute {
			t.Errorf("listed from %v to %v", line.ListedFrom, line.ListedTo)
		}
		if line.CaseName != answer.Records[i].CaseName {
			t.Errorf("stored %s, answered %s", line.CaseName, answer.Records[i].CaseName)
		}
	}
	if len(skipped) != 1 || skipped[0].Skipped != 1 || skipped[0].SkippedAll {
		t.Errorf("published as skipped: %+v", skipped)
	}
	for i, want := range []string{"left out 1 line that is no record, such as ", `cases.typo: no record has the field "statsu"`} {
		if len(warnings) != 2 || !strings.HasPrefix(warnings[i], "test 2026-11-25T15:05:00Z "+want) {
			t.Errorf("warnings are %q, want %q", warnings, want)
		}
	}
	// Records of databases look as they did.
	encoded, err := contract.EncodeRecords([]contract.Record{{}})
	if err != nil || strings.Contains(string(encoded), "listed") || strings.Contains(string(encoded), "skipped") || strings.Contains(string(encoded), "unknown") {
		t.Errorf("%s, %v", encoded, err)
	}
}
