package deadletter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/deadletter"
	"tally/test/local"
)

const slot = `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z","schedule":"cron(55 14 * * ? *)"}`

var event = contract.Event{Job: "daily-scans", ScheduledTime: time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC), Schedule: "cron(55 14 * * ? *)"}

func TestMessages(t *testing.T) {
	ofLambda := func(condition, response string) string {
		return `{"version":"1.0","requestContext":{"condition":"` + condition + `","approximateInvokeCount":3},"requestPayload":` + slot + response + `}`
	}
	for _, test := range []struct {
		name, body string
		attributes map[string]string
		request    contract.Request // nil: there is none
		cause      string
		problem    string // a part
	}{
		{
			name: "a run that failed", body: local.DestinationRecord("tally-prod-counter", 3, []byte(slot), []byte(`{"errorType":"Permanent","errorMessage":"relation \"scans\" does not exist"}`)),
			request: event, cause: `it failed 3 times; it fails until the job, the table or the permissions change: relation "scans" does not exist`,
		},
		{
			name: "a database that was away", body: ofLambda("RetriesExhausted", `,"responsePayload":{"errorType":"Unavailable","errorMessage":"dial tcp"}`),
			request: event, cause: "it failed 3 times; its database or bucket was not available: dial tcp",
		},
		{
			name: "a run that took too long", body: ofLambda("RetriesExhausted", `,"responsePayload":{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 300.00 seconds"}`),
			request: event, cause: "it failed 3 times; it took longer than timeout_seconds: RequestId: 1 Error: Task timed out after 300.00 seconds",
		},
		{
			name: "an error of an unknown type", body: ofLambda("RetriesExhausted", `,"responsePayload":{"errorType":"Extension.Crash"}`),
			request: event, cause: "it failed 3 times; Extension.Crash",
		},
		{name: "a run that never began", body: ofLambda("EventAgeExceeded", ""), request: event, cause: "it waited for 6 hours, since Lambda refused to start it"},
		{name: "an unknown condition", body: ofLambda("Tired", `,"responsePayload":null`), request: event, cause: "Tired"},
		{name: "an answer that is text", body: ofLambda("RetriesExhausted", `,"responsePayload":"out of order"`), request: event, cause: "it failed 3 times: out of order"},
		{name: "an answer that is a number", body: ofLambda("RetriesExhausted", `,"responsePayload":7`), request: event, cause: "it failed 3 times: 7"},
		{
			name: "a failed run of nobody knows what", body: `{"requestContext":{"condition":"RetriesExhausted"},"requestPayload":[1]}`,
			cause: "every try failed", problem: "cannot unmarshal array",
		},
		{name: "a failed run without its event", body: `{"requestContext":{}}`, cause: "the message does not say why", problem: "it is empty"},
		{
			name: "a rule that may not invoke", body: slot,
			attributes: map[string]string{"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "no resource-based policy", "RULE_ARN": "arn:aws:events:ap-northeast-2:1:rule/tally-prod-daily-scans", "TARGET_ARN": "arn"},
			request:    event, cause: "EventBridge may not invoke the function: no resource-based policy",
		},
		{
			name: "a schedule that was tried for a day", body: slot,
			attributes: map[string]string{"ERROR_CODE": "TooManyRequestsException", "ERROR_MESSAGE": "Rate Exceeded.", "EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds", "RETRY_ATTEMPTS": "185"},
			request:    event, cause: "it was tried for 24 hours; Lambda took no more events: Rate Exceeded.",
		},
		{name: "a code that is new", body: slot, attributes: map[string]string{"ERROR_CODE": "MOON_FULL"}, request: event, cause: "MOON_FULL"},
		{name: "a sweep", body: contract.SweepEvent, attributes: map[string]string{"ERROR_CODE": "NO_RESOURCE"}, request: contract.Sweep{}, cause: "the function is gone"},
		{
			name:    "the event of a rule, before it is transformed",
			body:    `{"version":"0","detail-type":"Scheduled Event","source":"aws.events","time":"2022-04-07T14:55:00Z","resources":["arn:aws:events:ap-northeast-2:1:rule/tally-prod-daily-scans"],"detail":{}}`,
			request: contract.Event{Job: "daily-scans", ScheduledTime: event.ScheduledTime}, cause: "the message does not say why",
		},
		{
			name: "the event of the sweep's rule", body: `{"detail-type":"Scheduled Event","time":"2022-04-07T15:17:00Z","resources":["arn:aws:events:ap-northeast-2:1:rule/tally-prod--sweep"]}`,
			attributes: map[string]string{"ERROR_CODE": "THROTTLING"}, request: contract.Sweep{}, cause: "Lambda took no more events",
		},
		{
			name: "the event of a rule of others", body: `{"detail-type":"Scheduled Event","time":"2022-04-07T15:17:00Z","resources":["arn:aws:events:ap-northeast-2:1:rule/backup"]}`,
			cause: "the message does not say why", problem: "it is an event of no rule tally-prod-…",
		},
		{name: "an event with a time that is none", body: `{"detail-type":"x","time":"noon","resources":["a:rule/tally-prod-a"]}`, cause: "the message does not say why", problem: "parse event"},
		{name: "text", body: "hello", cause: "the message does not say why", problem: "invalid character"},
		{name: "nothing", body: "", cause: "the message does not say why", problem: "it is empty"},
		{name: "a list", body: "[]", cause: "the message does not say why", problem: "cannot unmarshal array"},
		{name: "deep", body: strings.Repeat("[", 100_000), cause: "the message does not say why", problem: "exceeded max depth"},
		{name: "wrong types", body: `{"requestContext":7,"detail-type":{}}`, cause: "the message does not say why", problem: "it is empty"},
		{name: "a ping", body: contract.PingEvent, cause: "the message does not say why", problem: "it asks for nothing that is stored"},
		{name: "a dry run", body: `{"job":"daily-scans","dryRun":true}`, cause: "the message does not say why", problem: "it asks for nothing that is stored"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, queue := newQueue(t)
			server.FailedRuns.Send(test.body, test.attributes)
			messages, _, err := queue.Read(t.Context(), deadletter.Reading{Most: 1, Hidden: time.Second})
			if err != nil || len(messages) != 1 {
				t.Fatalf("got %d messages, %v", len(messages), err)
			}
			got := messages[0]
			if difference := cmp.Diff(test.request, got.Request); difference != "" || got.Cause != test.cause {
				t.Errorf("cause %q, want %q; request (- want, + got):\n%s", got.Cause, test.cause, difference)
			}
			if test.request == nil && (got.Err == nil || !strings.Contains(got.Err.Error(), test.problem)) || test.request != nil && got.Err != nil {
				t.Errorf("problem %v, want %q", got.Err, test.problem)
			}
			if since := time.Since(got.Sent); since < 0 || since > time.Minute {
				t.Errorf("it waits for %s", since)
			}
		})
	}
}

// 25 messages come in three batches, each once. Meanwhile nobody else receives them, and
// afterwards everybody does.
func TestReading(t *testing.T) {
	server, queue := newQueue(t)
	for range 25 {
		server.FailedRuns.Send(slot, nil)
	}
	messages, waiting, err := queue.Read(t.Context(), deadletter.Reading{Most: 100, Hidden: 3 * time.Second})
	if err != nil || len(messages) != 25 || waiting != 25 {
		t.Fatalf("got %d of %d messages, %v", len(messages), waiting, err)
	}
	if again, waiting, err := queue.Read(t.Context(), deadletter.Reading{Most: 100, Hidden: time.Second}); err != nil || len(again) != 0 || waiting != 25 {
		t.Errorf("another reader got %d of %d messages, %v", len(again), waiting, err)
	}
	time.Sleep(1100 * time.Millisecond) // the other reader has waited for a second in vain
	if some, _, err := queue.Read(t.Context(), deadletter.Reading{Most: 12, Hidden: 30 * time.Second}); err != nil || len(some) != 12 {
		t.Errorf("got %d messages, want at most 12: %v", len(some), err)
	} else if err := queue.Hide(t.Context(), some[0], 0); err != nil {
		t.Error(err)
	} else if err := queue.Delete(t.Context(), some[1]); err != nil {
		t.Error(err)
	}
	if visible := server.FailedRuns.Visible(); visible != 14 {
		t.Errorf("%d messages can be received, want 13 and the one that was shown again", visible)
	}
	if left := len(server.FailedRuns.Bodies()); left != 24 {
		t.Errorf("%d messages wait, want all but the deleted one", left)
	}
	// Somebody else has the expected message for two seconds.
	server, queue = newQueue(t)
	server.FailedRuns.Send(slot, nil)
	if messages, _, err = queue.Read(t.Context(), deadletter.Reading{Most: 1, Hidden: 2 * time.Second}); err != nil || len(messages) != 1 {
		t.Fatalf("got %d messages, %v", len(messages), err)
	}
	if again, _, err := queue.Read(t.Context(), deadletter.Reading{Most: 1, Hidden: time.Second, Wait: 3 * time.Second}); err != nil || len(again) != 1 {
		t.Errorf("got %d messages, want the one that was waited for: %v", len(again), err)
	}
	// A handle that another reader has replaced deletes nothing.
	if err := queue.Delete(t.Context(), messages[0]); err != nil || len(server.FailedRuns.Bodies()) != 1 {
		t.Errorf("an old handle left %d messages, %v", len(server.FailedRuns.Bodies()), err)
	}
}

func TestAQueueThatMayNotBeRead(t *testing.T) {
	server, queue := newQueue(t)
	for _, operation := range []string{"ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"} {
		server.Denied["sqs:"+operation] = "AccessDeniedException"
	}
	_, _, receiving := queue.Read(t.Context(), deadletter.Reading{Most: 1})
	server.Denied["sqs:GetQueueAttributes"] = "AccessDeniedException"
	_, _, counting := queue.Read(t.Context(), deadletter.Reading{Most: 1})
	for step, err := range map[string]error{
		"receive messages": receiving, "count the messages": counting,
		"delete message 1": queue.Delete(t.Context(), deadletter.Message{ID: "1"}), "hide message 1": queue.Hide(t.Context(), deadletter.Message{ID: "1"}, 0),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), step+": ") {
			t.Errorf("%s: got %v", step, err)
		}
	}
}

func newQueue(t *testing.T) (*local.AWS, deadletter.Queue) {
	t.Helper()
	server, err := local.StartAWS(t.Context(), "prod")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	client := sqs.New(sqs.Options{
		Region: "ap-northeast-2", BaseEndpoint: aws.String(server.Endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	return server, deadletter.Queue{Client: client, URL: server.Endpoint + "/1/FailedRuns", Rules: "tally-prod-"}
}
