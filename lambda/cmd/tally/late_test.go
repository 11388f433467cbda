package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"tally/lambda/contract"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/sweep"
)

// lateJobs are a job that is counted again, at ages, and one without a window.
func lateJobs(ages string) string {
	return `timezone: Asia/Seoul
jobs:
  - name: orders
    schedule: cron(30 15 1-3 * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
    window: {span: previous-day, column: at}
    recount_after: ` + ages + `
  - name: now
    schedule: cron(30 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
`
}

// sweep lets the monitor sweep at a time.
func (c *cloud) sweep(at time.Time) {
	c.t.Helper()
	now := func() time.Time { return at }
	c.engine.Now = now
	defer func() { c.engine.Now = time.Now }()
	sweeper := sweep.Sweeper{
		Environment: "prod", Stack: "prod/1", Jobs: c.jobs, Timeout: 15 * time.Minute, Parallel: 4, Pause: time.Millisecond,
		Counters: []contract.Counter{{Function: "tally-prod-counter", Sources: []string{"bucket/logs"}}},
		Lambda: sweep.NewClient(aws.Config{
			Region: "ap-northeast-2", BaseEndpoint: new(os.Getenv("AWS_ENDPOINT_URL")), Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		}),
		Store: c.store, Metrics: metric.New(io.Discard, "prod", now), Now: now, Logger: slog.New(slog.DiscardHandler),
	}
	if _, err := sweeper.Sweep(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
}

// live does for each of the first days of October what a line says, such as
// "0s order 90, 1m count, 24h17m sweep": each at a time after the day's slot. "order 90"
// puts an object of so many orders, "keep 80" replaces it.
func (c *cloud) live(days int, line string) {
	c.t.Helper()
	type step struct {
		at  time.Time
		run func()
	}
	var steps []step
	for i := range days {
		day := fmt.Sprintf("2026-10-%02d", i+1)
		for words := range strings.SplitSeq(line, ", ") {
			fields := strings.Fields(words + " 0")
			after, err := time.ParseDuration(fields[0])
			number, notNumber := strconv.Atoi(fields[2])
			if err != nil || notNumber != nil {
				c.t.Fatal(words, err, notNumber)
			}
			at := slotOf(c.t, day).Add(after)
			put := func(name string) {
				object := strings.Repeat(fmt.Sprintf(`{"at":"%sT10:00:00+09:00"}`+"\n", day), number)
				if err := c.s3.Put("logs", "orders/"+day+name, []byte(object)); err != nil {
					c.t.Fatal(err)
				}
			}
			steps = append(steps, step{at, map[string]func(){
				"order": func() { put(fields[0]) },
				"keep":  func() { put("0s") },
				"count": func() { c.count("orders", day, after) },
				"sweep": func() { c.sweep(at) },
			}[fields[1]]})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, step := range steps {
		step.run()
	}
}

func TestLate(t *testing.T) {
	const week = ", 24h17m sweep, 168h47m sweep"
	for _, test := range []struct {
		name, ages, steps, flags string
		want                     string // behind the first line
	}{
		{"a rest comes within hours", "[6h, 1d]", "0s order 95, 1m count, 3h order 5, 6h17m sweep, 24h17m sweep", "", `case total of 3 slots counted again; what the last count found is 100 %

WITHIN  SLOTS  ROWS THERE  WORST SLOT                       GONE SINCE
31 min      3     95.00 %  Fri 2026-10-02 00:30: 95 of 100           –
7 h         3    100.00 %  –                                         –
25 h        3    100.00 %  –                                         –

100.00 % of the rows of 3 slots are there 7 h after the window's end: have the schedule so late (now: 30 min)
`},
		{"less is enough", "[6h, 1d]", "0s order 95, 1m count, 3h order 5, 6h17m sweep, 24h17m sweep", "--share 95", `
95.00 % of the rows of 3 slots are there when the schedule counts: it may stay
`},
		{"a rest comes within a day", "[1d, 7d]", "0s order 95, 1m count, 3h order 5" + week, "", `
WITHIN      SLOTS  ROWS THERE  WORST SLOT                       GONE SINCE
31 min          3     95.00 %  Fri 2026-10-02 00:30: 95 of 100           –
25 h            3    100.00 %  –                                         –
7 days 2 h      3    100.00 %  –                                         –

100.00 % of the rows of 3 slots are there 25 h after the window's end, and no schedule of span: previous-day is so late: recount_after finds the rest
`},
		{"a rest comes within a week", "[1d, 7d]", "0s order 95, 1m count, 30h order 5" + week, "", `
even the last counts, up to 7 days 2 h after the window's end, found new rows: 14d in recount_after would tell more
`},
		{"nothing is known of the schedule's own time", "[1d]", "0s order 95, 10h count, 24h17m sweep", "", `
100.00 % of the rows of 3 slots are there 11 h after the window's end: have the schedule so late (now: 30 min)
`},
		{"nothing comes", "[1d, 7d]", "0s order 95, 1m count" + week, "", `
nothing arrives late: the schedule may stay
`},
		{"rows go", "[1d]", "0s order 95, 1m count, 3h order 5, 4h keep 80, 24h17m sweep", "", `
WITHIN  SLOTS  ROWS THERE  WORST SLOT  GONE SINCE
31 min      3    100.00 %  –                   30
25 h        3    100.00 %  –                    –

nothing arrives late: the schedule may stay
`},
		{"no rows", "[1d]", "0s order 0, 1m count, 24h17m sweep", "", `
WITHIN  SLOTS  ROWS THERE  WORST SLOT  GONE SINCE
31 min      3           –  –                    –
25 h        3           –  –                    –

no rows were found, so nothing can be told
`},
		{"no age has come", "[7d]", "0s order 5, 1m count, 24h17m sweep", "", `
no slot was counted again yet: once recount_after is deployed, the monitor does so when a slot is 7d old
`},
		{"the backfill came after the age, so that nothing was counted again", "[1d]", "0s order 5, 72h17m sweep, 73h17m sweep", "", `
no slot was counted again yet: once recount_after is deployed, the monitor does so when a slot is 1d old
`},
		{"other days", "[1d]", "0s order 5, 1m count, 24h17m sweep", "--to 2026-10-01", "\nnothing was counted in this time\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud(t, lateJobs(test.ages))
			c.deployedSince("2026-10-01")
			c.live(3, test.steps)
			status, said, complaint := c.tally(append([]string{"late", "orders", "--from", "2026-10-01"}, strings.Fields(test.flags)...)...)
			if !strings.HasSuffix(said, test.want) || status != exitOK || complaint != "" {
				t.Errorf("status %d, %q (- want, + got):\n%s", status, complaint, cmp.Diff(test.want, said))
			}
		})
	}
}

// One slot tells already. Programs get the same facts.
func TestLateAsJSON(t *testing.T) {
	c := newCloud(t, lateJobs("[6h, 1d]"))
	c.deployedSince("2026-10-01")
	c.live(1, "0s order 2, 1m count, 3h order 1, 6h17m sweep, 24h17m sweep")
	_, said, _ := c.tally("late", "orders", "--from", "2026-10-01", "--json")
	var got, want any
	if err := json.Unmarshal([]byte(said), &got); err != nil {
		t.Fatal(err, said)
	}
	_ = json.Unmarshal([]byte(`{
		"job": "orders", "case": "total", "slots": 1, "recounted": 1, "left_out": 0, "ages": [
			{"within_seconds": 1860, "slots": 1, "found": 2, "of": 3, "share": 66.66, "gone": 0,
				"worst": {"slot": "2026-10-01T15:30:00Z", "local": "Fri 2026-10-02 00:30", "found": 2, "of": 3}},
			{"within_seconds": 25200, "slots": 1, "found": 3, "of": 3, "share": 100, "gone": 0, "worst": null},
			{"within_seconds": 90000, "slots": 1, "found": 3, "of": 3, "share": 100, "gone": 0, "worst": null}
		], "delay_seconds": 1800, "advised_delay_seconds": 25200, "share_wanted": 99.9,
		"advice": "100.00 % of the rows of 1 slot are there 7 h after the window's end: have the schedule so late (now: 30 min)"
	}`), &want)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
}

// A job whose definition changed is compared by that of the last count alone.
func TestLateOfAnotherDefinition(t *testing.T) {
	c := newCloud(t, lateJobs("[1d, 7d]"))
	c.deployedSince("2026-10-01")
	c.live(1, "0s order 2, 1m count, 24h17m sweep")
	c.engine.Jobs.Jobs[0].Distinct = "at"
	if _, err := c.engine.Fill(t.Context(), contract.Event{Job: "orders", ScheduledTime: slotOf(t, "2026-10-01"), Recount: &contract.Recount{Reason: "times"}}); err != nil {
		t.Fatal(err)
	}
	c.writeJobs(strings.ReplaceAll(lateJobs("[1d]"), "    recount_after: [1d]\n", ""))
	_, said, _ := c.tally("late", "orders", "--from", "2026-10-01")
	if want := "\nno slot was counted again: write recount_after: [1d, 7d] into the job and deploy;\n"; !strings.Contains(said, want[:60]) {
		t.Errorf("it says\n%s", said)
	}
}

// A window up to the slot ends at it.
func TestLateToDate(t *testing.T) {
	jobs := strings.Replace(lateJobs("[1h, 1d]"), "span: previous-day", "span: day-to-date", 1)
	c := newCloud(t, strings.ReplaceAll(jobs, "cron(30 15", "cron(30 14"))
	c.deployedSince("2026-10-01")
	at := time.Date(2026, 10, 1, 14, 30, 0, 0, time.UTC)
	if err := c.s3.Put("logs", "orders/1", []byte(`{"at":"2026-10-01T10:00:00+09:00"}`)); err != nil {
		t.Fatal(err)
	}
	c.sweep(at.Add(27 * time.Minute))
	if err := c.s3.Put("logs", "orders/2", []byte(`{"at":"2026-10-01T10:00:00+09:00"}`)); err != nil {
		t.Fatal(err)
	}
	c.sweep(at.Add(77 * time.Minute))
	c.sweep(at.Add(24*time.Hour + 17*time.Minute))
	_, said, _ := c.tally("late", "orders", "--from", "2026-10-01")
	if want := `
100.00 % of the rows of 1 slot are there 77 min after the window's end, which is the slot: write span: previous-day, and have the schedule 77 min after its end
`; !strings.HasSuffix(said, want) {
		t.Errorf("it says\n%s", said)
	}
}

// A slot of which something cannot be read is left out, with a warning. If there is no other,
// the command fails.
func TestLateOfWhatIsBroken(t *testing.T) {
	for _, key := range []string{
		contract.RecordKey("orders", slotOf(t, "2026-10-01"), 2), contract.RecountedKey("orders", slotOf(t, "2026-10-01"), "1d"),
	} {
		for days := 2; days > 0; days-- {
			c := newCloud(t, lateJobs("[1d]"))
			c.deployedSince("2026-10-01")
			c.live(days, "0s order 2, 1m count, 3h order 1, 24h17m sweep")
			if err := c.s3.Put("results", key, []byte("\x1b[31mno JSON")); err != nil {
				t.Fatal(err)
			}
			status, said, complaint := c.tally("late", "orders", "--from", "2026-10-01")
			switch {
			case strings.Contains(complaint, "\x1b"):
				t.Errorf("%s steers the terminal: %q", key, complaint)
			case days == 1 && (status != exitFailed || said != "" || !strings.HasPrefix(complaint, "no record can be read: ")):
				t.Errorf("%s, alone: status %d, %s%s", key, status, said, complaint)
			case days == 2 && (status != exitOK || !strings.Contains(said, "case total of 1 slot counted again") ||
				!strings.HasPrefix(complaint, "warning: 1 slot left out, which cannot be read: ") || !strings.Contains(complaint, key)):
				t.Errorf("%s: status %d, %s%s", key, status, said, complaint)
			}
		}
	}
}

func TestLateOfWrongInput(t *testing.T) {
	c := newCloud(t, lateJobs("[1d]"))
	for args, want := range map[string]string{
		"late":                              "which job? write for example: tally late daily-orders --env prod",
		"late orders now":                   "one job at a time; got 2",
		"late order":                        `there is no job "order"; the jobs file has orders, now`,
		"late now":                          "job now has no window: it counts the current state, and that of the past is gone",
		"late orders --share 0":             "--share is 0; write a percentage above 0, up to 100",
		"late orders --share 101":           "--share is 101; write a percentage above 0, up to 100",
		"late orders --share NaN":           "--share is NaN; write a percentage above 0, up to 100",
		"late orders --share all":           `invalid argument "all" for "--share" flag: strconv.ParseFloat: parsing "all": invalid syntax`,
		"late orders --days 0":              "--days is 0; write a number from 1 to 3660",
		"late orders --from x":              `--from "x" is no day and no time; write it like 2026-11-01 or 2026-11-01T15:00:00Z`,
		"late orders --days 3 --to 2026-11": "--days ends now; write --from and --to without it",
	} {
		if status, said, complaint := c.tally(strings.Fields(args)...); status != exitInvalid || said != "" || complaint != want+"\n" {
			t.Errorf("%s: status %d, %s\ngot  %swant %s", args, status, said, complaint, want)
		}
	}
	if status, _, complaint := tally("late", "orders"); status != exitInvalid || complaint != "which environment? write for example: tally late --env prod\n" {
		t.Errorf("status %d: %s", status, complaint)
	}
}

func TestAgeBounds(t *testing.T) {
	for _, test := range []struct{ ages, want string }{
		{"", ""},
		{"30s -2s 9m30s", "10 min"},
		{"31m 41m 45m 46m 47m", "46 min, 47 min"},
		{"31m 75m 1h59m30s 2h1s 25h10m 26h", "31 min, 75 min, 3 h, 26 h"},
		{"47h 48h 167h30m 336h1m", "2 days, 7 days, 14 days 1 h"},
	} {
		var ages []time.Duration
		for field := range strings.FieldsSeq(test.ages) {
			age, err := time.ParseDuration(field)
			if err != nil {
				t.Fatal(err)
			}
			ages = append(ages, roundedUp(age))
		}
		var words []string
		for _, bound := range ageBounds(ages) {
			words = append(words, ageWords(bound))
		}
		if got := strings.Join(words, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.ages, got, test.want)
		}
	}
}

// The table becomes lines where it does not fit.
func TestLateFits(t *testing.T) {
	facts := lateFacts{Case: "a-case-of-a-job-with-a-very-long-name", Recounted: 400, Advice: strings.Repeat("some words ", 20)}
	for i := range int64(4) {
		worst := slotShare{Local: "Wed 2026-11-18 00:30", Found: i, Of: 9_007_199_254_740_993}
		facts.Ages = append(facts.Ages, ageFact{WithinSeconds: 1 << (5 * i), Slots: 400, Of: worst.Of, Share: new(99.99), Gone: worst.Of, Worst: &worst})
	}
	for _, width := range []int{40, 60, 80, 120} {
		var out strings.Builder
		screen{&out, width, false}.late(facts)
		for line := range strings.SplitSeq(out.String(), "\n") {
			if got := text.StringWidthWithoutEscSequences(line); got > width {
				t.Errorf("at %d columns a line has %d: %s", width, got, line)
			}
		}
		if count := strings.Count(out.String(), "9007199254740993"); count < 8 {
			t.Errorf("at %d columns there are %d of 8 numbers:\n%s", width, count, out.String())
		}
	}
}
