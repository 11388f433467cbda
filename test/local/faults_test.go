package local_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

const vpcCounter = "tally-local-vpc-counter"

// expectOneSlot has the schedule history of the environment say that a job was deployed for one
// slot, the latest one that is so old, and returns that slot.
func expectOneSlot(t *testing.T, system *local.System, job string, age time.Duration) time.Time {
	t.Helper()
	slot := slotBefore(t, system, job, time.Now().Add(-age), 0)
	if err := system.WatchBetween("local", job, slot, slot); err != nil {
		t.Fatal(err)
	}
	return slot
}

// The monitor and the counters are processes that find each other over the API of Lambda.
// Each of these faults leaves a slot without a record, which the next sweep counts.
func TestSweepsGoOnAfterFaults(t *testing.T) {
	system := startSystem(t)
	database := system.Database
	const job = "daily-scans"
	lost := expectOneSlot(t, system, job, 20*time.Minute) // due for long enough
	other := slotBefore(t, system, job, lost.Add(-time.Minute), 0).Format(time.RFC3339)
	event := fmt.Sprintf(`{"job":%q,"scheduledTime":%q}`, job, other)

	t.Run("killed", func(t *testing.T) {
		unlock := lockScans(t, database)
		defer unlock()
		go func() {
			waitForLock(t, database)
			system.Crash(job)
		}()
		answer := sweep(t, system)
		if answer.Failed.Total != 1 || !strings.Contains(answer.Failed.Slots[0].Reason, "signal: killed") {
			t.Errorf("the sweep says %+v", answer)
		}
	})
	t.Run("the event comes late, at the same time", func(t *testing.T) {
		unlock := lockScans(t, database)
		var late contract.Answer
		var run sync.WaitGroup
		run.Go(func() {
			answer, err := system.Fire(t.Context(), job, lost)
			if err != nil {
				t.Error(err)
			}
			late = answer
		})
		go func() {
			waitForLock(t, database)
			unlock()
		}()
		answer := sweep(t, system)
		run.Wait()
		if stored := late.Outcome == contract.OutcomeStored; answer.Failed.Total+answer.Pending.Total != 0 || stored == (answer.Recovered.Total == 1) {
			t.Errorf("the event was %s, and the sweep says %+v; want that one of them stored the record", late.Outcome, answer)
		}
		if again := sweep(t, system); again.Recovered.Total+again.Failed.Total+again.Pending.Total != 0 {
			t.Errorf("the next sweep says %+v", again)
		}
	})
	t.Run("throttled for some seconds", func(t *testing.T) {
		if err := system.S3.Delete(system.Bucket, contract.RecordKey(job, lost, 1)); err != nil {
			t.Fatal(err)
		}
		unlock := lockScans(t, database)
		var runs sync.WaitGroup
		for range 2 { // all that are reserved
			runs.Go(func() { invoke(t, system, vpcCounter, "", event) })
		}
		for system.Lambda.Running(vpcCounter) < 2 {
			time.Sleep(time.Millisecond)
		}
		time.AfterFunc(2*time.Second, unlock)
		if answer := sweep(t, system); answer.Recovered.Total != 1 || answer.Pending.Total+answer.Failed.Total != 0 {
			t.Errorf("the sweep says %+v", answer)
		}
		runs.Wait()
	})
	t.Run("the limits of the API", func(t *testing.T) {
		for _, test := range []struct{ name, function, payload, want string }{
			{"the monitor may not invoke itself", "tally-local-monitor", contract.SweepEvent, "403 AccessDeniedException"},
			{"a request of 7 MB", vpcCounter, strings.Repeat(" ", 7<<20), "413 RequestTooLargeException"},
			{"a bad event", vpcCounter, "{", `200 {"errorMessage":"parse event: unexpected EOF; write {\"job\":\"daily-scans\",\"scheduledTime\":\"2022-04-07T14:55:00Z\"}","errorType":"Transient"}`},
			{"a ping", vpcCounter, contract.PingEvent, `200 {"outcome":"pong"}`},
		} {
			if got := invoke(t, system, test.function, "", test.payload); got != test.want {
				t.Errorf("%s: got %s, want %s", test.name, got, test.want)
			}
		}
		if got := invoke(t, system, vpcCounter, "Event", "{"); got != "202 " {
			t.Errorf("an event that nobody waits for: got %s", got)
		}
		if failed := system.Lambda.FailedRuns(); len(failed) != 1 || failed[0] != "{" {
			t.Errorf("in the queue of failed runs is %q", failed)
		}
	})
}

func sweep(t *testing.T, system *local.System) contract.SweepAnswer {
	t.Helper()
	answer, err := system.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// invoke returns the status of an answer, and the error's type or the answer itself.
func invoke(t *testing.T, system *local.System, function, kind, payload string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		system.Lambda.Endpoint+"/2015-03-31/functions/"+function+"/invocations", bytes.NewReader([]byte(payload)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Invocation-Type", kind)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if kind := response.Header.Get("X-Amzn-ErrorType"); kind != "" {
		body = []byte(kind)
	}
	return fmt.Sprintf("%d %s", response.StatusCode, body)
}

// lockScans keeps everybody from reading scans until it is called back.
func lockScans(t *testing.T, database *local.Database) (unlock func()) {
	t.Helper()
	db, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	lock, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = lock.ExecContext(t.Context(), "LOCK TABLE scans IN ACCESS EXCLUSIVE MODE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return sync.OnceFunc(func() {
		_ = lock.Rollback()
		_ = db.Close()
	})
}

// waitForLock returns when a session waits for a lock.
func waitForLock(t *testing.T, database *local.Database) {
	db, err := database.Open()
	if err != nil {
		t.Error(err)
		return
	}
	defer db.Close()
	for waiting := 0; waiting == 0; time.Sleep(10 * time.Millisecond) {
		err := db.QueryRowContext(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").Scan(&waiting)
		if err != nil && err != sql.ErrNoRows {
			t.Error(err)
			return
		}
	}
}
