package local_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/test/local"
)

// Athena's job of the environment, and what counts its slots: the SQL of its query has this.
const (
	eventsJob = "daily-events"
	counting  = "COUNT("
	started   = "athena:StartQueryExecution"
)

// held is the pace of a query that counts until somebody releases it.
var held = local.AthenaPace{Of: counting, Running: local.AthenaHeld}

// athenaSystem is the environment with slots of the last days, of which each test takes one.
type athenaSystem struct {
	*local.System
	athena *local.Athena
	log    *logBuffer
	days   int // that tests have taken

	seen, logged int // queries and lines of the log before the test
}

// Athena bills each query, and a query outlives what started it. Whatever happens to the
// counter, its events and its requests, a slot has one record and one query for each purpose.
func TestAthenaEndToEnd(t *testing.T) {
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	log := new(logBuffer)
	system, err := local.Start(t.Context(), local.Options{Root: projectRoot, Environment: "local", Built: builtOnce(t), Database: database, Log: log, Processes: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := system.Close(); err != nil {
			t.Error(err)
		}
	})
	loadLastEvents(t, system, time.Now())
	s := &athenaSystem{System: system, athena: &system.AWS.Athena, log: log}
	for _, test := range []struct {
		name string
		run  func(*testing.T, *athenaSystem)
	}{
		{"counted again after a day", testAthenaRecount},
		{"killed", testAthenaKilled},
		{"eight events at once", testAthenaRepeats},
		{"answers that get lost", testAthenaLostAnswers},
		{"a query that outlives its run", testAthenaPending},
		{"a grant that is repaired", testAthenaRepaired},
		{"the command line", testAthenaCommands},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.begin()
			defer s.athena.Release()
			test.run(t, s)
		})
	}
	t.Run("the role allows what is asked", func(t *testing.T) { testAthenaRights(t, s) })
}

// begin begins a test.
func (s *athenaSystem) begin() {
	s.Settle()
	s.athena.SetPace()
	s.athena.SetFailures()
	s.athena.SetFaults("StartQueryExecution")
	s.SetTimeout(eventsJob, 0)
	s.seen, s.logged = len(s.athena.Executions()), len(s.log.lines())
}

// slot is one of the last days that no other test has. The schedule history says that it should
// have a record.
func (s *athenaSystem) slot(t *testing.T) time.Time {
	t.Helper()
	s.days++
	return expectOneSlot(t, s.System, eventsJob, 30*time.Minute+time.Duration(s.days)*24*time.Hour)
}

// queries are those that count, and were begun in this test.
func (s *athenaSystem) queries() []local.AthenaExecution {
	return slices.DeleteFunc(s.athena.Executions()[s.seen:], func(e local.AthenaExecution) bool {
		return !strings.Contains(e.SQL, counting) || strings.HasPrefix(e.SQL, "EXPLAIN")
	})
}

// lines are the log of this test.
func (s *athenaSystem) lines() []string { return s.log.lines()[s.logged:] }

// awaitStarts waits until counters have asked Athena for so many queries in this test.
func (s *athenaSystem) awaitStarts(t *testing.T, before, requests int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.athena.AwaitAsked(ctx, started, before+requests); err != nil {
		t.Fatal(err)
	}
}

// expectOnce checks that a slot has one record, and that one query counted it, which its
// record and the metric of bytes name.
func (s *athenaSystem) expectOnce(t *testing.T, slot time.Time) {
	t.Helper()
	s.expectRevisions(t, slot, 1, 1)
}

// expectRevisions is expectOnce for a slot with recounts: the test has counted it with some
// queries, of which the last one gave the latest revision.
func (s *athenaSystem) expectRevisions(t *testing.T, slot time.Time, revisions, queries int) {
	t.Helper()
	var paid []local.AthenaExecution
	for _, query := range s.queries() {
		if query.Bytes > 0 {
			paid = append(paid, query)
		}
	}
	if len(paid) != queries {
		t.Fatalf("%d queries were paid for, want %d: %+v", len(paid), queries, paid)
	}
	keys, err := s.RecordKeys()
	if err != nil {
		t.Fatal(err)
	}
	keys = slices.DeleteFunc(keys, func(key string) bool {
		job, at, _, _ := contract.ParseRecordKey(key)
		return job != eventsJob || !at.Equal(slot)
	})
	if want := contract.RecordKey(eventsJob, slot, revisions); len(keys) != revisions || keys[len(keys)-1] != want {
		t.Fatalf("there is %q, want %s and those before it", keys, want)
	}
	query := paid[len(paid)-1]
	for _, line := range s.record(t, slot, revisions) {
		if line.QueryID != query.ID || line.BytesScanned != query.Bytes || line.Count == nil {
			t.Errorf("the record says %+v of query %s with %d bytes", line, query.ID, query.Bytes)
		}
	}
	metrics := 0
	for _, line := range s.lines() {
		if strings.Contains(line, fmt.Sprintf(`"BytesScanned":%d`, query.Bytes)) {
			metrics++
		}
	}
	if metrics != revisions {
		t.Errorf("%d metrics have the bytes of a query, want %d", metrics, revisions)
	}
}

func (s *athenaSystem) record(t *testing.T, slot time.Time, revision int) []contract.Record {
	t.Helper()
	object, err := s.S3.Object(s.Bucket, contract.RecordKey(eventsJob, slot, revision))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := contract.DecodeAll(bytes.NewReader(object))
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// The counter is killed at moments that differ with each seed, and Lambda sends the event again.
func testAthenaKilled(t *testing.T, s *athenaSystem) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 3 {
		s.begin()
		slot := s.slot(t)
		s.athena.SetPace(local.AthenaPace{Of: counting, Running: 300 * time.Millisecond})
		var killed sync.WaitGroup
		killed.Add(2) // the third try is Lambda's last
		kill := func() {
			s.Crash(eventsJob)
			killed.Done()
		}
		// The operations with the most requests of a run that each has.
		operation := []string{"StartQueryExecution", "GetQueryExecution"}[r.IntN(2)]
		var faults []local.AthenaFault
		for range 2 {
			faults = append(faults, make([]local.AthenaFault, r.IntN(2))...)
			faults = append(faults, local.AthenaFault{Meanwhile: kill, Reset: r.IntN(2) == 0})
		}
		s.athena.SetFaults(operation, faults...)
		if err := s.Deliver(eventsJob, slot); err != nil {
			t.Fatal(err)
		}
		killed.Wait()
		if failed := s.Lambda.FailedRuns(); len(failed) > 0 {
			t.Fatalf("the event was given up: %q", failed)
		}
		s.expectOnce(t, slot)
	}

	// It waits for the query, at each kill.
	s.begin()
	slot := s.slot(t)
	s.athena.SetPace(held)
	waits := func(then func()) []local.AthenaFault { // the first two requests are about other queries
		return []local.AthenaFault{{}, {}, {Meanwhile: func() {
			s.Crash(eventsJob)
			then()
		}}}
	}
	s.athena.SetFaults("GetQueryExecution", append(waits(func() {}), waits(s.athena.Release)...)...)
	if err := s.Deliver(eventsJob, slot); err != nil {
		t.Fatal(err)
	}
	s.expectOnce(t, slot)
}

// Eight runs of the same event join one query.
func testAthenaRepeats(t *testing.T, s *athenaSystem) {
	const events = 8
	slot := s.slot(t)
	s.athena.SetPace(held)
	before := s.athena.Asked()[started]
	outcomes := make([]string, events)
	var runs sync.WaitGroup
	for i := range events {
		runs.Go(func() { outcomes[i] = outcomeOf(s.Fire(t.Context(), eventsJob, slot)) })
	}
	s.awaitStarts(t, before, 2*events) // each also asks for the types of columns
	s.athena.Release()
	runs.Wait()
	want := slices.Repeat([]string{string(contract.OutcomeAlreadyStored)}, events-1)
	slices.Sort(outcomes)
	if difference := cmp.Diff(append(want, string(contract.OutcomeStored)), outcomes); difference != "" {
		t.Errorf("outcomes (- want, + got):\n%s", difference)
	}
	s.expectOnce(t, slot)
}

// outcomeOf is what an event came to, in a word if all is well.
func outcomeOf(answer contract.Answer, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(answer.Outcome)
}

// Athena begins the query, and its answer gets lost.
func testAthenaLostAnswers(t *testing.T, s *athenaSystem) {
	slot := s.slot(t)
	s.athena.SetFaults("StartQueryExecution", local.AthenaFault{}, local.AthenaAnswerLost, local.AthenaAnswerLost, local.AthenaConnectionCut)
	if got := outcomeOf(s.Fire(t.Context(), eventsJob, slot)); got != string(contract.OutcomeStored) {
		t.Errorf("the event was answered %s", got)
	}
	s.expectOnce(t, slot)
}

// A run ends before its query, and so does a sweep's. Neither is a failure, and the next sweep
// joins the query.
func testAthenaPending(t *testing.T, s *athenaSystem) {
	slot := s.slot(t)
	s.athena.SetPace(held)
	s.SetTimeout(eventsJob, 3*time.Second)
	var run sync.WaitGroup
	run.Go(func() {
		if got := outcomeOf(s.Fire(t.Context(), eventsJob, slot)); got != string(contract.OutcomePending) {
			t.Errorf("the event was answered %s", got)
		}
	})
	answer := sweep(t, s.System)
	run.Wait()
	if answer.Pending.Total != 1 || answer.Pending.Slots[0].Reason != "its query still runs in Athena; the next sweep joins it" ||
		answer.Failed.Total+answer.Missed.Total+answer.Recovered.Total+answer.GivenUp.Total != 0 {
		t.Errorf("the sweep says %+v", answer)
	}
	for _, line := range s.lines() {
		var entry struct {
			Level, Msg               string
			FailedCases, MissedSlots int
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "ERROR" || entry.Level == "WARN" && entry.Msg != "slot pending" || entry.FailedCases+entry.MissedSlots > 0 {
			t.Errorf("the log has (%v) %s", err, line)
		}
	}
	if _, err := s.S3.Object(s.Bucket, contract.RecordKey(eventsJob, slot, 1)); err == nil {
		t.Error("a record was stored")
	}
	s.athena.Release()
	if answer := sweep(t, s.System); answer.Recovered.Total != 1 || answer.Pending.Total+answer.Failed.Total+answer.Missed.Total != 0 {
		t.Errorf("the next sweep says %+v", answer)
	}
	s.expectOnce(t, slot)
}

// The counter lacks a right, at the event and at its retries. Once somebody has repaired that,
// the next sweep counts.
func testAthenaRepaired(t *testing.T, s *athenaSystem) {
	slot := s.slot(t)
	now := time.Now()
	s.athena.SetClock(func() time.Time { return now })
	defer s.athena.SetClock(nil)
	for range 3 { // Lambda sends an event that failed again after one minute, and after two
		denied := local.AthenaGlueDenied
		denied.Of = "COUNT(" // not of the query that asks for types
		s.athena.SetFailures(denied)
		_, err := s.Fire(t.Context(), eventsJob, slot)
		var failure *local.FunctionError
		if !errors.As(err, &failure) || failure.Type != contract.ErrorPermanent || !strings.Contains(failure.Message, "the counter's role lacks a right of Glue") {
			t.Fatalf("got %v", err)
		}
		now = now.Add(time.Minute)
	}
	s.athena.SetFailures()
	now = now.Add(time.Hour)
	if answer := sweep(t, s.System); answer.Recovered.Total != 1 || answer.Failed.Total != 0 {
		t.Errorf("the sweep says %+v", answer)
	}
	s.expectOnce(t, slot)
}

// Late rows: a day after the slot, recount_after counts again. Athena still knows the token of
// the first query, so this one has its own. The recount's repeat joins that.
func testAthenaRecount(t *testing.T, s *athenaSystem) {
	s.days++ // the last slot is not old enough
	slot := s.slot(t)
	if got := outcomeOf(s.Fire(t.Context(), eventsJob, slot)); got != string(contract.OutcomeStored) {
		t.Fatalf("the event was answered %s", got)
	}
	lines := s.record(t, slot, 1)
	for i := range lines { // else it is as good as a recount
		lines[i].CountedAt = slot.Add(time.Minute)
	}
	body, err := contract.EncodeRecords(lines)
	if key := contract.RecordKey(eventsJob, slot, 1); err == nil {
		err = errors.Join(s.S3.Delete(s.Bucket, key), s.S3.Put(s.Bucket, key, body))
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := s.Lake.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := local.InsertEvents(t.Context(), db, local.Event{At: lines[0].WindowFrom.Add(time.Minute), Kind: "click"}); err != nil {
		t.Fatal(err)
	}
	s.athena.SetPace(held)
	before := s.athena.Asked()[started]
	var runs sync.WaitGroup
	var repeat contract.Answer
	runs.Go(func() {
		output, err := s.Invoke(t.Context(), eventsJob, fmt.Appendf(nil, `{"job":%q,"scheduledTime":%q,"recount":{"reason":"1d after the slot","age":"1d"}}`, eventsJob, slot.Format(time.RFC3339)))
		if err == nil {
			err = json.Unmarshal(output, &repeat)
		}
		if err != nil {
			t.Error(err)
		}
	})
	var answer contract.SweepAnswer
	runs.Go(func() { answer = sweep(t, s.System) })
	s.awaitStarts(t, before, 4)
	s.athena.Release()
	runs.Wait()
	if answer.Recounted.Total != 1 || answer.Failed.Total+answer.Missed.Total+answer.Pending.Total+answer.Recovered.Total != 0 {
		t.Fatalf("the sweep says %+v", answer)
	}
	outcomes := []string{answer.Recounted.Slots[0].Reason, string(repeat.Outcome)}
	slices.Sort(outcomes)
	if difference := cmp.Diff([]string{string(contract.OutcomeStored), string(contract.OutcomeUnchanged)}, outcomes); difference != "" {
		t.Errorf("outcomes (- want, + got):\n%s", difference)
	}
	s.expectRevisions(t, slot, 2, 2)
	now := s.record(t, slot, 2)
	for i, name := range []string{"clicks", "large", "other", "total"} {
		more := map[string]int64{"clicks": 1, "total": 1}[name]
		if now[i].CaseName != name || *now[i].Count != *lines[i].Count+more {
			t.Errorf("%s was %d, and is %d", name, *lines[i].Count, *now[i].Count)
		}
	}
	if sweep(t, s.System).Recounted.Total != 0 {
		t.Error("the next sweep recounts again")
	}
}

// What a person wants counted is counted by a query of its own, also if that takes longer than
// a run.
func testAthenaCommands(t *testing.T, s *athenaSystem) {
	slot := s.slot(t)
	tally := commandLine(t, s.System)
	s.SetTimeout(eventsJob, 3*time.Second)
	day := slot.In(local.Seoul).Format(time.DateOnly)
	at := slot.Format(time.RFC3339)
	for i, test := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"backfill", eventsJob, "--from", day, "--to", day}, "1 stored of 1 slot\n"},
		{[]string{"recount", eventsJob, "--at", at, "--reason", "to be sure"}, "unchanged: s3://" + s.Bucket + "/" + contract.RecordKey(eventsJob, slot, 1) + "\n"},
	} {
		s.athena.SetPace(held)
		s.logged = len(s.log.lines())
		var run sync.WaitGroup
		run.Go(func() {
			status, said := tally(append(test.arguments, "--env", "local")...)
			expect(t, status, said, 0, test.want)
		})
		pending := func(line string) bool { return strings.Contains(line, `"outcome":"pending"`) }
		for begun := time.Now(); !slices.ContainsFunc(s.lines(), pending); time.Sleep(5 * time.Millisecond) {
			if time.Since(begun) > time.Minute {
				t.Fatal("the counter has not answered that the query is pending")
			}
		}
		s.athena.Release()
		run.Wait()
		if queries := len(s.queries()); queries != i+1 {
			t.Errorf("%s: %d queries, want %d", test.arguments[0], queries, i+1)
		}
	}
	if lines := s.record(t, slot, 1); lines[0].QueryID != s.queries()[0].ID || lines[0].Origin != contract.OriginBackfill {
		t.Errorf("the record says %+v", lines[0])
	}
}

// The client does nothing that the role of its counter does not allow. On AWS that would be the
// first to fail, and nothing else here knows IAM.
func testAthenaRights(t *testing.T, s *athenaSystem) {
	allowed := s.Allowed(eventsJob)
	for action := range s.athena.Asked() {
		if !slices.Contains(allowed, action) {
			t.Errorf("%s is asked, and the role allows %q", action, allowed)
		}
	}
}
