package notify_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tally/lambda/internal/notify"
	"tally/test/local"
)

const arn = "arn:aws:sns:ap-northeast-2:123456789012:tally-dev-checks"

func topicAt(endpoint string) *notify.Topic {
	return notify.New(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}, arn)
}

// startSNS starts an SNS that has the topic.
func startSNS(t *testing.T) (*local.AWS, *notify.Topic) {
	t.Helper()
	account, err := local.StartAWS(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = account.Close() })
	account.SNS.AddTopic(arn)
	return account, topicAt(account.Endpoint)
}

func TestWhatIsPublished(t *testing.T) {
	account, topic := startSNS(t)
	for _, test := range []struct {
		name string
		sent notify.Message
		want local.Published
	}{
		{
			"all of it",
			notify.Message{
				Subject: "prod: daily-orders", Text: "paid 120 & \"87 %\" below 950\n<b>하나</b>",
				ByProtocol: map[string]string{"https": `{"version":"1.0"}`, "default": "not this one"},
				Attributes: map[string]string{"job": "daily-orders", "environment": "prod", "result": "fail"},
			},
			local.Published{
				Subject: "prod: daily-orders", Text: "paid 120 & \"87 %\" below 950\n<b>하나</b>",
				ByProtocol: map[string]string{"https": `{"version":"1.0"}`},
				Attributes: map[string]string{"job": "daily-orders", "environment": "prod", "result": "fail"},
			},
		},
		{"only a text", notify.Message{Text: "all is well"}, local.Published{Text: "all is well"}},
		{
			"SNS takes no empty attributes",
			notify.Message{Subject: "s", Text: "t", Attributes: map[string]string{"a": "", "b": "2", "c": "", "d": "4"}},
			local.Published{Subject: "s", Text: "t", Attributes: map[string]string{"b": "2", "d": "4"}},
		},
		{
			"a subject of the longest",
			notify.Message{Subject: strings.Repeat("가", 99), Text: "t"},
			local.Published{Subject: strings.Repeat("가", 99), Text: "t"},
		},
		{
			"a longer subject",
			notify.Message{Subject: strings.Repeat("가", 100), Text: "t"},
			local.Published{Subject: strings.Repeat("가", 98) + "…", Text: "t"},
		},
		{
			"a subject of several lines, and with a broken character",
			notify.Message{Subject: "a\r\nb\tc\u0085d\u2028e\x00f\xffg", Text: "t\xff"},
			local.Published{Subject: "a  b c d e f\ufffdg", Text: "t\ufffd"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(account.SNS.Messages())
			if err := topic.Publish(t.Context(), test.sent); err != nil {
				t.Fatal(err)
			}
			test.want.Topic = arn
			got := account.SNS.Messages()[before:]
			if difference := cmp.Diff([]local.Published{test.want}, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(local.Published{}, "Time")); difference != "" {
				t.Errorf("published (- want, + got):\n%s", difference)
			}
		})
	}
}

// A message is sent again only where SNS certainly did not take it.
func TestFaultsOfPublishing(t *testing.T) {
	const limit = 300 * time.Millisecond
	for _, test := range []struct {
		name   string
		faults []local.SNSFault
		want   string // in the error; empty: none
		left   int    // how many of the messages SNS took
	}{
		{"the topic is gone", faults(1, local.TopicGone), "publish to " + arn + ": NotFound (404): Topic does not exist", 0},
		{"refused", faults(1, local.PublishRefused), "AuthorizationError (403): User is not authorized", 0},
		{"throttled twice", faults(2, local.SNSThrottled), "", 1},
		{"throttled for longer", faults(3, local.SNSThrottled), "Throttling (400): Rate exceeded", 0},
		{"throttled by KMS", faults(1, local.SNSFault{Status: 400, Code: "KMSThrottling"}), "", 1},
		{"throttled by status", faults(1, local.SNSFault{Status: 429, Code: "TooMany"}), "", 1},
		{"failed twice", faults(2, local.SNSFailed), "", 1},
		{"failed for longer", faults(3, local.SNSFailed), "InternalError (500): Internal error", 0},
		{"throttled, then gone", []local.SNSFault{local.SNSThrottled, local.TopicGone}, "NotFound (404)", 0},
		{"slow", faults(1, local.SNSFault{Delay: 2 * limit}), "context deadline exceeded", 1}, // nobody stops SNS
		{"the answer is lost", faults(1, local.AnswerLost), "EOF", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			account, topic := startSNS(t)
			account.SNS.SetFaults(test.faults...)
			err := topic.Within(limit, time.Millisecond).Publish(t.Context(), notify.Message{Text: "paid 120"})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Fatalf("got %v, want an error that says %q", err, test.want)
			}
			time.Sleep(test.faults[0].Delay)
			if got := account.SNS.Messages(); len(got) != test.left {
				t.Errorf("SNS took %d messages, want %d", len(got), test.left)
			}
		})
	}
}

func faults(times int, fault local.SNSFault) (all []local.SNSFault) {
	for range times {
		all = append(all, fault)
	}
	return all
}

func TestAGatewayOnTheWayAnswers(t *testing.T) {
	endpoint := serve(t, listen(t, "127.0.0.1:0"), func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>no", http.StatusForbidden)
	})
	err := topicAt(endpoint).Publish(t.Context(), notify.Message{Text: "t"})
	if err == nil || !strings.HasSuffix(err.Error(), ": Forbidden (403): no reason was given") {
		t.Errorf("got %v", err)
	}
}

// A connection that is refused is tried again: nothing was sent.
func TestSNSIsNotThere(t *testing.T) {
	closed := listen(t, "127.0.0.1:0")
	address := closed.Addr().String()
	_ = closed.Close()
	time.AfterFunc(200*time.Millisecond, func() {
		serve(t, listen(t, address), func(http.ResponseWriter, *http.Request) {})
	})
	if err := topicAt("http://"+address).Publish(t.Context(), notify.Message{Text: "t"}); err != nil {
		t.Error(err)
	}
}

// The function's time goes on while a publish waits.
func TestAPublishEndsWithItsContext(t *testing.T) {
	account, topic := startSNS(t)
	account.SNS.SetFaults(faults(9, local.SNSThrottled)...)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err := topic.Publish(ctx, notify.Message{Text: "t"})
	if err == nil || !strings.Contains(err.Error(), "Throttling") || time.Since(begin) > 400*time.Millisecond {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}

// SNS takes messages for topics of its own region only.
func TestATopicOfAnotherRegion(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel() // before anything is sent: the error names the URL
	topic := notify.New(aws.Config{Region: "ap-northeast-2", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")},
		"arn:aws:sns:eu-central-1:444455556666:oncall")
	if err := topic.Publish(ended, notify.Message{Text: "t"}); err == nil || !strings.Contains(err.Error(), "https://sns.eu-central-1.amazonaws.com/") {
		t.Errorf("got %v", err)
	}
}

func listen(t *testing.T, address string) net.Listener {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Error(err)
	}
	return listener
}

// serve serves until the test ends.
func serve(t *testing.T, listener net.Listener, handler http.HandlerFunc) (endpoint string) {
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return "http://" + listener.Addr().String()
}
