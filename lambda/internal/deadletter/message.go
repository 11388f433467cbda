package deadletter

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"tally/lambda/contract"
)

// Message is a message of a queue. Its texts are as they were sent: whoever shows them makes
// them legible first.
type Message struct {
	ID    string
	Sent  time.Time // since when it waits
	Cause string    // why it waits, in words
	// Request is what to send again, a [contract.Event] or a [contract.Sweep], and Payload is
	// its JSON. It is nil if Err says why there is none.
	Request contract.Request
	Payload []byte
	Err     error

	receipt string
}

// content is the body of a message, of whichever kind.
type content struct {
	// Lambda's record of an event that it gave up has these (Lambda developer guide, "Capturing
	// records of Lambda asynchronous invocations").
	RequestContext *struct {
		Condition              string
		ApproximateInvokeCount int
	}
	RequestPayload, ResponsePayload json.RawMessage
	// An event of EventBridge has these (EventBridge user guide, "Events").
	DetailType string `json:"detail-type"`
	Time       string
	Resources  []string
}

// decode reads a message of either queue. EventBridge sends what it would have sent to the
// function, or the event that a rule transforms.
func (q Queue) decode(received types.Message) Message {
	message := Message{ID: aws.ToString(received.MessageId), Payload: []byte(aws.ToString(received.Body)), receipt: aws.ToString(received.ReceiptHandle)}
	if sent, err := strconv.ParseInt(received.Attributes["SentTimestamp"], 10, 64); err == nil {
		message.Sent = time.UnixMilli(sent).UTC()
	}
	var body content
	_ = json.Unmarshal(message.Payload, &body) // what is no JSON is no request either, which says why
	switch {
	case body.RequestContext != nil:
		message.Payload, message.Cause = body.RequestPayload, body.ofLambda()
	case body.DetailType != "":
		message.Payload, message.Err = q.ofRule(body)
		fallthrough
	default:
		message.Cause = ofEventBridge(received.MessageAttributes)
	}
	message.Cause = cmp.Or(message.Cause, "the message does not say why")
	if message.Err == nil {
		message.Request, message.Err = request(message.Payload)
	}
	return message
}

// ofRule is the request that a rule makes of an event.
func (q Queue) ofRule(event content) ([]byte, error) {
	for _, resource := range event.Resources {
		_, rule, _ := strings.Cut(resource, ":rule/")
		switch name, ours := strings.CutPrefix(rule, q.Rules); {
		case ours && name == sweepRule:
			return []byte(contract.SweepEvent), nil
		case ours:
			return json.Marshal(map[string]string{"job": name, "scheduledTime": event.Time})
		}
	}
	return nil, fmt.Errorf("it is an event of no rule %s…", q.Rules)
}

// sweepRule is how the sweep's rule is called, after Rules.
const sweepRule = "-sweep"

func request(payload []byte) (contract.Request, error) {
	request, err := contract.ParseEvent(payload)
	if err != nil {
		return nil, err
	}
	switch request.(type) {
	case contract.Event, contract.Sweep:
		return request, nil
	}
	return nil, errors.New("it asks for nothing that is stored")
}
