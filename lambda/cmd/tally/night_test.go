package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/creack/pty"
	"github.com/jedib0t/go-pretty/v6/text"

	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/test/local"
)

// account is a stand-in for the environment dev of enterProject, all well.
type account struct {
	*local.AWS
	records *local.S3
}

func newAccount(t *testing.T) account {
	t.Helper()
	impatient(t)
	enterProject(t)
	aws, err := local.StartAWS(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	records, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = aws.Close(), records.Close() })
	if err := aws.SetMonitor(contract.MonitorConfig{Environment: "dev", Stack: "stack", Bucket: "results", LongestTimeoutSeconds: 300, Parallel: 1}); err != nil {
		t.Fatal(err)
	}
	aws.CloudWatch.Put(contract.MetricSweeps, contract.DimensionEnvironment, "dev", time.Now().Add(-40*time.Minute), 1)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": aws.Endpoint, "AWS_ENDPOINT_URL_S3": records.Endpoint, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	return account{aws, records}
}

// event is what the schedule of early-orders sends for its slot some days ago.
func event(t *testing.T, days int) (text string, slot time.Time) {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().In(zone)
	slot = time.Date(now.Year(), now.Month(), now.Day()-days, 2, 30, 0, 0, zone).UTC()
	return fmt.Sprintf(`{"job":"early-orders","scheduledTime":%q,"schedule":"cron(30 2 * * ? *)","timezone":"America/New_York"}`, slot.Format(time.RFC3339)), slot
}

func (a account) fail(event, kind, message string) {
	answer, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message}) // strings always encode
	a.FailedRuns.Send(local.DestinationRecord("tally-dev-vpc-counter", 3, []byte(event), answer), nil)
}

// store puts a record of early-orders.
func (a account) store(t *testing.T, slot time.Time, count int64) {
	t.Helper()
	jobs, err := new(files).readJobs()
	if err != nil {
		t.Fatal(err)
	}
	j, _ := jobs.Lookup("early-orders")
	line := contract.Record{
		Job: "early-orders", CaseName: contract.CaseTotal, Groups: contract.Groups{}, Count: &count, Status: contract.StatusOK,
		ScheduledTime: slot, CountedAt: slot.Add(time.Second), Revision: 1, JobSHA256: j.SHA256(),
	}
	body, err := contract.EncodeRecords([]contract.Record{line})
	if err == nil {
		err = a.records.Put("results", contract.RecordKey("early-orders", slot, 1), body)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestStatusOfAHealthyEnvironment(t *testing.T) {
	account := newAccount(t)
	for _, days := range []int{7, 14, 21, 28} {
		_, slot := event(t, days)
		account.store(t, slot, int64(100+days))
	}
	_, slot := event(t, 0)
	if slot.After(time.Now()) {
		_, slot = event(t, 1)
		for _, days := range []int{8, 15, 22, 29} {
			_, before := event(t, days)
			account.store(t, before, int64(100+days-1))
		}
	}
	account.store(t, slot, 120)
	status, said, complaint := tally("status", "--env", "dev")
	if status != exitOK || complaint != "" || !strings.HasSuffix(said, "last sweep 40 min ago: counted 0 slots, left 0 without a count\nnothing needs a person\n") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "early-orders") && !strings.Contains(line, "  counted        120    +2 %  ") {
			t.Errorf("got %q", line)
		}
	}
}

// One part that cannot be read hides no other, and is named with the right that is missing.
func TestStatusOfWhatCannotBeRead(t *testing.T) {
	for _, test := range []struct{ action, code, want string }{
		{"sqs:ReceiveMessage", "AccessDeniedException", "queue FailedRuns cannot be read: receive messages: AWS does not allow it; needs sqs:ReceiveMessage\n"},
		{"sqs:GetQueueAttributes", "AccessDeniedException", "needs sqs:GetQueueAttributes\n"},
		{"cloudformation:DescribeStacks", "AccessDenied", "needs cloudformation:DescribeStacks\n"},
		{"sns:ListSubscriptionsByTopic", "AuthorizationError", "the addresses of alarms cannot be read: list the subscriptions of arn:"},
		{"cloudwatch:DescribeAlarms", "AccessDenied", "needs cloudwatch:DescribeAlarms\n"},
		{"cloudwatch:GetMetricData", "AccessDenied", "needs cloudwatch:GetMetricData\n"},
		{"cloudwatch:GetMetricData", "Throttling", "the sweeps cannot be read: read the metric Sweeps: "},
	} {
		t.Run(test.action+" "+test.code, func(t *testing.T) {
			account := newAccount(t)
			appendToEnvironment(t, "alarms: {email: [night@example.com]}\n")
			text, _ := event(t, 1)
			account.fail(text, "Permanent", "no such table")
			account.Undelivered.Send(text, map[string]string{"ERROR_CODE": "NO_PERMISSIONS"})
			account.CloudWatch.SetAlarm("tally-dev-errors", "three errors")
			account.Denied[test.action] = test.code
			status, said, complaint := tally("status", "--env", "dev")
			if status != exitFailed || !strings.HasPrefix(complaint, "needs a person: ") || !strings.Contains(complaint, " cannot be read") {
				t.Errorf("status %d, %s", status, complaint)
			}
			joined := strings.ReplaceAll(said, "\n  ", " ")
			if !strings.Contains(joined, test.want) {
				t.Errorf("it does not say %q:\n%s", test.want, said)
			}
			if needs := strings.Contains(joined, "; needs "+test.action+"\n"); needs == (test.code == "Throttling") {
				t.Errorf("it names the right %s: %t\n%s", test.action, needs, said)
			}
			service, _, _ := strings.Cut(test.action, ":")
			for of, part := range map[string]string{
				"sqs cloudformation": "FailedRuns: 1 message", "cloudwatch:DescribeAlarms": "alarm errors is on: three errors",
				"cloudwatch:GetMetricData": "last sweep 40 min ago", "sns": "night@example.com must confirm",
			} {
				broken := strings.Contains(of, service) && (service != "cloudwatch" || of == test.action)
				if strings.Contains(said+complaint, part) == broken {
					t.Errorf("%q is shown: %t, want %t:\n%s", part, !broken, !broken, said)
				}
			}
		})
	}
}

func TestStatusWithoutRecordsToRead(t *testing.T) {
	account := newAccount(t)
	account.fail("{}", "Transient", "once")
	if err := account.records.Close(); err != nil {
		t.Fatal(err)
	}
	status, said, complaint := tally("status", "--env", "dev")
	if status != exitFailed || !strings.Contains(said, "the records cannot be read: list the schedule history: ") || !strings.Contains(said, "FailedRuns: 1 message\n") || !strings.HasSuffix(complaint, "; the records cannot be read\n") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	account.Variables[contract.ConfigVariable] = "{}"
	if status, _, complaint = tally("status", "--env", "dev"); status != exitFailed || !strings.HasPrefix(complaint, "read the variables of tally-dev-monitor, which another version may have deployed: ") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// Records that cannot be read hide neither the jobs nor the gaps that a listing tells.
func TestStatusOfRecordsThatAreBroken(t *testing.T) {
	account := newAccount(t)
	_, slot := event(t, 1)
	if err := account.records.Put("results", contract.RecordKey("early-orders", slot, 1), []byte("noise")); err != nil {
		t.Fatal(err)
	}
	entry := fmt.Sprintf(`{"time":%q,"stack":"stack","jobs":[{"name":"daily-scans","schedule":"cron(55 14 * * ? *)"}]}`, time.Now().AddDate(0, 0, -3).UTC().Format(time.RFC3339))
	if err := account.records.Put("results", contract.SchedulesPrefix("dev")+"000001.json", []byte(entry)); err != nil {
		t.Fatal(err)
	}
	status, said, complaint := tally("status", "--env", "dev")
	said = strings.ReplaceAll(said, "\n  ", " ")
	for _, want := range []string{
		"the records cannot be read: no record can be read: ", " unreadable ", " gaps of daily-scans, the first ", `; see "Correct a record by hand" in docs/repairing.md`,
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if status != exitFailed || !strings.Contains(complaint, "the last slot of early-orders is unreadable; ") || !strings.HasSuffix(complaint, "; the records cannot be read\n") {
		t.Errorf("status %d, %s", status, complaint)
	}
}

// The last line fits a narrow terminal.
func TestWhatNeedsAPersonFits(t *testing.T) {
	account := newAccount(t)
	for range 2 {
		account.fail("{}", "Transient", "once")
	}
	account.CloudWatch.SetAlarm("tally-dev-errors", "three errors")
	withoutMachine(t)
	shown := shownBy(t, func(terminal *os.File) {
		if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 40}); err != nil {
			t.Error(err)
		}
		run(t.Context(), []string{"status", "--env", "dev"}, terminal, terminal)
	})
	if !strings.Contains(text.StripEscape(shown), "\nneeds a person: 2 messages in\n  FailedRuns, for tally redrive once the\n  cause is repaired; alarm errors\n") {
		t.Errorf("it shows\n%s", shown)
	}
	for line := range strings.Lines(shown) {
		if line = strings.TrimSuffix(line, "\n"); text.StringWidthWithoutEscSequences(line) > 40 || blanks.MatchString(line) {
			t.Errorf("%q is too long, or ends with blanks", line)
		}
	}
}

// What a message says cannot steer the terminal or fill the screen, in any form.
func TestStatusOfHostileMessages(t *testing.T) {
	account := newAccount(t)
	hostile := "\x1b]0;owned\x07\u009b2J\u202e" + strings.Repeat("x", 10_000) + "\r\n\x00"
	text, _ := event(t, 1)
	account.fail(text, "Permanent"+hostile, hostile)
	quoted, _ := json.Marshal(hostile) // a string always encodes
	account.fail(fmt.Sprintf(`{"job":%s,"scheduledTime":"2022-04-07T14:55:00Z"}`, quoted), "Permanent", "")
	account.Undelivered.Send(hostile, map[string]string{"ERROR_CODE": hostile, "ERROR_MESSAGE": hostile})
	for range 60 {
		account.Undelivered.Send("x", nil)
	}
	account.CloudWatch.SetAlarm("tally-dev-errors", hostile)
	for _, flags := range [][]string{nil, {"--json"}} {
		time.Sleep(glance.Hidden)
		status, said, complaint := tally(append([]string{"status", "--env", "dev"}, flags...)...)
		if status != exitFailed || strings.ContainsFunc(said+complaint, func(r rune) bool { return r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e') }) {
			t.Errorf("status %d, or characters that steer the terminal:\n%q%q", status, said, complaint)
		}
		if len(said) > 40_000 || flags == nil && (len(said) > 12_000 || !strings.Contains(said, "Undelivered: at least 61 messages\n") || !strings.Contains(said, "and 42 more, which --json lists\n")) {
			t.Errorf("it says\n%s", said)
		}
	}
}

func TestRedrive(t *testing.T) {
	account := newAccount(t)
	var asked []string
	account.Invoke = func(w http.ResponseWriter, r *http.Request) {
		payload, _ := io.ReadAll(r.Body)
		asked = append(asked, r.PathValue("name")+" "+string(payload))
		for days, answer := range map[int]func(slot time.Time){
			1: func(slot time.Time) { fmt.Fprintf(w, `{"outcome":"stored"}`); account.store(t, slot, 1) },
			2: func(time.Time) {
				w.Header().Set("X-Amz-Function-Error", "Unhandled")
				fmt.Fprint(w, `{"errorType":"Permanent","errorMessage":"still\u001b[2J broken"}`)
			},
			3: func(time.Time) {
				w.Header().Set("X-Amzn-ErrorType", "TooManyRequestsException")
				w.WriteHeader(http.StatusTooManyRequests)
				fmt.Fprint(w, `{"Message":"Rate Exceeded."}`)
			},
			4: func(time.Time) { panic(http.ErrAbortHandler) }, // the connection is cut
			5: func(time.Time) { fmt.Fprint(w, "<html>") },
			6: func(time.Time) { fmt.Fprint(w, `{"outcome":"already-stored"}`) },
		} {
			if text, slot := event(t, days); text == string(payload) {
				answer(slot)
			}
		}
	}
	send := func(days int) string {
		text, slot := event(t, days)
		account.fail(text, "Transient", "once")
		return "early-orders " + slot.Format("2006-01-02T15:04Z")
	}
	one, two, three, four, five, six, seven := send(1), send(2), send(3), send(4), send(5), send(6), send(7)
	again, slot := event(t, 7) // counted by a sweep; its message comes twice
	account.store(t, slot, 7)
	account.Undelivered.Send(again, map[string]string{"ERROR_CODE": "TIMEOUT"})
	account.Undelivered.Send(`{"job":"unknown","scheduledTime":"2022-04-07T14:55:00Z"}`, nil)
	account.Undelivered.Send(`{"job":"early-orders","scheduledTime":"2022-04-07T14:55:00Z"}`, nil)
	account.Undelivered.Send("\x1b[31mnot ours", nil)

	status, said, _ := tally("redrive", "--env", "dev", "--dry-run")
	if status != exitFailed || len(asked) > 0 || !strings.Contains(said, seven+": had a record\n"+six+": would be sent to tally-dev-vpc-counter\n") {
		t.Errorf("a dry run: status %d, invoked %q:\n%s", status, asked, said)
	}
	time.Sleep(glance.Hidden) // nothing was deleted, and it is soon there again
	status, said, complaint := tally("redrive", "--env", "dev")
	joined := strings.ReplaceAll(said, "\n  ", " ")
	position := 0
	for _, want := range []string{
		"unknown 2022-04-07T14:55Z stays in Undelivered: there is no job \"unknown\"; the jobs file has daily-scans, early-orders\n",
		"early-orders 2022-04-07T14:55Z stays in Undelivered: job early-orders: 2022-04-07T14:55:00Z is no occurrence of cron(30 2 * * ? *)",
		seven + ": had a record\n", seven + ": had a record\n", six + ": had a record\n",
		five + " stays in FailedRuns: read the answer of tally-dev-vpc-counter: invalid character",
		four + " stays in FailedRuns: invoke tally-dev-vpc-counter: no answer: EOF\n",
		three + " stays in FailedRuns: refused by Lambda: tally-dev-vpc-counter has no room (max_concurrency, or the account's limit) or is being deployed (TooManyRequestsException)\n",
		two + " stays in FailedRuns: still�[2J broken\n", one + ": counted\n",
		"stays in Undelivered: it cannot be sent again: parse event: invalid character", "if nobody needs it, delete it by hand\n",
		"11 messages, 1 counted, 3 had a record, 7 stay\n",
	} {
		at := strings.Index(joined[position:], want)
		if at < 0 {
			t.Fatalf("it does not say, or not in this order, %q:\n%s", want, said)
		}
		position += at + len(want)
	}
	if status != exitFailed || complaint != "7 messages left in the queues\n" || strings.ContainsRune(said, '\x1b') {
		t.Errorf("status %d, %s:\n%q", status, complaint, said)
	}
	if failed, undelivered := account.FailedRuns.Visible(), account.Undelivered.Visible(); failed != 4 || undelivered != 3 {
		t.Errorf("%d and %d messages can be received, want the 4 and 3 that stay", failed, undelivered)
	}
	if len(asked) != 4+2*mostTries || !slices.ContainsFunc(asked, func(call string) bool { return strings.HasPrefix(call, `tally-dev-vpc-counter {"job":"early-orders"`) }) {
		t.Errorf("it invoked %q", asked)
	}
}

// Ctrl-C ends after the slot that runs; the rest can be received at once.
func TestRedriveIsInterrupted(t *testing.T) {
	account := newAccount(t)
	account.Invoke = func(w http.ResponseWriter, _ *http.Request) {
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Error(err)
		}
		time.Sleep(200 * time.Millisecond)
		_, slot := event(t, 2)
		account.store(t, slot, 1)
		fmt.Fprint(w, `{"outcome":"stored"}`)
	}
	for _, days := range []int{1, 2} {
		text, _ := event(t, days)
		account.fail(text, "Transient", "once")
	}
	status, said, complaint := tally("redrive", "--env", "dev")
	if status != exitFailed || !strings.Contains(said, ": counted\ninterrupted: 1 message not sent, the next tally redrive goes on\n2 messages, 1 counted, 1 stays\n") || complaint != "ending after the slot that runs; press Ctrl-C again to leave it alone\n1 message left in the queues\n" {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	if visible := account.FailedRuns.Visible(); visible != 1 {
		t.Errorf("%d messages can be received, want 1", visible)
	}
}

// A recount wants another revision, whatever a sweep counted before.
func TestRedriveOfARecount(t *testing.T) {
	account := newAccount(t)
	var asked []string
	account.Invoke = func(w http.ResponseWriter, r *http.Request) {
		payload, _ := io.ReadAll(r.Body)
		asked = append(asked, string(payload))
		fmt.Fprint(w, `{"outcome":"stored"}`)
	}
	_, slot := event(t, 1)
	account.store(t, slot, 1)
	loaded, err := files{environment: "dev"}.load()
	if err != nil {
		t.Fatal(err)
	}
	deployed, err := findDeployed(t.Context(), loaded.Environments[0])
	if err != nil {
		t.Fatal(err)
	}
	payload := fmt.Sprintf(`{"job":"early-orders","scheduledTime":%q,"recount":{"reason":"late rows"}}`, slot.Format(time.RFC3339))
	request, err := contract.ParseEvent([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	r := redrive{archive: archive{environment: loaded.Environments[0], deployed: deployed, jobs: loaded.Jobs.Jobs}, swept: true}
	what, err := r.settle(t.Context(), letter{Message: deadletter.Message{Request: request, Payload: []byte(payload)}})
	if what != nowCounted || err != nil || len(asked) != 1 || asked[0] != payload {
		t.Errorf("%s (%v), sent %q", what, err, asked)
	}
}

func TestRedriveSaysHowManyStay(t *testing.T) {
	for stay, want := range map[int]string{1: "3 messages, 1 stays, 2 swept\n", 2: "3 messages, 2 stay, 2 swept\n"} {
		var out strings.Builder
		r := redrive{screen: screen{out: &out, width: wide}, results: map[string]int{stays: stay, nowSwept: 2}, others: 4}
		if err := r.summary(3); out.String() != want || err == nil || err.Error() != amount(stay, "message")+" left in the queues, about 4 messages not received" {
			t.Errorf("got %s%v", out.String(), err)
		}
	}
}

func TestRedriveThatIsInterruptedEarly(t *testing.T) {
	newAccount(t)
	time.AfterFunc(300*time.Millisecond, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGTERM) })
	if status, said, complaint := tally("redrive", "--env", "dev"); status != exitFailed || said != "" || !strings.HasSuffix(complaint, "\ninterrupted before anything was sent\n") {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
}

func TestRedriveOfNothing(t *testing.T) {
	account := newAccount(t)
	if status, said, complaint := tally("redrive", "--env", "dev"); status != exitOK || said != "0 messages\n" || complaint != "" {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	// Somebody else has the only message, and may lose it.
	text, _ := event(t, 1)
	account.fail(text, "Transient", "once")
	if _, _, err := queueOf(t, account).Read(t.Context(), deadletter.Reading{Most: 1, Hidden: time.Minute}); err != nil {
		t.Fatal(err)
	}
	if status, said, complaint := tally("redrive", "--env", "dev"); status != exitFailed || said != "FailedRuns: about 1 message more; somebody else may have received them: run\n  this again\n0 messages\n" || complaint != "about 1 message not received\n" {
		t.Errorf("status %d, %s:\n%s", status, complaint, said)
	}
	account.Denied["sqs:ReceiveMessage"] = "AccessDeniedException"
	if status, _, complaint := tally("redrive", "--env", "dev"); status != exitFailed || !strings.HasPrefix(complaint, "queue FailedRuns: receive messages: ") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

func TestNightArguments(t *testing.T) {
	newAccount(t)
	for _, command := range []string{"status", "redrive", "report", "sweep", "verify", "fetch", "teardown"} {
		if status, _, complaint := tally(command, "x"); status != exitInvalid || !strings.HasPrefix(complaint, "tally "+command+" takes no arguments, got \"x\"; ") {
			t.Errorf("status %d: %s", status, complaint)
		}
	}
	for _, command := range []string{"status", "redrive"} {
		if status, _, complaint := tally(command); status != exitInvalid || complaint != "which environment? write for example: tally "+command+" --env prod\n" {
			t.Errorf("status %d: %s", status, complaint)
		}
		if status, _, complaint := tally(command, "--env", "prod"); status != exitFailed || !strings.HasPrefix(complaint, "there is no function tally-prod-monitor in ap-northeast-2") {
			t.Errorf("status %d: %s", status, complaint)
		}
	}
}

// appendToEnvironment adds to the file of the environment dev.
func appendToEnvironment(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile("environments/dev.yaml", []byte(environment+text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func queueOf(t *testing.T, account account) deadletter.Queue {
	t.Helper()
	client := sqs.New(sqs.Options{Region: "ap-northeast-2", BaseEndpoint: &account.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")})
	return deadletter.Queue{Client: client, URL: account.Endpoint + "/1/FailedRuns"}
}
