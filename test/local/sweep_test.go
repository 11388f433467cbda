package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tally/lambda/contract"
	"tally/lambda/cron"
	"tally/lambda/timezone"
	"tally/test/local"
)

// lookback is how long ago the jobs were deployed.
const lookback = 3 * 24 * time.Hour

// testSweep runs a system whose events get lost, and sweeps. The function's clock is
// the real one: unlike in other tests, slots are those of the last days.
func testSweep(t *testing.T, environment string, system *local.System) {
	now := time.Now()
	loadLastDays(t, system, now)
	onTime := runs(t, system, now)

	first := firstState(t, system, slotBefore(t, system, "open-scans", now, 0))
	begun := now.Add(-lookback).UTC().Truncate(time.Second)
	putHistory(t, environment, system, begun, first)

	// What is delivered, by job: the rest is lost. Slots count back from the latest.
	delivered := map[string][]int{
		"daily-scans":        {1, 3},
		"daily-scans-closed": {5},          // before the deploy
		"daily-patients":     {0, 1, 2, 3}, // nothing lost
		"daily-orders":       {1},
		"daily-orders-log":   {1},
		"daily-events":       {2},
		"daily-uploads":      {}, // it never ran
	}
	for job, indexes := range delivered {
		for _, index := range indexes {
			fire(t, system, job, slotBefore(t, system, job, now, index))
		}
	}
	answer, err := system.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var recovered, missed []string
	for job, indexes := range delivered {
		for key := range onTime[job] {
			_, slot, _, _ := contract.ParseRecordKey(key)
			lost := !slices.ContainsFunc(indexes, func(index int) bool { return slotBefore(t, system, job, now, index).Equal(slot) })
			if lost && within(slot, begun, answer.To) {
				recovered = append(recovered, key)
			}
		}
	}
	for at := first.Add(5 * time.Minute); at.Before(answer.To); at = at.Add(5 * time.Minute) {
		missed = append(missed, contract.RecordKey("open-scans", at, 1))
	}
	compareSlots(t, "recovered", recovered, answer.Recovered)
	compareSlots(t, "missed", missed, answer.Missed)
	compareSlots(t, "failed", nil, answer.Failed)

	after := lastRecords(t, system, now)
	for job := range delivered {
		for key, record := range after[job] {
			// When they were counted and listed, and what had them counted, is the only difference.
			ignored := cmpopts.IgnoreFields(contract.Record{}, "CountedAt", "ListedFrom", "ListedTo", "Origin")
			if difference := cmp.Diff(onTime[job][key], record, ignored); difference != "" {
				t.Errorf("%s (- on time, + stored):\n%s", key, difference)
			}
			for _, line := range record {
				if origin := originOf(slices.Contains(recovered, key)); line.Origin != origin {
					t.Errorf("%s has the origin %q, want %q", key, line.Origin, origin)
				}
			}
		}
	}
	for _, key := range missed {
		for _, record := range after["open-scans"][key] {
			if record.Status != contract.StatusMissed || record.Count != nil || !record.Late {
				t.Errorf("%s: %+v", key, record)
			}
		}
	}
	again, err := system.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again.Recovered.Total+again.Failed.Total > 0 || again.Missed.Total > 1 { // five minutes may have passed
		t.Errorf("a second sweep found %+v", again)
	}
	last := lastRecords(t, system, now)
	for job := range after {
		maps.DeleteFunc(last[job], func(key string, _ []contract.Record) bool { return after[job][key] == nil && again.Missed.Total == 1 })
	}
	if difference := cmp.Diff(after, last); difference != "" {
		t.Errorf("a second sweep changed records:\n%s", difference)
	}
}

// originOf is the origin of a slot's record, counted on time or by the sweep.
func originOf(recovered bool) contract.Origin {
	if recovered {
		return contract.OriginSweep
	}
	return contract.OriginSchedule
}

// loadLastDays adds rows, orders and events of the last days.
func loadLastDays(t *testing.T, system *local.System, now time.Time) {
	t.Helper()
	admin, err := system.Database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	loadLastEvents(t, system, now)
	for i := range 7 * 24 {
		at, result := now.Add(-time.Duration(i)*time.Hour), []string{"'normal'", "'caries'", "NULL"}[i%3]
		_, err := admin.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO scans VALUES (%d, %d, %d, %s, 0.9, '%s')",
			local.SampleRows+1+i, i%7+1, i%5, result, at.In(local.Seoul).Format("2006-01-02 15:04:05.000")))
		if err != nil {
			t.Fatal(err)
		}
		order := local.Order{ID: len(local.SampleOrders()) + i, OrderedAt: at, Status: []string{"paid", "refunded", "open"}[i%3], Channel: []string{"app", "web"}[i%2]}
		if err := local.InsertOrders(t.Context(), admin, order); err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(order)
		if err == nil {
			err = system.S3.Put(local.LogsBucket, at.UTC().Format("orders/2006/01/02/15-04.jsonl"), line)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// loadLastEvents adds an event of each hour of the last days to the lake.
func loadLastEvents(t *testing.T, system *local.System, now time.Time) {
	t.Helper()
	db, err := system.Lake.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var events []local.Event
	for i := range 16 * 24 {
		events = append(events, local.Event{At: now.Add(-time.Duration(i) * time.Hour), Kind: []string{"click", "view", ""}[i%3], Amount: i % 150})
	}
	if err := local.InsertEvents(t.Context(), db, events...); err != nil {
		t.Fatal(err)
	}
}

// runs fires every slot of the last days, takes the records, and deletes them: they are
// what on-time runs store.
func runs(t *testing.T, system *local.System, now time.Time) map[string]map[string][]contract.Record {
	t.Helper()
	for job := range system.Triggers {
		if job == "open-scans" { // has no window
			continue
		}
		for index := range 6 {
			fire(t, system, job, slotBefore(t, system, job, now, index))
		}
	}
	records := lastRecords(t, system, now)
	total := int64(0)
	for _, ofJob := range records {
		for key, lines := range ofJob {
			total += *lines[0].Count
			if err := system.S3.Delete(system.Bucket, key); err != nil {
				t.Fatal(err)
			}
		}
	}
	if total == 0 {
		t.Fatal("nothing was counted: this test would prove nothing")
	}
	return records
}

// putHistory stores what a sweep would have stored after a deploy. The job of the current
// state was deployed later.
func putHistory(t *testing.T, environment string, system *local.System, begun, firstState time.Time) {
	t.Helper()
	var jobs []map[string]any
	for name, trigger := range system.Triggers {
		job := map[string]any{"name": name, "schedule": trigger.Expression}
		if trigger.Timezone != "UTC" {
			job["timezone"] = trigger.Timezone
		}
		if name == "open-scans" {
			job["since"] = firstState
		}
		jobs = append(jobs, job)
	}
	slices.SortFunc(jobs, func(a, b map[string]any) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	entry, err := json.Marshal(map[string]any{"time": begun, "jobs": jobs})
	if err == nil {
		err = system.S3.Put(system.Bucket, contract.SchedulesPrefix(environment)+"000001.json", entry)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// firstState fires a job of the current state for its latest slot, and stores an
// earlier record as a run two hours ago would have. It returns the earlier slot.
func firstState(t *testing.T, system *local.System, latest time.Time) time.Time {
	t.Helper()
	answer := fire(t, system, "open-scans", latest)
	first := latest.Add(-2 * time.Hour)
	for i := range answer.Records {
		answer.Records[i].ScheduledTime = first
	}
	body, err := contract.EncodeRecords(answer.Records)
	if err == nil {
		err = system.S3.Put(system.Bucket, contract.RecordKey("open-scans", first, 1), body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return first
}

func fire(t *testing.T, system *local.System, job string, at time.Time) contract.Answer {
	t.Helper()
	answer, err := system.Fire(t.Context(), job, at)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// slotBefore is a job's latest slot (0), the one before (1) and so on.
func slotBefore(t *testing.T, system *local.System, job string, now time.Time, index int) time.Time {
	t.Helper()
	trigger := system.Triggers[job]
	schedule, err := cron.ParseJob(trigger.Expression)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := timezone.Load(trigger.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	at := now
	for range index + 1 {
		at, _ = schedule.Prev(at, zone)
	}
	return at.UTC()
}

// lastRecords are what is stored of the last days, by job and key.
func lastRecords(t *testing.T, system *local.System, now time.Time) map[string]map[string][]contract.Record {
	t.Helper()
	keys, err := system.RecordKeys()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string][]contract.Record{}
	for _, key := range keys {
		job, slot, _, ok := contract.ParseRecordKey(key)
		if !ok || slot.Before(now.Add(-2*lookback)) {
			continue
		}
		object, err := system.S3.Object(system.Bucket, key)
		if err != nil {
			t.Fatal(err)
		}
		records, err := contract.DecodeAll(bytes.NewReader(object))
		if err != nil {
			t.Fatal(err)
		}
		if found[job] == nil {
			found[job] = map[string][]contract.Record{}
		}
		found[job][key] = records
	}
	return found
}

func within(at, from, to time.Time) bool { return !at.Before(from) && at.Before(to) }

func compareSlots(t *testing.T, what string, want []string, got contract.SweptSlots) {
	t.Helper()
	var keys []string
	for _, slot := range got.Slots {
		keys = append(keys, contract.RecordKey(slot.Job, slot.Slot, 1))
	}
	slices.Sort(want)
	slices.Sort(keys)
	if difference := cmp.Diff(want, keys); difference != "" || got.Total != len(want) {
		t.Errorf("%d slots are %s (- want, + got):\n%s", got.Total, what, difference)
	}
}

// definition differs with every change of the jobs file.
var definition = regexp.MustCompile(`,"job_sha256":"[0-9a-f]{64}"`)

func testDryRun(t *testing.T, system *local.System) {
	before, err := system.RecordKeys()
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{
		`{"job":"daily-scans","scheduledTime":"2022-04-09T14:55:00Z","dryRun":true}`: `{"outcome":"dry-run","job":"daily-scans","slot":"2022-04-09T14:55:00Z",` +
			`"window_from":"2022-04-08T15:00:00Z","window_to":"2022-04-09T14:55:00Z","cases":["normal","caries","unread","other","total"],"database":"app","table":"scans"}`,
		`{"job":"daily-orders-log","scheduledTime":"2022-04-07T15:20:00Z","dryRun":true}`: `{"outcome":"dry-run","job":"daily-orders-log","slot":"2022-04-07T15:20:00Z",` +
			`"window_from":"2022-04-06T15:00:00Z","window_to":"2022-04-07T15:00:00Z","cases":["paid","refunded","other","total"],"bucket":"logs","prefix":"orders/{yyyy}/{MM}/{dd}/"}`,
		`{"job":"daily-events","scheduledTime":"2022-04-07T16:30:00Z","dryRun":true}`: `{"outcome":"dry-run","job":"daily-events","slot":"2022-04-07T16:30:00Z",` +
			`"window_from":"2022-04-06T15:00:00Z","window_to":"2022-04-07T15:00:00Z","cases":["clicks","large","other","total"],"table":"events","athena":"lake"}`,
	} {
		job := regexp.MustCompile(`"job":"([^"]+)"`).FindStringSubmatch(event)[1]
		got, err := system.Invoke(t.Context(), job, []byte(event))
		if err != nil || definition.ReplaceAllString(string(got), "") != want {
			t.Errorf("%s: got %s (%v)\nwant %s", event, got, err, want)
		}
	}
	after, err := system.RecordKeys()
	if difference := cmp.Diff(before, after); difference != "" || err != nil {
		t.Errorf("dry runs changed what is stored (%v):\n%s", err, difference)
	}
}
