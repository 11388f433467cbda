package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

func TestTheSameInputGivesTheSamePage(t *testing.T) {
	if !bytes.Equal(write(t, shop(t)...), write(t, shop(t)...)) {
		t.Error("two pages of the same series differ")
	}
}

// The page holds each count with all its digits, and says of each slot what it says elsewhere.
func TestFacts(t *testing.T) {
	for name, wanted := range map[string][]string{
		"shop": {
			"<td>93,655</td><td>79,680</td>", "18.8% above usual", "Runs at 00:20 every day (Asia/Seoul).",
			"Next: Tue 1 Dec 2026 00:20 KST, Wed 2 Dec 2026 00:20 KST, Thu 3 Dec 2026 00:20 KST",
			`<b>failed</b>: <bdi>paid: 42703 column &#34;status&#34; does not exist</bdi>`, "<b>recounted</b>: <bdi>revision 2: rows of the app came late</bdi>",
			"<b>late</b>: <bdi>25m after its slot</bdi>", "<bdi>5 others</bdi>", "<bdi>NULL</bdi>",
			"Fri 2026-10-30 13:05 to Sat 2026-10-31 18:05 KST (30 slots): <b>missing</b>", "tally history hourly-uploads --csv",
		},
		"large":       {"9,223,372,036,854,775,807", "9,007,199,254,740,993", "9,007,199,254,740,991", "540,431,955,284,459,520"},
		"every state": {"<b>unreadable</b>: <bdi>why</bdi>", "<b>missed</b>: <bdi>why</bdi>", "13 earlier in the table"},
		"no slots":    {"It had no slot in this time."},
		"zero":        {"as usual"},
	} {
		page := string(write(t, pages(t)[name]...))
		for _, want := range wanted {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page has no %q", name, want)
			}
		}
	}
}

// Every slot has a row of the table, unless the table says which it joins.
func TestRows(t *testing.T) {
	daily := string(write(t, pages(t)["one case"]...))
	if rows := strings.Count(daily, `<th scope="row">`); rows != 60 {
		t.Errorf("60 slots have %d rows", rows)
	}
	hourly := string(write(t, shop(t)[1]))
	for _, want := range []string{"With 1,440 slots, a row joins those of a day", "Thu 2026-10-01 09:05 to 23:05 KST (15 slots)"} {
		if !strings.Contains(hourly, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}

// What users and databases write is text.
func TestHostileTextIsEscaped(t *testing.T) {
	page := string(write(t, pages(t)["hostile"]...))
	for _, refused := range []string{"<script", "<img", "</title></svg>", "{{.}}x'"} {
		if strings.Contains(page, refused) {
			t.Errorf("the page has %q", refused)
		}
	}
	if len(page) > 200_000 {
		t.Errorf("the page has %d bytes: long texts are not cut", len(page))
	}
	if !strings.Contains(page, "characters left out)") {
		t.Error("the page does not say that it cuts texts")
	}
}

// maxBytes is what a page of 30 jobs and 60 days may have: mail programs refuse large ones.
const maxBytes = 2_000_000

func TestSize(t *testing.T) {
	groups := make([][]string, 40)
	for i := range groups {
		groups[i] = []string{fmt.Sprintf("a country or a clinic %d", i)}
	}
	const window = "window: {span: previous-hour, column: at}\n"
	cases := casesOf("paid", "refunded", "cancelled", "returned")
	daily := counted(jobOf(t, "name: a-job-of-every-day\nschedule: cron(20 0 * * ? *)\ngroup_by: [country]\n"+cases), 60, weekly(1_234_567))
	daily = grouped(daily, groups, func(slot, group int) int64 { return int64(slot*1237 + group*7919) })
	hourly := counted(jobOf(t, "name: a-job-of-every-hour\nschedule: cron(20 * * * ? *)\n"+window+cases), 1440, weekly(1_234_567))
	both := counted(jobOf(t, "name: a-job-of-every-hour\nschedule: cron(20 * * * ? *)\ngroup_by: [country]\n"+window+casesOf("paid")), 1440, weekly(1_234))
	both = grouped(both, groups, func(slot, group int) int64 { return int64(slot%240*37 + group*79) })
	down := counted(hourly.Job, 1440, weekly(1))
	late := counted(hourly.Job, 1440, weekly(900_000))
	for i := range 1440 {
		down = without(down, history.Missing, "", i)
		late = each(late, func(slot *history.Slot, line *contract.Record) {
			lateRun(slot, line)
			line.CountedAt = line.CountedAt.Add(time.Duration(i) * time.Minute)
		}, i)
	}
	for name, series := range map[string]history.Series{"daily by group": daily, "hourly": hourly, "hourly by group": both, "hourly, all missing": down, "hourly, all late": late} {
		var all []history.Series
		for range 30 {
			all = append(all, series)
		}
		if size := len(write(t, all...)); size > maxBytes {
			t.Errorf("30 jobs, %s: %d bytes, more than %d", name, size, maxBytes)
		} else {
			t.Logf("30 jobs, %s: %d bytes", name, size)
		}
	}
}
