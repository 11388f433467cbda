package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/job/jobtest"
)

// september has orders on each of its days, and no records.
func september(t *testing.T) *cloud {
	c := newCloud(t, cloudJobs)
	for day := 1; day <= 30; day++ {
		c.order(fmt.Sprintf("2026-09-%02d", day), strings.Repeat("paid:KR ", day))
	}
	return c
}

var september10 = []string{"--from", "2026-09-02", "--to", "2026-09-11"}

// revisions are the records of orders: the UTC day of each slot and its revision, 1.1 2.1 2.2.
func (c *cloud) revisions() string {
	c.t.Helper()
	keys, err := c.store.Keys(c.t.Context(), contract.RecordPrefix)
	if err != nil {
		c.t.Fatal(err)
	}
	var all []string
	for _, key := range keys {
		if name, slot, revision, ok := contract.ParseRecordKey(key); ok && name == "orders" {
			all = append(all, fmt.Sprintf("%d.%d", slot.Day(), revision))
		}
	}
	return strings.Join(all, " ")
}

func (c *cloud) events() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(c.invoked), func(event string) bool { return strings.Contains(event, "dryRun") })
}

func TestBackfill(t *testing.T) {
	c := september(t)
	c.count("orders", "2026-09-03", time.Minute)
	dry, plan, _ := c.tally(append([]string{"backfill", "orders", "--dry-run", "--from", "2026-09-02"}, "--to", "2026-09-05")...)
	want := `orders in prod: 3 slots to count
  2026-09-01T15:30:00Z  Wed 2026-09-02 00:30  missing
  2026-09-02T15:30:00Z  Thu 2026-09-03 00:30  missing
  2026-09-04T15:30:00Z  Sat 2026-09-05 00:30  missing
`
	if difference := cmp.Diff(want, plan); dry != exitOK || difference != "" || len(c.events()) > 0 {
		t.Errorf("status %d, sent %v, (- want, + got):\n%s", dry, c.events(), difference)
	}
	status, said, complaint := c.tally("backfill", "orders", "--from", "2026-09-02", "--to", "2026-09-05", "--parallel", "1")
	want += `  Wed 2026-09-02 00:30  stored: paid 1 open 0 other 0 total 1
  Thu 2026-09-03 00:30  stored: paid 2 open 0 other 0 total 2
  Sat 2026-09-05 00:30  stored: paid 4 open 0 other 0 total 4
3 stored of 3 slots
`
	if difference := cmp.Diff(want, said); status != exitOK || complaint != "" || difference != "" {
		t.Errorf("status %d, %q (- want, + got):\n%s", status, complaint, difference)
	}
	if got := c.revisions(); got != "1.1 2.1 3.1 4.1" {
		t.Errorf("there are %s", got)
	}
	if want := `{"job":"orders","scheduledTime":"2026-09-01T15:30:00Z","schedule":"cron(30 15 * * ? *)","origin":"backfill"}`; c.events()[0] != want {
		t.Errorf("sent %s, want %s", c.events()[0], want)
	}
	record, _, err := c.store.Latest(t.Context(), "orders", slotOf(t, "2026-09-01"))
	if err != nil || record.Records[0].Origin != contract.OriginBackfill {
		t.Errorf("stored is %+v (%v)", record, err)
	}
	if status, said, _ := c.tally("backfill", "orders", "--from", "2026-09-02", "--to", "2026-09-05"); status != exitOK || said != "orders in prod: 0 slots to count\n" {
		t.Errorf("again: status %d, %s", status, said)
	}
}

func TestBackfillOfWhatHasARecord(t *testing.T) {
	c := september(t)
	for _, day := range []string{"2026-09-03", "2026-09-04", "2026-09-05"} {
		c.count("orders", day, time.Minute)
	}
	c.order("2026-09-04", "paid:KR paid:KR") // late
	status, said, complaint := c.tally("backfill", "orders", "--from", "2026-09-03", "--to", "2026-09-06", "--only", "all", "--reason", "late rows", "--parallel", "1")
	want := `orders in prod: 4 slots to count
  2026-09-02T15:30:00Z  Thu 2026-09-03 00:30  missing
  2026-09-03T15:30:00Z  Fri 2026-09-04 00:30  counted
  2026-09-04T15:30:00Z  Sat 2026-09-05 00:30  counted
  2026-09-05T15:30:00Z  Sun 2026-09-06 00:30  counted
  Thu 2026-09-03 00:30  stored: paid 2 open 0 other 0 total 2
  Fri 2026-09-04 00:30  unchanged: paid 3 open 0 other 0 total 3
  Sat 2026-09-05 00:30  stored: paid 4 → 6 open 0 other 0 total 4 → 6
  Sun 2026-09-06 00:30  unchanged: paid 5 open 0 other 0 total 5
2 stored, 2 unchanged of 4 slots
unchanged slots keep their record, so that the same command counts them again
`
	if difference := cmp.Diff(want, said); status != exitOK || complaint != "" || difference != "" {
		t.Errorf("status %d, %q (- want, + got):\n%s", status, complaint, difference)
	}
	if got := c.revisions(); got != "2.1 3.1 4.1 4.2 5.1" {
		t.Errorf("there are %s", got)
	}

	// Another definition: what is deployed must have it, too.
	changed := strings.Replace(cloudJobs, `open: status == "open"`, `open: status != "paid"`, 1)
	c.writeJobs(changed)
	args := []string{"backfill", "orders", "--from", "2026-09-03", "--to", "2026-09-06", "--only", "changed", "--reason", "open is all else"}
	status, _, complaint = c.tally(args...)
	if want := "what is deployed is another definition of orders than the jobs file has; run make deploy ENV=prod\n"; status != exitFailed || complaint != want {
		t.Errorf("status %d: %s", status, complaint)
	}
	c.deploy(changed)
	status, said, complaint = c.tally(args...)
	if status != exitOK || complaint != "" || !strings.Contains(said, "counted by another definition") || !strings.HasSuffix(said, "\n4 stored of 4 slots\n") {
		t.Errorf("status %d: %s\n%s", status, complaint, said)
	}
	if status, said, _ := c.tally(args...); status != exitOK || said != "orders in prod: 0 slots to count\n" {
		t.Errorf("again: status %d: %s", status, said)
	}
}

// A plan says which slots it leaves out. One that failed is tried again, and a dry run without
// a reason knows of none.
func TestBackfillThatGoesOn(t *testing.T) {
	c := september(t)
	days := []string{"--from", "2026-09-03", "--to", "2026-09-05"}
	if status, _, complaint := c.tally(append([]string{"backfill", "orders"}, days...)...); status != exitOK {
		t.Fatal(complaint)
	}
	if _, plan, _ := c.tally(append([]string{"backfill", "orders", "--only", "all", "--dry-run"}, days...)...); !strings.HasPrefix(plan, "orders in prod: 3 slots to count\n") {
		t.Errorf("the plan without a reason is\n%s", plan)
	}
	c.order("2026-09-03", "paid:KR")
	again := append([]string{"backfill", "orders", "--only", "all", "--reason", "late rows"}, days...)
	if status, _, complaint := c.tally(again...); status != exitOK {
		t.Fatal(complaint)
	}
	broken, err := c.store.Read(t.Context(), contract.RecordKey("orders", slotOf(t, "2026-09-02"), 1))
	if err != nil {
		t.Fatal(err)
	}
	for i := range broken {
		broken[i].Revision, broken[i].Reason, broken[i].Count, broken[i].Status = 2, "late rows", nil, contract.StatusFailed
	}
	if _, created, err := c.store.Create(t.Context(), contract.Lines{AllRows: broken}); !created || err != nil {
		t.Fatal(created, err)
	}
	if err := c.s3.Put("results", contract.RecordKey("orders", slotOf(t, "2026-09-04"), 1), []byte("noise")); err != nil {
		t.Fatal(err)
	}
	_, plan, _ := c.tally(append(again, "--dry-run")...)
	want := []string{
		"orders in prod: 1 slot to count", "  2026-09-02T15:30:00Z  Thu 2026-09-03 00:30  failed",
		"  2026-09-03T15:30:00Z  Fri 2026-09-04 00:30  left out: counted again for this reason on " + time.Now().UTC().Format(time.DateOnly) + "; write another reason to count it once more",
		"  2026-09-04T15:30:00Z  Sat 2026-09-05 00:30  left out: its record cannot be read: the object is no record: ", `; see "Correct a record by hand" in docs/repairing.md`,
	}
	for i, line := range want {
		if !strings.Contains(plan, line) || i == 0 && !strings.HasPrefix(plan, line) {
			t.Errorf("it does not say %s:\n%s", line, plan)
		}
	}
	if _, said, _ := c.tally(append(again, "--dry-run", "--json")...); !strings.Contains(said, `"left_out": [`+"\n    {") {
		t.Errorf("it prints %s", said)
	}
	if _, said, _ := c.tally("backfill", "orders", "--from", "2026-09-04", "--to", "2026-09-04", "--json"); said != "{\n  \"job\": \"orders\",\n  \"plan\": [],\n  \"left_out\": []\n}\n" {
		t.Errorf("of nothing it prints %s", said)
	}
}

// Counts are not replaced by 0 where the source deletes what is old, unless somebody says so.
func TestBackfillOfWhatIsGone(t *testing.T) {
	c := september(t)
	c.count("orders", "2026-09-04", time.Minute)
	args := []string{"backfill", "orders", "--from", "2026-09-05", "--to", "2026-09-05", "--only", "all", "--reason", "late rows"}
	keys, err := c.s3.Keys("logs")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if err := c.s3.Delete("logs", key); err != nil {
			t.Fatal(err)
		}
	}
	status, said, complaint := c.tally(args...)
	if status != exitFailed || complaint != "1 failed; the same command goes on\n" || !strings.Contains(said, "every count would be 0 now, so revision 1 stays the latest: ") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	status, said, complaint = c.tally(append(args, "--allow-empty")...)
	if status != exitOK || !strings.Contains(said, "stored: paid 4 → 0 open 0 other 0 total 4 → 0\n") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
}

// While Lambda refuses, nothing is said of the slots: they are without a result.
func TestBackfillThatIsRefused(t *testing.T) {
	c := september(t)
	c.refuse = func(w http.ResponseWriter, event contract.Event) bool {
		if event.ScheduledTime.Day() < 3 {
			return false
		}
		w.Header().Set("X-Amzn-ErrorType", "TooManyRequestsException")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	status, said, complaint := c.tally(append([]string{"backfill", "orders"}, september10...)...)
	want := "8 slots without a result, refused by Lambda: tally-prod-counter has no room (max_concurrency, or the account's limit) or is being deployed (TooManyRequestsException); the same command goes on\n"
	if status != exitFailed || complaint != want || !strings.HasSuffix(said, "\n2 stored of 10 slots\n") || strings.Contains(said, "failed") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	if got := len(c.events()); got > 2+(mostFailures+1)*mostTries {
		t.Errorf("it tried %d times", got)
	}
	// A counter that is gone is not waited for.
	c.refuse = func(w http.ResponseWriter, _ contract.Event) bool {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		return true
	}
	if _, said, _ := c.tally(append([]string{"backfill", "orders"}, september10...)...); !strings.Contains(said, "failed: there is no function tally-prod-counter; run make deploy ENV=prod\n") {
		t.Errorf("it says\n%s", said)
	}
}

// Three failures in a row end it, and the same command goes on. Lambda's own refusals do not
// count: they are waited for.
func TestBackfillThatFails(t *testing.T) {
	c := september(t)
	var calls atomic.Int32
	c.refuse = func(w http.ResponseWriter, event contract.Event) bool {
		calls.Add(1)
		switch day := event.ScheduledTime.Day(); {
		case calls.Load() == 1:
			w.Header().Set("X-Amzn-ErrorType", "TooManyRequestsException")
			w.WriteHeader(http.StatusTooManyRequests)
		case calls.Load() == 3:
			panic(http.ErrAbortHandler) // the connection is cut
		case day == 2 || day >= 4 && day <= 6:
			failFunction(w, contract.ErrorUnavailable, "bucket logs: \x1b[31mno connection")
		default:
			return false
		}
		return true
	}
	status, said, complaint := c.tally(append([]string{"backfill", "orders", "--parallel", "1"}, september10...)...)
	if want := "4 failed, 4 slots without a result; the same command goes on\n"; status != exitFailed || complaint != want {
		t.Errorf("status %d: %s", status, complaint)
	}
	if !strings.Contains(said, "  Thu 2026-09-03 00:30  failed: bucket logs: \ufffd[31mno connection\n") || !strings.HasSuffix(said, "\n2 stored of 10 slots\n") {
		t.Errorf("it says\n%s", said)
	}
	c.refuse = nil
	if status, said, _ := c.tally(append([]string{"backfill", "orders"}, september10...)...); status != exitOK || !strings.HasSuffix(said, "\n8 stored of 8 slots\n") {
		t.Errorf("status %d:\n%s", status, said)
	}
	if got := c.revisions(); got != "1.1 2.1 3.1 4.1 5.1 6.1 7.1 8.1 9.1 10.1" {
		t.Errorf("there are %s", got)
	}
}

// An interrupt at any slot ends after the slots that run, and nothing is counted twice.
func TestBackfillThatIsInterrupted(t *testing.T) {
	c := september(t)
	days := []string{"--from", "2026-09-02", "--to", "2026-09-21"} // more than four ends let pass
	for interrupted := range 4 {
		var calls atomic.Int32
		c.refuse = func(http.ResponseWriter, contract.Event) bool {
			call := int(calls.Add(1)) - interrupted%2
			if call == 1 {
				if err := syscall.Kill(os.Getpid(), []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[interrupted/2]); err != nil {
					t.Error(err)
				}
			}
			if call >= 1 {
				time.Sleep(100 * time.Millisecond) // until it has arrived
			}
			return false
		}
		status, _, complaint := c.tally(append([]string{"backfill", "orders"}, days...)...)
		if status != exitFailed || !strings.Contains(complaint, "ending after the slots that are being counted; press Ctrl-C again to leave them alone\n") || !strings.Contains(complaint, "without a result; the same command goes on\n") {
			t.Fatalf("status %d: %s", status, complaint)
		}
	}
	c.refuse = nil
	if status, _, complaint := c.tally(append([]string{"backfill", "orders"}, days...)...); status != exitOK {
		t.Errorf("status %d: %s", status, complaint)
	}
	var each []string
	for day := range 20 {
		each = append(each, fmt.Sprintf("%d.1", day+1))
	}
	if got, want := c.revisions(), strings.Join(each, " "); got != want {
		t.Errorf("there are %s, want %s", got, want)
	}
	if got := len(c.events()); got != 20 {
		t.Errorf("%d events were sent for 20 slots", got)
	}
}

// Two at once store each slot once.
func TestTwoBackfillsAtOnce(t *testing.T) {
	c := september(t)
	done := make(chan int)
	for range 2 {
		go func() {
			status, _, _ := c.tally(append([]string{"backfill", "orders"}, september10...)...)
			done <- status
		}()
	}
	if first, second := <-done, <-done; first != exitOK || second != exitOK {
		t.Errorf("statuses %d and %d", first, second)
	}
	if got := c.revisions(); got != "1.1 2.1 3.1 4.1 5.1 6.1 7.1 8.1 9.1 10.1" {
		t.Errorf("there are %s", got)
	}
}

// More at a time than there is room for beside scheduled runs has a warning, and is done.
func TestBackfillOfMoreAtATime(t *testing.T) {
	c := september(t)
	status, _, complaint := c.tally(append([]string{"backfill", "orders", "--parallel", "9"}, september10...)...)
	if want := "warning: with --parallel 9 a scheduled run may have to wait; the counter has room for 4 beside it (max_concurrency)\n"; status != exitOK || complaint != want {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// This machine counts, and stores where the counter would.
func TestBackfillFromThisMachine(t *testing.T) {
	c := september(t)
	status, said, complaint := c.tally(append([]string{"backfill", "by-country", "--local", "--bucket", "logs=logs"}, september10...)...)
	if status != exitOK || complaint != "" || !strings.HasSuffix(said, "\n10 stored of 10 slots\n") || len(c.events()) > 0 {
		t.Errorf("status %d: %s\n%s", status, complaint, said)
	}
	record, err := c.store.Read(t.Context(), contract.RecordKey("by-country", slotOf(t, "2026-09-05"), 1))
	if err != nil || len(record) != 2 || *record[1].Count != 5 || record[1].Origin != contract.OriginBackfill {
		t.Errorf("stored is %+v (%v)", record, err)
	}
}

func TestBackfillOfWrongInput(t *testing.T) {
	c := newCloud(t, cloudJobs)
	for args, want := range map[string]string{
		"":                                         "which job? write for example: tally backfill daily-scans --env prod --from 2022-01-01 --to 2022-03-31 --dry-run",
		"orders":                                   "which slots? write --from with their first day, such as --from 2022-01-01",
		"now --from 2026-09-01":                    "job now has no window: it counts the current state, and that of the past is gone",
		"orders --from 2026-09-01 --only bad":      `--only "bad" is not supported; write missing, failed, changed or all`,
		"orders --from 2026-09-01 --only all":      "why are slots counted again? write --reason, such as --reason 'late rows'",
		"orders --from 2026-09-01 --reason x":      "--reason and --allow-empty are about slots that have a record; write --only failed, changed or all too, or leave them out",
		"orders --from 2026-09-01 --parallel 0":    "--parallel is 0; write a number from 1 on",
		"orders --from 2026-09-01 --bucket logs=x": "--bucket and --endpoint-url are for --local; write it too, or leave them out",
		"orders --from 2026-09-01 --only all --reason " + strings.Repeat("x", 501): "--reason has line ends, or more than 500 bytes; write one short line",
	} {
		if status, _, complaint := c.tally(append([]string{"backfill"}, strings.Fields(args)...)...); status != exitInvalid || complaint != want+"\n" {
			t.Errorf("%s: status %d\ngot  %swant %s", args, status, complaint, want)
		}
	}
	c.deploy(strings.Replace(cloudJobs, "name: orders", "name: renamed", 1))
	status, _, complaint := c.tally("backfill", "orders", "--from", "2026-09-01", "--to", "2026-09-02")
	if want := `orders cannot be counted: job "orders": no such job; the jobs file has renamed, by-country, now`; status != exitFailed || !strings.HasPrefix(complaint, want) {
		t.Errorf("status %d: %s", status, complaint)
	}
}

func TestRecountCommand(t *testing.T) {
	c := september(t)
	c.count("orders", "2026-09-05", time.Minute)
	c.order("2026-09-05", "open:DE paid:DE")
	args := []string{"recount", "orders", "--at", "2026-09-05T15:30:00Z", "--reason", "late rows"}
	status, said, complaint := c.tally(args...)
	want := `stored: s3://results/counts/date=2026-09-05/orders-20260905T1530Z.rev2.jsonl
CASE   REVISION 1  REVISION 2  CHANGE
paid            5           6      +1
open            0           1      +1
other           0           0
total           5           7      +2
`
	if difference := cmp.Diff(want, said); status != exitOK || complaint != "" || difference != "" {
		t.Errorf("status %d, %q (- want, + got):\n%s", status, complaint, difference)
	}
	if status, said, _ := c.tally(append(args, "--local", "--bucket", "logs=logs")...); status != exitOK || !strings.HasPrefix(said, "unchanged: s3://results/counts/date=2026-09-05/orders-20260905T1530Z.rev2.jsonl\n") {
		t.Errorf("again: status %d:\n%s", status, said)
	}
	for args, want := range map[string]string{
		"recount":                                             "which job? write for example: tally recount daily-scans --env prod --at 2022-04-07T14:55:00Z --reason 'late rows'",
		"recount orders --reason x":                           "which slot? write --at latest, or its time, such as --at 2022-04-07T14:55:00Z",
		"recount orders --at latest":                          "why is it counted again? write --reason, such as --reason 'late rows'",
		"recount orders --at noon --reason x":                 `--at "noon" is not a time; write it like 2022-04-07T14:55:00Z, or latest`,
		"recount orders --at 2026-09-07T15:30:00Z --reason x": "orders has no record of 2026-09-07T15:30:00Z; tally backfill counts what is missing",
		"recount now --at 2026-09-07T15:30:00Z --reason x":    "job now has no window: it counts the current state, and that of the past is gone",
	} {
		if status, _, complaint := c.tally(strings.Fields(args)...); status != exitInvalid || complaint != want+"\n" {
			t.Errorf("%s: status %d\ngot  %swant %s", args, status, complaint, want)
		}
	}
}

// deploy replaces what the counter has.
func (c *cloud) deploy(jobs string) {
	c.t.Helper()
	c.jobs = jobtest.Read(c.t, jobs)
	c.engine.Jobs = c.jobs
}
