package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"tally/lambda/internal/history"
)

var update = flag.Bool("update", false, "write the golden screens again")

var seoul = time.FixedZone("KST", 9*3600)

// night is three in the morning in Seoul.
var night = time.Date(2026, 11, 28, 18, 4, 0, 0, time.UTC)

func at(before time.Duration) *time.Time { return new(night.Add(-before)) }

// broken is an environment in which everything is wrong that can be.
func broken() status {
	facts := status{
		Environment: "prod", Region: "ap-northeast-2", Time: night,
		Jobs: []jobStatus{
			{Job: "daily-orders", Label: "daily-orders", Slot: at(3 * time.Hour), State: history.Counted, Next: at(-21 * time.Hour), zone: seoul, Cases: []caseStatus{
				{Case: "paid", Count: new(int64(12)), Usual: new(480.0)}, {Case: "refunded", Count: new(int64(31)), Usual: new(29.5)}, {Case: "total", Count: new(int64(1043)), Usual: new(1512.0)},
			}},
			{Job: "monthly-scans", Label: "월별 스캔 판독", Slot: at(27 * day), State: history.Failed, LateSeconds: 5400, Next: at(-4 * day), zone: seoul, Cases: []caseStatus{
				{Case: "정상", Message: legible(`division by zero` + "\x1b[2J\x07")}, {Case: "total", Count: new(int64(9_007_199_254_740_993))},
			}},
			{Job: "open-orders", Label: "未処理の注文", Slot: at(4 * time.Minute), State: history.Missed, Next: at(-time.Minute), zone: time.UTC, Cases: []caseStatus{{Case: "unread", Usual: new(7.0)}}},
			{Job: "daily-log-of-a-very-long-name-that-somebody-chose", Label: "daily-log-of-a-very-long-name-that-somebody-chose", Slot: at(5 * time.Hour), State: history.Missing, Next: at(-19 * time.Hour), zone: seoul},
			{Job: "daily-damaged", Label: "daily-damaged", Slot: at(6 * time.Hour), State: history.Unreadable, Next: at(-18 * time.Hour), zone: seoul, Error: "read s3://results/counts/…: the object is malformed"},
			{Job: "new", Label: "new", zone: seoul, Next: at(-time.Hour)},
			{Job: "once", Label: "once", zone: seoul, Slot: at(40 * time.Hour), State: history.Counted, LateSeconds: 840, Cases: []caseStatus{{Case: "total", Count: new(int64(0)), Usual: new(0.0)}}},
		},
		Gaps: []gap{
			{Job: "daily-log-of-a-very-long-name-that-somebody-chose", Slot: *at(29 * time.Hour), Overdue: true, zone: seoul},
			{Job: "daily-log-of-a-very-long-name-that-somebody-chose", Slot: *at(5 * time.Hour), Overdue: true, zone: seoul},
			{Job: "daily-events", Slot: *at(40 * time.Minute), zone: seoul},
		},
		Queues: []queueStatus{
			{Name: "FailedRuns", Waiting: 70, AtLeast: true, Messages: []messageStatus{
				{ID: "1", Sent: *at(28 * time.Hour), Job: "daily-events", Slot: at(40 * time.Minute), Cause: "it failed 3 times; its database or bucket was not available: " + legible(strings.Repeat("왜 ", 10_000))},
				{ID: "4d1c", Sent: *at(9 * day), Cause: "the message does not say why", Problem: "parse event: it is empty"},
			}},
			{Name: "Undelivered", Waiting: 1, Messages: []messageStatus{{ID: "2", Sent: *at(2 * time.Hour), Cause: "EventBridge may not invoke the function"}}},
		},
		Sweep:       &sweepStatus{},
		Alarms:      []alarmStatus{{Name: "failed-runs", Reason: "Threshold Crossed: 1 datapoint [70.0 (28/11/26 17:59:00)] was greater than or equal to the threshold (1.0)."}},
		Unconfirmed: []string{"night@example.com"},
		Unreadable:  []unread{{Part: "queue Undelivered", Error: "receive messages: AccessDenied: no", Needs: "sqs:ReceiveMessage"}, {Part: "the alarms", Error: "list the alarms: Throttling: Rate exceeded"}},
	}
	facts.explainGaps()
	facts.judge()
	return facts
}

func healthy() status {
	return status{
		Environment: "prod", Region: "ap-northeast-2", Time: night,
		Jobs:   []jobStatus{{Job: "daily-orders", Label: "daily-orders", Slot: at(3 * time.Hour), State: history.Counted, Next: at(-21 * time.Hour), zone: seoul, Cases: []caseStatus{{Case: "total", Count: new(int64(1043)), Usual: new(1050.0)}}}},
		Queues: []queueStatus{{Name: "FailedRuns"}, {Name: "Undelivered"}}, Sweep: &sweepStatus{Last: at(47 * time.Minute), Counted: 1},
	}
}

func TestScreens(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts status
		width int
	}{
		{"broken-80", broken(), 80}, {"broken-40", broken(), 40}, {"broken-160", broken(), 160}, {"healthy-80", healthy(), 80}, {"healthy-40", healthy(), 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if err := (screen{out: &out, width: test.width}).show(test.facts); err != nil {
				t.Fatal(err)
			}
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
			if err := (screen{&coloured, test.width, true}).show(test.facts); err != nil || text.StripEscape(coloured.String()) != out.String() {
				t.Errorf("%v: colours change the words:\n%s", err, coloured.String())
			}
		})
	}
}

func TestLegible(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"words", "relation \"scans\" does not exist", "relation \"scans\" does not exist"},
		{"lines", " a\r\n\tb \u00a0 c ", "a b c"},
		{"an escape sequence", "\x1b[31mred\x1b[0m", "�[31mred�[0m"},
		{"8-bit control characters", "\u009b2J\x07\x00", "�2J��"},
		{"text that runs backwards", "a\u202eb\u200bc", "a�b�c"},
		{"no UTF-8", "a\xffb", "a�b"},
		{"Korean and Arabic", "없음 لا يوجد", "없음 لا يوجد"},
		{"10,000 characters", strings.Repeat("가", 10_000), strings.Repeat("가", 300) + "…"},
		{"nothing", "", ""},
	} {
		if got := legible(test.text); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
