package local_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// A job's table is gone: its event ends in the queue, and no sweep can count the slot. What
// somebody at night sees and does, with the functions' real processes.
func TestStatusAndRedrive(t *testing.T) {
	system := startSystem(t)
	database := system.Database
	const job = "daily-scans"
	lost := expectOneSlot(t, system, job, 2*time.Hour) // a sweep should have had it counted
	system.AWS.Confirmed = []string{"first@example.com", "second@example.com", "third@example.com"}
	system.AWS.CloudWatch.SetAlarm("tally-local-failed-runs", "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).")
	system.AWS.CloudWatch.SetAlarm("tally-local-eu-errors", "of another environment, local-eu")
	tally := commandLine(t, system)

	db, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	execute := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	execute("ALTER TABLE scans RENAME TO scans_gone")
	if err := system.Deliver(job, lost); err != nil {
		t.Fatal(err)
	}
	if answer := sweep(t, system); answer.Failed.Total != 1 {
		t.Fatalf("the sweep says %+v", answer)
	}

	slot := lost.Format("2006-01-02T15:04Z")
	status, said := tally("status", "--env", "local")
	expect(t, status, said, 1, "local in ap-northeast-2", "1 gap of daily-scans, the first ", "its event waits in FailedRuns", "FailedRuns: 1 message\n", job+" "+slot+", waits for 0 min: it failed 3 times;",
		"it fails until the job, the table", `relation "scans" does not exist`, "last sweep 0 min ago: counted 0 slots, left 1 without a count", "alarm failed-runs is on: Threshold Crossed",
		"needs a person: ", "1 message in FailedRuns, for tally redrive", "alarm failed-runs")
	if strings.Contains(said, "local-eu") || strings.Contains(said, "\x1b") || strings.Contains(said, "confirm") {
		t.Errorf("it says\n%s", said)
	}
	for line := range strings.Lines(said) {
		if len([]rune(line)) > 81 && !strings.HasPrefix(line, "needs a person: ") {
			t.Errorf("%q is too long", line)
		}
	}
	time.Sleep(3 * time.Second) // until which the message is hidden
	status, said = tally("status", "--env", "local", "--json")
	facts, _, _ := strings.Cut(said, "\nneeds a person")
	var read struct {
		Gaps   []struct{ Job, Reason string }
		Queues []struct {
			Waiting  int
			Messages []struct {
				Job  string
				Slot time.Time
			}
		}
		Needs []string `json:"needs_a_person"`
	}
	if err := json.Unmarshal([]byte(facts), &read); err != nil || status != 1 || len(read.Needs) != 3 || len(read.Gaps) != 1 || read.Queues[0].Waiting != 1 || !read.Queues[0].Messages[0].Slot.Equal(lost) {
		t.Errorf("status %d, %v:\n%s", status, err, said)
	}

	status, said = tally("redrive", "--env", "local")
	expect(t, status, said, 1, job+" "+slot+" stays in FailedRuns: ", `relation "scans" does not exist`, "1 message, 1 stays\n")
	if visible := system.AWS.FailedRuns.Visible(); visible != 1 {
		t.Errorf("%d messages can be received after a redrive that failed, want 1", visible)
	}

	execute("ALTER TABLE scans_gone RENAME TO scans")
	system.AWS.CloudWatch.SetAlarm("tally-local-failed-runs", "")
	status, said = tally("redrive", "--env", "local", "--dry-run")
	expect(t, status, said, 0, job+" "+slot+": would be sent to tally-local-vpc-counter\n")
	status, said = tally("redrive", "--env", "local")
	expect(t, status, said, 0, job+" "+slot+": counted\n", "1 message, 1 counted\n")
	if left := system.AWS.FailedRuns.Bodies(); len(left) > 0 {
		t.Errorf("in the queue is still %q", left)
	}
	if _, err := system.S3.Object(system.Bucket, contract.RecordKey(job, lost, 1)); err != nil {
		t.Error(err)
	}
	status, said = tally("status", "--env", "local")
	expect(t, status, said, 0, job, "counted", "nothing needs a person\n")

	// What the sweep was faster with, what EventBridge kept, and what is not ours.
	event := fmt.Sprintf(`{"job":%q,"scheduledTime":%q,"schedule":"cron(55 14 * * ? *)"}`, job, lost.Format(time.RFC3339))
	system.AWS.FailedRuns.Send(local.DestinationRecord(vpcCounter, 3, []byte(event), []byte(`{"errorType":"Unavailable","errorMessage":"database app"}`)), nil)
	system.AWS.Undelivered.Send(contract.SweepEvent, map[string]string{"ERROR_CODE": "NO_PERMISSIONS"})
	system.AWS.Undelivered.Send("hello", nil)
	status, said = tally("redrive", "--env", "local")
	expect(t, status, said, 1, job+" "+slot+": had a record\n", "a sweep: swept\n", "message message-", " stays in Undelivered: it cannot be sent again: parse event: ", "3 messages, 1 had a record, 1 stays, 1 swept\n")
	if left := append(system.AWS.FailedRuns.Bodies(), system.AWS.Undelivered.Bodies()...); len(left) != 1 || left[0] != "hello" {
		t.Errorf("in the queues is %q", left)
	}
}

// commandLine runs the command line against a system.
func commandLine(t *testing.T, system *local.System) func(arguments ...string) (status int, said string) {
	t.Helper()
	tally := tallyOnce(t)
	return func(arguments ...string) (int, string) {
		t.Helper()
		command := exec.Command(tally, append(arguments, "--environments", "test/local", "--jobs", "test/local/jobs.yaml")...)
		command.Dir = projectRoot
		command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+system.AWS.Endpoint, "AWS_ENDPOINT_URL_S3="+system.S3.Endpoint, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret")
		said, err := command.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return command.ProcessState.ExitCode(), string(said)
	}
}

// expect compares with the lines of the output joined: they are cut where they are too long.
func expect(t *testing.T, status int, said string, want int, parts ...string) {
	t.Helper()
	joined := strings.Join(strings.Fields(said), " ")
	for _, part := range parts {
		if !strings.Contains(said, part) && !strings.Contains(joined, strings.Join(strings.Fields(part), " ")) {
			t.Errorf("it does not say %q:\n%s", part, said)
		}
	}
	if status != want {
		t.Errorf("exit status %d, want %d:\n%s", status, want, said)
	}
}
