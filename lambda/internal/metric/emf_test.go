package metric_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

var (
	slot = time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)
	now  = slot.Add(90 * time.Second)
)

func answerOf(outcome contract.Outcome) contract.Answer {
	counted := slot.Add(1203 * time.Millisecond)
	return contract.Answer{
		Outcome: outcome, Job: "daily-scans", Slot: slot,
		Records: []contract.Record{
			{CaseName: "normal", Count: new(int64(1 << 60)), CountedAt: counted},
			{CaseName: "other", Count: new(int64(0)), CountedAt: counted},
		},
	}
}

func publish(t *testing.T, answer contract.Answer, now time.Time) []string {
	t.Helper()
	var out bytes.Buffer
	if err := metric.New(&out, "prod", func() time.Time { return now }).Publish(answer); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(out.String(), "\n")
	if last := lines[len(lines)-1]; last != "" {
		t.Errorf("the last line does not end: %q", last)
	}
	return lines[:len(lines)-1]
}

func TestPublishWritesCountsRunAndLag(t *testing.T) {
	want := []string{
		`{"Case":"normal","Count":1152921504606846976,"Environment":"prod","Job":"daily-scans","_aws":{"Timestamp":1649343300000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job","Case"]],"Metrics":[{"Name":"Count","Unit":"Count"}]}]}}` + "\n",
		`{"Case":"other","Count":0,"Environment":"prod","Job":"daily-scans","_aws":{"Timestamp":1649343300000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job","Case"]],"Metrics":[{"Name":"Count","Unit":"Count"}]}]}}` + "\n",
		`{"Environment":"prod","Job":"daily-scans","Outcome":"stored","Runs":1,"_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job","Outcome"]],"Metrics":[{"Name":"Runs","Unit":"Count"}]}]}}` + "\n",
		`{"Environment":"prod","Job":"daily-scans","Lag":1.203,"_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job"]],"Metrics":[{"Name":"Lag","Unit":"Seconds"}]}]}}` + "\n",
	}
	if difference := cmp.Diff(want, publish(t, answerOf(contract.OutcomeStored), now)); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}

// Groups have no metrics, and a case that failed is counted as such instead of as 0.
func TestFailedCasesHaveAMetricAndNoCount(t *testing.T) {
	answer := answerOf(contract.OutcomeStored)
	answer.Records[0].Count, answer.Records[0].Status = nil, contract.StatusFailed
	for _, record := range slices.Clone(answer.Records) {
		record.Groups = contract.Groups{"clinic": nil}
		answer.Records = append(answer.Records, record)
	}
	got := strings.Join(publish(t, answer, now), "")
	// For the environment, which an alarm looks at, and by job.
	if want := `{"Environment":"prod","FailedCases":1,"Job":"daily-scans","_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment"],["Environment","Job"]],"Metrics":[{"Name":"FailedCases","Unit":"Count"}]}]}}` + "\n"; strings.Count(got, want) != 1 {
		t.Errorf("no line is %s:\n%s", want, got)
	}
	if strings.Contains(got, `"Case":"normal"`) || strings.Count(got, `"Case":"other"`) != 1 {
		t.Errorf("want a count of other, once, and none of normal:\n%s", got)
	}
	if strings.Contains(strings.Join(publish(t, answerOf(contract.OutcomeStored), now), ""), contract.MetricFailedCases) {
		t.Error("a record without a failed case has the metric")
	}
}

// What a run skipped is counted, and a run that skipped everything has counted nothing.
func TestPublishSkippedCountsAllCasesAsFailedIfAllIsSkipped(t *testing.T) {
	const rest = `"Job":"orders",%s"_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment"],["Environment","Job"]],"Metrics":[{"Name":%q,"Unit":"Count"}]}]}}` + "\n"
	j := job.Job{Name: "orders", Cases: strictyaml.Map[job.Condition]{{Key: "paid"}}}
	skipped := fmt.Sprintf(`{"Environment":"prod",`+rest, `"Skipped":7,`, "Skipped")
	for all, want := range map[bool]string{
		false: skipped,
		true:  skipped + fmt.Sprintf(`{"Environment":"prod","FailedCases":3,`+rest, "", "FailedCases"), // paid, other and total
	} {
		var out bytes.Buffer
		err := metric.New(&out, "prod", func() time.Time { return now }).PublishSkipped(j, count.Result{Skipped: 7, SkippedAll: all})
		if difference := cmp.Diff(want, out.String()); difference != "" || err != nil {
			t.Errorf("all %t: %v; lines (- want, + got):\n%s", all, err, difference)
		}
	}
}

// A missed slot has no count, and is no failure of its cases.
func TestMissedSlotHasNoCount(t *testing.T) {
	answer := answerOf(contract.OutcomeAlreadyStored)
	for i := range answer.Records {
		answer.Records[i].Count, answer.Records[i].Status = nil, contract.StatusMissed
	}
	got := strings.Join(publish(t, answer, now), "")
	if strings.Contains(got, contract.DimensionCase) || strings.Contains(got, contract.MetricFailedCases) || strings.Count(got, "\n") != 2 {
		t.Errorf("want the run and its lag:\n%s", got)
	}
}

// Zeros are published: an alarm tells them from a sweep that does not come.
func TestPublishSweepWritesZeros(t *testing.T) {
	const rest = `"_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment"]],"Metrics":[{"Name":%q,"Unit":"Count"}]}]}}` + "\n"
	for _, test := range []struct {
		answer            contract.SweepAnswer
		missed, recovered int
	}{
		{contract.SweepAnswer{}, 0, 0},
		{contract.SweepAnswer{Recovered: contract.SweptSlots{Total: 3}, Missed: contract.SweptSlots{Total: 20}, Failed: contract.SweptSlots{Total: 4}}, 24, 3},
	} {
		var out bytes.Buffer
		if err := metric.New(&out, "prod", func() time.Time { return now }).PublishSweep(test.answer); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`{"Environment":"prod","MissedSlots":%d,`+rest, test.missed, "MissedSlots") +
			fmt.Sprintf(`{"Environment":"prod","RecoveredSlots":%d,`+rest, test.recovered, "RecoveredSlots") +
			fmt.Sprintf(`{"Environment":"prod","Sweeps":1,`+rest, "Sweeps")
		if difference := cmp.Diff(want, out.String()); difference != "" {
			t.Errorf("lines (- want, + got):\n%s", difference)
		}
	}
	if err := metric.New(broken{}, "prod", time.Now).PublishSweep(contract.SweepAnswer{}); err == nil {
		t.Error("no error of a broken pipe")
	}
}

// A repeat must give the same value at the same time, or Maximum would add nothing.
func TestRepeatPublishesTheSameCounts(t *testing.T) {
	first := publish(t, answerOf(contract.OutcomeStored), now)
	repeat := publish(t, answerOf(contract.OutcomeAlreadyStored), now.Add(time.Hour))
	if difference := cmp.Diff(first[:2], repeat[:2]); difference != "" {
		t.Errorf("counts (-first +repeat):\n%s", difference)
	}
	if !strings.Contains(repeat[2], `"Outcome":"already-stored"`) {
		t.Errorf("the run is not counted as a repeat: %s", repeat[2])
	}
}

// CloudWatch drops values that are two weeks old.
func TestOldSlotHasNoCounts(t *testing.T) {
	for age, want := range map[time.Duration]int{14*24*time.Hour - time.Second: 4, 14 * 24 * time.Hour: 2} {
		lines := publish(t, answerOf(contract.OutcomeStored), slot.Add(age))
		if len(lines) != want {
			t.Errorf("%s after the slot: %d lines, want %d", age, len(lines), want)
		}
		for _, line := range lines {
			var parsed struct {
				Metadata struct{ Timestamp int64 } `json:"_aws"`
			}
			if err := json.Unmarshal([]byte(line), &parsed); err != nil {
				t.Fatal(err)
			}
			if stamp := time.UnixMilli(parsed.Metadata.Timestamp); slot.Add(age).Sub(stamp) >= 14*24*time.Hour {
				t.Errorf("a value is stamped %s: %s", stamp, line)
			}
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestPublishReturnsErrorsOfTheOutput(t *testing.T) {
	err := metric.New(broken{}, "prod", time.Now).Publish(answerOf(contract.OutcomeStored))
	if err == nil || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("got %v, want the broken pipe", err)
	}
}

// What a query of Athena read is published by the run that stored its counts, and by no repeat.
// A query that still runs has no counts.
func TestQueriesOfAthena(t *testing.T) {
	for outcome, want := range map[contract.Outcome]int{contract.OutcomeStored: 1, contract.OutcomeAlreadyStored: 0} {
		answer := answerOf(outcome)
		answer.Records[0].BytesScanned = 12 << 30
		lines := strings.Join(publish(t, answer, now), "")
		const line = `{"BytesScanned":12884901888,"Environment":"prod","Job":"daily-scans","_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job"]],"Metrics":[{"Name":"BytesScanned","Unit":"Bytes"}]}]}}`
		if got := strings.Count(lines, line); got != want || strings.Count(lines, "BytesScanned") != 2*want {
			t.Errorf("%s: the line is there %d times, want %d:\n%s", outcome, got, want, lines)
		}
	}
	pending := contract.Answer{Outcome: contract.OutcomePending, Job: "daily-scans", Slot: slot}
	want := []string{`{"Environment":"prod","Job":"daily-scans","Outcome":"pending","Runs":1,"_aws":{"Timestamp":1649343390000,"CloudWatchMetrics":[{"Namespace":"Tally","Dimensions":[["Environment","Job","Outcome"]],"Metrics":[{"Name":"Runs","Unit":"Count"}]}]}}` + "\n"}
	if difference := cmp.Diff(want, publish(t, pending, now)); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}
