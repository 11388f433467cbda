package count_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

func TestDryRun(t *testing.T) {
	from := time.Date(2022, 4, 6, 15, 0, 0, 0, time.UTC)
	windowed := contract.DryRunAnswer{
		Outcome: contract.OutcomeDryRun, Job: "daily-scans", Slot: slot, WindowFrom: &from, WindowTo: &slot,
		Cases: []string{"normal", "caries", "crown", "other", "total"}, Database: "app", Table: "scans",
	}
	for _, test := range []struct {
		name  string
		event contract.Event
		want  contract.DryRunAnswer
	}{
		{"latest slot", contract.Event{Job: "daily-scans"}, windowed},
		{"a slot", contract.Event{Job: "daily-scans", ScheduledTime: slot}, windowed},
		{"the state of yesterday", contract.Event{Job: "all-scans", ScheduledTime: slot.AddDate(0, 0, -1)}, contract.DryRunAnswer{
			Outcome: contract.OutcomeDryRun, Job: "all-scans", Slot: slot.AddDate(0, 0, -1), Cases: []string{"normal", "other", "total"}, Database: "app", Table: "scans",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSystem(t)
			s.engine.Source, s.engine.Store, s.engine.Metrics = nil, nil, nil // it needs none of them
			got, err := s.engine.DryRun(t.Context(), contract.DryRun{Event: test.event})
			if err != nil {
				t.Fatal(err)
			}
			definition, _ := s.engine.Jobs.Lookup(test.event.Job)
			test.want.JobSHA256 = definition.SHA256()
			if difference := cmp.Diff(test.want, got); difference != "" {
				t.Errorf("answer (- want, + got):\n%s", difference)
			}
		})
	}
}

// All problems of the job are reported at once.
func TestDryRunReportsAllProblems(t *testing.T) {
	s := newSystemOf(t, strings.NewReplacer("normal: result = 'normal'", "normal: reslt = 'normal'", "group_by: [result]", "group_by: [colour]").Replace(jobsFile))
	s.engine.Checker = newSystem(t).engine.Checker
	answer, err := s.engine.DryRun(t.Context(), contract.DryRun{Event: contract.Event{Job: "half-broken"}})
	if !count.IsPermanent(err) {
		t.Fatalf("got %v, want a permanent failure", err)
	}
	for _, want := range []string{
		"job half-broken, slot 2022-04-07T14:55:00Z: ", "group_by[0]: ", `"colour" does not exist`,
		"cases.normal: ", `"reslt" does not exist`, "cases.bad: ", `"no_such_column" does not exist`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if answer.Job != "half-broken" || !answer.Slot.Equal(slot) {
		t.Errorf("the answer knows %+v", answer)
	}
}

func TestRefusedDryRuns(t *testing.T) {
	s := newSystem(t)
	s.engine.Checker = down{}
	for _, test := range []struct {
		name  string
		event contract.Event
		want  string
	}{
		{"unknown job", contract.Event{Job: "daily"}, "no such job; the jobs file has daily-scans"},
		{"no occurrence", contract.Event{Job: "daily-scans", ScheduledTime: slot.Add(time.Hour)}, "no occurrence of cron(55 14 * * ? *)"},
		{"database that is down", contract.Event{Job: "daily-scans"}, "job daily-scans, slot 2022-04-07T14:55:00Z: check: connection refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.engine.DryRun(t.Context(), contract.DryRun{Event: test.event})
			if err == nil || !strings.Contains(err.Error(), test.want) || count.IsPermanent(err) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// down is a source that cannot be asked.
type down struct{}

func (down) Check(context.Context, count.Query) ([]count.Problem, error) {
	return nil, &count.Failure{Err: errors.New("connection refused")}
}

func TestRouter(t *testing.T) {
	router := count.Router{job.KindDatabase: named("database"), job.KindBucket: named("bucket")}
	s := newSystem(t)
	counted, _ := s.engine.Jobs.Lookup("daily-scans")
	for _, want := range []string{"database", "bucket"} {
		result, err := router.Count(t.Context(), count.Query{Job: counted})
		if err != nil || result.Counts[0].Case != want {
			t.Errorf("counted %+v (%v), want the %s", result, err, want)
		}
		problems, err := router.Check(t.Context(), count.Query{Job: counted})
		if err != nil || problems[0].Field != want {
			t.Errorf("checked %+v (%v), want the %s", problems, err, want)
		}
		counted.Source.Bucket = "logs"
	}
}

// named is a source that returns its name.
type named string

func (n named) Count(context.Context, count.Query) (count.Result, error) {
	return count.Result{Counts: []count.CaseCount{{Case: string(n)}}}, nil
}

func (n named) Check(context.Context, count.Query) ([]count.Problem, error) {
	return []count.Problem{{Field: string(n)}}, nil
}
