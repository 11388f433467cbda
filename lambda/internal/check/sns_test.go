package check_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/notify"
	"tally/test/local"
)

const arn = "arn:aws:sns:ap-northeast-2:123456789012:tally-prod-checks"

// Whatever SNS does, the result is stored and is told as soon as SNS takes messages: twice only if
// SNS took a message and its answer was lost.
func TestWhatSNSDoes(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults []local.SNSFault
		atOnce bool // told by the event
		most   int
	}{
		{"it takes messages", nil, true, 1},
		{"the topic is gone", []local.SNSFault{local.TopicGone}, false, 1},
		{"it refuses", []local.SNSFault{local.PublishRefused}, false, 1},
		{"it throttles once", []local.SNSFault{local.SNSThrottled}, true, 1},
		{"it throttles for longer", []local.SNSFault{local.SNSThrottled, local.SNSThrottled, local.SNSThrottled}, false, 1},
		{"it is slow", []local.SNSFault{{Delay: 500 * time.Millisecond}}, true, 1},
		{"it is slower than the monitor has time", []local.SNSFault{{Delay: 4 * time.Second}}, false, 2},
		{"its answer is lost", []local.SNSFault{local.AnswerLost}, false, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			account, err := local.StartAWS(t.Context(), "prod")
			if err != nil {
				t.Fatal(err)
			}
			defer account.Close()
			account.SNS.AddTopic(arn)
			w := newWorld(t, orders("{paid: {min: 100}}"))
			w.checker.Topic = notify.New(aws.Config{
				Region: "ap-northeast-2", BaseEndpoint: &account.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
			}, arn)
			account.SNS.SetFaults(test.faults...)
			record := w.put("orders", slot(28), "paid=1")
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			answer, err := w.checker.Stored(ctx, record)
			if (err == nil) != test.atOnce || (answer.Told == 1) != test.atOnce {
				t.Errorf("the answer is %+v (%v)", answer, err)
			}
			w.wants(record, "paid min 100: fail")
			account.SNS.SetFaults()
			w.sweep(20 * time.Minute)
			w.sweep(time.Hour)
			messages := account.SNS.Messages()
			if len(messages) < 1 || len(messages) > test.most {
				t.Fatalf("%d messages", len(messages))
			}
			if got := messages[0]; got.Subject != "prod: orders, Sat 28 Nov: paid 1, below min 100" || got.Attributes["kind"] != "check" || !strings.Contains(got.ByProtocol["https"], `"source":"custom"`) {
				t.Errorf("the message is %+v", got)
			}
		})
	}
}
