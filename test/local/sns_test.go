package local

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The SDK's client takes the answers for those of SNS.
func TestSNSTakesAndRefusesMessagesAsAWSDoes(t *testing.T) {
	const arn = "arn:aws:sns:ap-northeast-2:123456789012:tally-local-checks"
	account, err := StartAWS(t.Context(), "local")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = account.Close() })
	account.SNS.AddTopic(arn)
	client := sns.New(sns.Options{
		Region: "ap-northeast-2", BaseEndpoint: &account.Endpoint, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	attribute := func(kind, value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: &kind, StringValue: &value}
	}
	for _, test := range []struct {
		name string
		edit func(*sns.PublishInput)
		want string // the error; empty: none
	}{
		{"a text", func(*sns.PublishInput) {}, ""},
		{"the longest subject", func(i *sns.PublishInput) { i.Subject = aws.String(strings.Repeat("가", 99)) }, ""},
		{"a longer subject", func(i *sns.PublishInput) { i.Subject = aws.String(strings.Repeat("a", 100)) }, "InvalidParameter: Invalid parameter: Subject"},
		{"an empty subject", func(i *sns.PublishInput) { i.Subject = aws.String("") }, "InvalidParameter: Invalid parameter: Subject"},
		{"a subject of two lines", func(i *sns.PublishInput) { i.Subject = aws.String("a\nb") }, "InvalidParameter: Invalid parameter: Subject"},
		{"a tab in the subject", func(i *sns.PublishInput) { i.Subject = aws.String("a\tb") }, "InvalidParameter: Invalid parameter: Subject"},
		{"a subject that is not UTF-8", func(i *sns.PublishInput) { i.Subject = aws.String("\xff") }, "InvalidParameter: Invalid parameter: Subject"},
		{"no text", func(i *sns.PublishInput) { i.Message = aws.String("") }, "InvalidParameter: Invalid parameter: Empty message"},
		{"the longest text", func(i *sns.PublishInput) { i.Message = aws.String(strings.Repeat("a", 262_144)) }, ""},
		{"a longer text", func(i *sns.PublishInput) { i.Message = aws.String(strings.Repeat("a", 262_145)) }, "InvalidParameter: Invalid parameter: Message too long"},
		{"attributes count, too", func(i *sns.PublishInput) {
			i.Message, i.MessageAttributes = aws.String(strings.Repeat("a", 262_144)), map[string]types.MessageAttributeValue{"a": attribute("String", "b")}
		}, "InvalidParameter: Invalid parameter: Message too long"},
		{"by protocol", func(i *sns.PublishInput) {
			i.Message, i.MessageStructure = aws.String(`{"default":"a","https":"b"}`), aws.String("json")
		}, ""},
		{"no default", func(i *sns.PublishInput) {
			i.Message, i.MessageStructure = aws.String(`{"https":"b"}`), aws.String("json")
		}, "InvalidParameter: Invalid parameter: Message Structure - No default entry in JSON message body"},
		{"no JSON", func(i *sns.PublishInput) { i.MessageStructure = aws.String("json") }, "InvalidParameter: Invalid parameter: Message Structure - JSON message body failed to parse"},
		{"a number in the JSON", func(i *sns.PublishInput) {
			i.Message, i.MessageStructure = aws.String(`{"default":"a","https":5}`), aws.String("json")
		}, "InvalidParameter: Invalid parameter: Message Structure - JSON message body failed to parse"},
		{"another structure", func(i *sns.PublishInput) { i.MessageStructure = aws.String("xml") }, "InvalidParameter: Invalid parameter: MessageStructure"},
		{"another topic", func(i *sns.PublishInput) { i.TopicArn = aws.String(arn + "2") }, "NotFound: Topic does not exist"},
		{"attributes", func(i *sns.PublishInput) {
			i.MessageAttributes = map[string]types.MessageAttributeValue{"a.b-c_D": attribute("String", "1"), "e": attribute("String", "2")}
		}, ""},
		{"an attribute without a value", func(i *sns.PublishInput) {
			i.MessageAttributes = map[string]types.MessageAttributeValue{"a": attribute("String", "")}
		}, "ParameterValueInvalid: The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."},
		{"an attribute without a name", func(i *sns.PublishInput) {
			i.MessageAttributes = map[string]types.MessageAttributeValue{"": attribute("String", "1")}
		}, "ParameterValueInvalid: The message contains an invalid message attribute name ''."},
		{"an attribute with a blank in its name", func(i *sns.PublishInput) {
			i.MessageAttributes = map[string]types.MessageAttributeValue{"a b": attribute("String", "1")}
		}, "ParameterValueInvalid: The message contains an invalid message attribute name 'a b'."},
		{"an attribute of no type", func(i *sns.PublishInput) {
			i.MessageAttributes = map[string]types.MessageAttributeValue{"a": attribute("Text", "1")}
		}, "ParameterValueInvalid: The message attribute 'a' has an invalid message attribute type 'Text'."},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := len(account.SNS.Messages())
			input := &sns.PublishInput{TopicArn: aws.String(arn), Message: aws.String("paid 120")}
			test.edit(input)
			answer, err := client.Publish(t.Context(), input)
			if got := said(err); got != test.want || err == nil && aws.ToString(answer.MessageId) == "" {
				t.Errorf("SNS said %q, want %q", got, test.want)
			}
			if took := len(account.SNS.Messages()) - before; took == 1 != (test.want == "") {
				t.Errorf("SNS took %d messages", took)
			}
		})
	}
	messages := account.SNS.Messages()
	inOrder := slices.IsSortedFunc(messages, func(a, b Published) int { return a.Time.Compare(b.Time) })
	if !inOrder || time.Since(messages[0].Time) > time.Minute {
		t.Error("the messages are not in order, or of other times")
	}
	want := []Published{
		{Topic: arn, Text: "a", ByProtocol: map[string]string{"https": "b"}},
		{Topic: arn, Text: "paid 120", Attributes: map[string]string{"a.b-c_D": "1", "e": "2"}},
	}
	if difference := cmp.Diff(want, messages[len(messages)-2:], cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Published{}, "Time")); difference != "" {
		t.Errorf("the last messages (- want, + got):\n%s", difference)
	}

	account.SNS.SetFaults(TopicGone, PublishRefused, SNSThrottled, SNSFailed, SNSFault{Delay: 50 * time.Millisecond}, AnswerLost)
	var got []string
	for range 7 {
		_, err := client.Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String(arn), Message: aws.String("paid 120")})
		got = append(got, said(err))
	}
	if want := []string{"NotFound: Topic does not exist", "AuthorizationError: User is not authorized to perform: SNS:Publish", "Throttling: Rate exceeded", "InternalError: Internal error", "", "no answer", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if took := len(account.SNS.Messages()) - len(messages); took != 3 { // also the one whose answer was lost
		t.Errorf("SNS took %d messages, want 3", took)
	}
}

// said is what SNS says in an error.
func said(err error) string {
	var failure smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &failure):
		return failure.ErrorCode() + ": " + failure.ErrorMessage()
	}
	return "no answer"
}
