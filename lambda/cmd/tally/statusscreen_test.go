package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

var seoul = time.FixedZone("KST", 9*3600)

// night is three in the morning in Seoul.
var night = time.Date(2026, 11, 28, 18, 4, 0, 0, time.UTC)

func at(before time.Duration) *time.Time { return new(night.Add(-before)) }

// last are the facts of a job's last slot.
func last(name, label string, slot slotFacts, next *time.Time, counts ...countFacts) lastFacts {
	facts := lastFacts{jobFacts{Job: name, Label: label, zone: seoul}, next}
	if slot.State == "" {
		return facts
	}
	slot.Counts = counts
	for _, count := range counts {
		facts.Cases = append(facts.Cases, count.Case)
	}
	facts.Slots = []slotFacts{slot}
	return facts
}

func caseOf(name string, count int64, change *float64) countFacts {
	return countFacts{Case: name, Count: &count, Usual: new(1.0), Change: change, Status: contract.StatusOK}
}

// broken is an environment in which everything is wrong that can be.
func broken() statusFacts {
	hostile := "division by zero\x1b[2J\x07"
	facts := statusFacts{
		Environment: "prod", Region: "ap-northeast-2", Time: night,
		Jobs: []lastFacts{
			last("daily-orders", "", slotFacts{Slot: *at(3 * time.Hour), State: history.Counted}, at(-21*time.Hour), caseOf("paid", 12, new(-97.5)), caseOf("refunded", 31, new(5.1)), caseOf("total", 1043, new(-31.0))),
			last("monthly-scans", "월별 스캔 판독", slotFacts{Slot: *at(27 * 24 * time.Hour), State: history.Failed, Late: true, LateSeconds: 5400}, at(-4*24*time.Hour),
				countFacts{Case: "정상", Status: contract.StatusFailed, Error: hostile}, caseOf("total", 9_007_199_254_740_993, nil)),
			last("open-orders", "未処理の注文", slotFacts{Slot: *at(4 * time.Minute), State: history.Missed}, at(-time.Minute), countFacts{Case: "unread", Status: contract.StatusMissed, Usual: new(7.0)}),
			last("daily-log-of-a-very-long-name-that-somebody-chose", "", slotFacts{Slot: *at(5 * time.Hour), State: history.Missing}, at(-19*time.Hour), countFacts{Case: "total"}),
			last("daily-damaged", "", slotFacts{Slot: *at(6 * time.Hour), State: history.Unreadable, Error: "read s3://results/counts/…: the object is malformed"}, at(-18*time.Hour), countFacts{Case: "total"}),
			last("new", "", slotFacts{}, at(-time.Hour)),
			last("once", "", slotFacts{Slot: *at(40 * time.Hour), State: history.Counted, Late: true, LateSeconds: 840}, nil, countFacts{Case: "total", Count: new(int64(0)), Usual: new(0.0)}),
		},
		Gaps: []gapFacts{
			{Job: "daily-log-of-a-very-long-name-that-somebody-chose", Slot: *at(29 * time.Hour), Local: "Fri 2026-11-27 22:04", Overdue: true},
			{Job: "daily-log-of-a-very-long-name-that-somebody-chose", Slot: *at(5 * time.Hour), Local: "Sat 2026-11-28 22:04", Overdue: true},
			{Job: "daily-events", Slot: *at(40 * time.Minute), Local: "Sun 2026-11-29 02:24"},
		},
		Queues: []queueFacts{
			{Name: "FailedRuns", Waiting: 70, AtLeast: true, Messages: []messageFacts{
				{ID: "1", Sent: *at(28 * time.Hour), Job: "daily-events", Slot: at(40 * time.Minute), Cause: "it failed 3 times; its database or bucket was not available: " + legible(strings.Repeat("왜 ", 10_000))},
				{ID: "4d1c", Sent: *at(9 * 24 * time.Hour), Cause: "the message does not say why", Problem: "parse event: it is empty"},
			}},
			{Name: "Undelivered", Waiting: 1, Messages: []messageFacts{{ID: "2", Sent: *at(2 * time.Hour), Cause: "EventBridge may not invoke the function"}}},
		},
		Sweep:       &lastSweep{},
		Alarms:      []alarmFacts{{Name: "failed-runs", Reason: "Threshold Crossed: 1 datapoint [70.0 (28/11/26 17:59:00)] was greater than or equal to the threshold (1.0)."}},
		Unconfirmed: []string{"night@example.com"},
		Unreadable:  []unreadFacts{{Part: "queue Undelivered", Error: "receive messages: AWS does not allow it; needs sqs:ReceiveMessage", Needs: "sqs:ReceiveMessage"}, {Part: "the alarms", Error: "list the alarms: Throttling: Rate exceeded"}},
	}
	facts.explainGaps()
	facts.judge()
	return facts
}

func healthy() statusFacts {
	return statusFacts{
		Environment: "prod", Region: "ap-northeast-2", Time: night,
		Jobs:   []lastFacts{last("daily-orders", "", slotFacts{Slot: *at(3 * time.Hour), State: history.Counted}, at(-21*time.Hour), caseOf("total", 1043, new(-0.7)))},
		Queues: []queueFacts{{Name: "FailedRuns"}, {Name: "Undelivered"}}, Sweep: &lastSweep{Last: at(47 * time.Minute), Counted: 1},
	}
}

func TestScreens(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts statusFacts
		width int
	}{
		{"broken-80", broken(), 80}, {"broken-40", broken(), 40}, {"healthy-80", healthy(), 80}, {"healthy-40", healthy(), 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			screen{out: &out, width: test.width}.status(test.facts)
			for line := range strings.Lines(out.String()) {
				line = strings.TrimSuffix(line, "\n")
				if text.StringWidth(line) > test.width || line != strings.TrimRight(line, " ") || strings.ContainsRune(line, '\x1b') {
					t.Errorf("%q takes %d columns of %d, ends with blanks, or steers the terminal", line, text.StringWidth(line), test.width)
				}
			}
			golden := filepath.Join("testdata", "status", test.name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if difference := cmp.Diff(string(want), out.String()); difference != "" || err != nil {
				t.Errorf("%v; the screen (- want, + got), written again with -update:\n%s", err, difference)
			}
			var coloured strings.Builder
			screen{&coloured, test.width, true}.status(test.facts)
			if text.StripEscape(coloured.String()) != out.String() {
				t.Errorf("colours change the words:\n%s", coloured.String())
			}
		})
	}
}

func TestWhatNeedsAPerson(t *testing.T) {
	want := []string{
		"the last slot of monthly-scans is failed", "the last slot of open-orders is missed", "the last slot of daily-damaged is unreadable", "2 gaps that sweeps have not filled",
		"at least 70 messages in FailedRuns, for tally redrive once the cause is repaired", "1 message in Undelivered, for tally redrive once the cause is repaired",
		"no sweep came through for more than two hours", "alarm failed-runs", "night@example.com must confirm the mail from AWS", "queue Undelivered cannot be read", "the alarms cannot be read",
	}
	if difference := cmp.Diff(want, broken().Needs); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
}
