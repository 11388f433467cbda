package count

import (
	"context"
	"strings"
	"testing"

	"tally/lambda/job"
)

// queue is a source of a kind that only this test knows.
type queue struct{}

func (queue) Count(context.Context, Query) (Result, error) {
	return Result{Counts: []CaseCount{{Case: "messages", Count: 3}}}, nil
}

func (queue) Check(context.Context, Query) ([]Problem, error) { return nil, nil }

func TestAKindIsOneLineOfARouter(t *testing.T) {
	router := Router{"queue": queue{}}
	source, err := router.of("queue")
	if err != nil {
		t.Fatal(err)
	}
	if result, err := source.Count(t.Context(), Query{}); err != nil || result.Counts[0].Count != 3 {
		t.Errorf("counted %+v (%v), want 3 messages", result, err)
	}
	_, err = router.Count(t.Context(), Query{Job: job.Job{Source: job.Source{Bucket: "logs"}}})
	if !IsPermanent(err) || !strings.Contains(err.Error(), "nothing counts in a bucket here") {
		t.Errorf("a kind without a source: got %v", err)
	}
	if _, err := router.Check(t.Context(), Query{Job: job.Job{Source: job.Source{Database: "app"}}}); !IsPermanent(err) {
		t.Errorf("the check of a kind without a source: got %v", err)
	}
}
