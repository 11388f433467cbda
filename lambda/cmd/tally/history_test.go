package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// counted is an environment with a month of orders: more each day, none on the 20th, when
// nothing was counted either, and one that came late on the 25th.
func counted(t *testing.T) *cloud {
	c := newCloud(t, cloudJobs)
	c.deployedSince("2026-10-20")
	for day := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC); day.Month() != time.December && day.Day() != 27 || day.Month() == time.October; day = day.AddDate(0, 0, 1) {
		date := day.Format(time.DateOnly)
		if date == "2026-11-20" {
			continue
		}
		c.order(date, strings.Repeat("paid:KR ", day.Day())+"open:DE")
		late := time.Minute
		if date == "2026-11-23" {
			late = 45 * time.Minute
		}
		c.count("orders", date, late)
		c.count("by-country", date, late)
	}
	return c
}

func TestHistory(t *testing.T) {
	c := counted(t)
	for _, test := range []struct{ args, want string }{
		{"orders --from 2026-11-20 --to 2026-11-25", `orders (주문) in prod: 6 slots, 2026-11-20 to 2026-11-26 00:00 (Asia/Seoul)

SLOT                  paid  CHANGE  open  CHANGE  other  CHANGE  total  CHANGE  NOTE
Fri 2026-11-20 00:30    19   +12 %     1     0 %      0     0 %     20   +11 %
Sat 2026-11-21 00:30     –             –              –              –          missing
Sun 2026-11-22 00:30    21   +10 %     1     0 %      0     0 %     22   +10 %
Mon 2026-11-23 00:30    22   +91 %     1     0 %      0     0 %     23   +84 %
Tue 2026-11-24 00:30    23   +84 %     1     0 %      0     0 %     24   +78 %  45 min late
Wed 2026-11-25 00:30    24   +41 %     1     0 %      0     0 %     25   +39 %

CASE   COURSE  FROM – TO
paid   ▁–▄▅▇█  19 – 24
open   ▅–▅▅▅▅  1 – 1
other  ▅–▅▅▅▅  0 – 0
total  ▁–▄▅▇█  20 – 25
`},
		{"by-country --from 2026-11-24 --to 2026-11-25 --group country=KR", `by-country, country KR in prod: 2 slots, 2026-11-24 to 2026-11-26 00:00 (Asia/Seoul)

SLOT                  total  CHANGE  NOTE
Tue 2026-11-24 00:30     23   +84 %  45 min late
Wed 2026-11-25 00:30     24   +41 %

CASE   COURSE  FROM – TO
total  ▁█      23 – 24
`},
		{"--from 2026-11-18 --to 2026-11-27", `prod: 2026-11-17 to 2026-11-27 15:00 (UTC); slots in the jobs' own zones

JOB            LAST SLOT    COUNT  CHANGE  COURSE      NOTE
orders (주문)  11-27 00:30     27   +35 %  ▁▂▃–▄▅▆▆▇█  1 of 10 lack counts
by-country     11-27 00:30     27   +35 %  ▁▂▃–▄▅▆▆▇█  1 of 10 lack counts
now            11-27 00:30      –          ––––––––––  10 of 10 lack counts
`},
		{"orders --from 2025-01-01 --to 2025-01-02", "orders (주문) in prod: 0 slots, 2025-01-01 to 2025-01-03 00:00 (Asia/Seoul)\n"},
		{"by-country --from 2026-11-21 --to 2026-11-22 --csv", `job,slot,local,case,count,status,usual,state,revision,origin,late,late_seconds,reason,error
by-country,2026-11-20T15:30:00Z,Sat 2026-11-21 00:30,total,,,19,missing,0,,false,,,
by-country,2026-11-21T15:30:00Z,Sun 2026-11-22 00:30,total,22,ok,20,counted,1,schedule,false,,,
`},
		{"by-country --from 2026-11-24 --to 2026-11-24 --group country=KR --csv", `job,slot,local,case,count,status,usual,state,revision,origin,late,late_seconds,reason,error,group.country
by-country,2026-11-23T15:30:00Z,Tue 2026-11-24 00:30,total,23,ok,12.5,counted,1,schedule,true,2700,,,KR
`},
	} {
		status, said, complaint := c.tally(append([]string{"history"}, strings.Fields(test.args)...)...)
		if difference := cmp.Diff(test.want, said); status != exitOK || complaint != "" || difference != "" {
			t.Errorf("history %s: status %d, %q (- want, + got):\n%s", test.args, status, complaint, difference)
		}
	}
	_, said, _ := c.tally("history", "orders", "--from", "2026-11-24", "--to", "2026-11-24", "--case", "paid", "--json")
	want := `{"job":"orders","label":"주문","timezone":"Asia/Seoul","cases":["paid"],"slots":[{"slot":"2026-11-23T15:30:00Z","local":"Tue 2026-11-24 00:30","state":"counted","revision":1,` +
		`"origin":"schedule","late":true,"late_seconds":2700,"counts":[{"case":"paid","count":23,"status":"ok","usual":12.5,"change":84}]}]}`
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(said)); err != nil || compact.String() != want {
		t.Errorf("got (%v)\n%s\nwant\n%s", err, &compact, want)
	}
}

// A group is – where the record never had groups, and one that nobody has seen is named. A case
// that only older records have can be asked for.
func TestHistoryOfOlderRecords(t *testing.T) {
	without := strings.Replace(cloudJobs, "    group_by: [country]\n", "    cases: {open: status == \"open\"}\n", 1)
	c := newCloud(t, without)
	c.deployedSince("2026-11-01")
	for day, jobs := range map[string]string{"2026-11-02": without, "2026-11-03": cloudJobs, "2026-11-04": cloudJobs} {
		c.deploy(jobs)
		c.order(day, "paid:KR open:DE")
		c.count("by-country", day, time.Minute)
	}
	c.writeJobs(cloudJobs)
	period := []string{"--from", "2026-11-03", "--to", "2026-11-05"}
	status, said, complaint := c.tally(append([]string{"history", "by-country", "--case", "total", "--group", "country=KR"}, period...)...)
	if want := "\nTue 2026-11-03 00:30      –\nWed 2026-11-04 00:30      1\nThu 2026-11-05 00:30      1\n"; status != exitOK || complaint != "" || !strings.Contains(said, want) {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	status, said, complaint = c.tally(append([]string{"history", "by-country", "--case", "total", "--group", "country=JP"}, period...)...)
	if want := "warning: no slot has this group, so it is a typing error, or had no rows; there are country DE; country KR\n"; status != exitOK || complaint != want || !strings.Contains(said, "05 00:30      0\n") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	status, said, complaint = c.tally(append([]string{"history", "by-country", "--case", "open"}, period...)...)
	if want := "\nTue 2026-11-03 00:30     1\n"; status != exitOK || complaint != "" || !strings.Contains(said, want) {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
}

func TestHistoryOfWrongInput(t *testing.T) {
	c := newCloud(t, cloudJobs)
	for args, want := range map[string]string{
		"history order":                                          `there is no job "order"; the jobs file has orders, by-country, now`,
		"history orders now":                                     "one job at a time; got 2",
		"history --case paid":                                    "--case and --group are about one job; write its name too",
		"history orders --case padi":                             `--case "padi" is no case of the job; write one of paid, open, other, total`,
		"history orders --group country=KR":                      "the job has no group_by; leave --group out",
		"history by-country --group contry=KR":                   `--group "contry=KR" names no column of group_by; write one of country with its value, such as country=x`,
		"history by-country --group country=a --group country=b": "--group country is there twice; write it once",
		`history by-country --group country="a`:                  `--group country: "a is no text in quotes; write it like "x"`,
		"history --days 0":                                       "--days is 0; write a number from 1 to 3660",
		"history --days 7 --from 2026-11-01":                     "--days ends now; write --from and --to without it",
		"history --to 2026-11-01":                                "--to goes with --from; write both",
		"history --from yesterday":                               `--from "yesterday" is no day and no time; write it like 2026-11-01 or 2026-11-01T15:00:00Z`,
		"history --from 2026-11-02 --to 2026-10-01":              "--from 2026-11-02 is not before 2026-10-01T15:00:00Z; write an earlier one",
		"history --from 1996-11-02":                              "--from 1996-11-02 is more than ten years ago; write a later one",
		"history --json --csv":                                   "--json and --csv are two forms; write one of them",
	} {
		if status, _, complaint := c.tally(strings.Fields(args)...); status != exitInvalid || complaint != want+"\n" {
			t.Errorf("%s: status %d\ngot  %swant %s", args, status, complaint, want)
		}
	}
	if status, _, complaint := tally("history"); status != exitInvalid || complaint != "which environment? write for example: tally history --env prod\n" {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// A record that cannot be read is said, and hides no other. Texts of others do not steer the
// terminal.
func TestHistoryOfWhatIsBroken(t *testing.T) {
	c := counted(t)
	key := contract.RecordKey("orders", slotOf(t, "2026-11-25"), 1)
	if err := c.s3.Put("results", key, []byte("\x1b[31mno record")); err != nil {
		t.Fatal(err)
	}
	_, said, _ := c.tally("history", "orders", "--from", "2026-11-25", "--to", "2026-11-26", "--case", "paid")
	if !strings.Contains(said, "\nThu 2026-11-26 00:30     –          unreadable\n\nThu 2026-11-26 00:30: unreadable: the object is no record: read s3://results/"+key) || strings.Contains(said, "\x1b") ||
		!strings.Contains(said, "; see \"Correct a record by hand\" in docs/repairing.md\n") || !strings.Contains(said, "Wed 2026-11-25 00:30    24   +41 %\n") {
		t.Errorf("it says\n%s", said)
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	if status, _, complaint := c.tally("history", "orders"); status != exitFailed || !strings.Contains(complaint, "s3://results/") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// On a narrow terminal cases stand one below the other, and slots are lines where even one
// does not fit.
func TestHistoryFits(t *testing.T) {
	facts := jobFacts{Job: "orders", Label: "오늘의 주문", Cases: []string{"paid", "refunded-after-a-long-time", "open"}, zone: time.UTC}
	for i := range int64(3) {
		slot := slotFacts{Slot: time.Date(2026, 11, int(i)+1, 0, 0, 0, 0, time.UTC), Local: "Wed 2026-11-18 00:30", State: history.Counted}
		for _, name := range facts.Cases {
			slot.Counts = append(slot.Counts, countFacts{Case: name, Count: new(9_007_199_254_740_993 * i), Change: new(12.3), Usual: new(9e15)})
		}
		facts.Slots = append(facts.Slots, slot)
	}
	// What takes many words stands below the table, once.
	message := strings.Repeat("some words ", 20)
	for i := range facts.Slots[0].Counts {
		facts.Slots[0].Counts[i] = countFacts{Case: facts.Cases[i], Status: "failed", Error: message}
	}
	facts.Slots[0].State = history.Failed
	facts.Slots[1].Revision, facts.Slots[1].Reason = 2, message
	for _, width := range []int{40, 60, 80, 120} {
		var out strings.Builder
		s := screen{&out, width, true}
		s.history(facts, "prod", time.Unix(0, 0), time.Unix(0, 0))
		s.overview([]jobFacts{facts}, "prod", time.Unix(0, 0), time.Unix(0, 0))
		for line := range strings.SplitSeq(out.String(), "\n") {
			if got := text.StringWidthWithoutEscSequences(line); got > width {
				t.Errorf("at %d columns a line has %d: %s", width, got, line)
			}
			if blanks.MatchString(line) {
				t.Errorf("at %d columns %q ends with blanks", width, line)
			}
		}
		if width >= 80 && !strings.Contains(out.String(), "CHANGE  NOTE\n") || strings.Count(strings.Join(strings.Fields(text.StripEscape(out.String())), " "), strings.TrimSpace(message)) != 2 {
			t.Errorf("at %d columns there is no table, or a message is not there once:\n%s", width, out.String())
		}
		if count := strings.Count(out.String(), "18014398509481986"); count < 3 {
			t.Errorf("at %d columns the last count is there %d times:\n%s", width, count, out.String())
		}
	}
}

func TestSparkline(t *testing.T) {
	values := func(counts ...int64) []*int64 {
		var all []*int64
		for _, count := range counts {
			all = append(all, &count)
		}
		return all
	}
	for _, test := range []struct {
		counts []*int64
		points int
		want   string
	}{
		{nil, 10, ""},
		{values(0), 10, "▅"},
		{values(0, 7), 10, "▁█"},
		{append(values(1, 2), nil, nil), 10, "▁█––"},
		{values(1, 1, 2, 2, 9, 9), 3, "▁▂█"},
		{append(values(1, 3), nil, values(8)[0]), 2, "▁█"},
		{[]*int64{nil, nil}, 10, "––"},
	} {
		if got := sparkline(test.counts, test.points); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestChange(t *testing.T) {
	for change, want := range map[float64]string{-0.4: "0 %", -0.5: "0 %", 0.5: "0 %", -0.6: "-1 %", 49.4: "+49 %", -100: "-100 %"} {
		if got := (screen{}).change(countFacts{Count: new(int64(1)), Usual: new(1.0), Change: &change}); got != want {
			t.Errorf("%v is %s, want %s", change, got, want)
		}
	}
}
