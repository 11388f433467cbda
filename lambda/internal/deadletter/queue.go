// Package deadletter reads the two queues in which an event waits for a person: Undelivered,
// of what EventBridge could not hand to a function, and FailedRuns, of what Lambda gave up
// after every try.
package deadletter

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue is one of the queues.
type Queue struct {
	Client *sqs.Client
	URL    string
	Rules  string // what the names of the environment's rules and schedules begin with, such as tally-prod-
}

// Reading is how to receive messages.
type Reading struct {
	Most   int           // messages
	Hidden time.Duration // for which nobody else receives a message
	Wait   time.Duration // for messages that should be there: somebody else may have hidden them
}

// poll is how long a request waits if nothing more is expected. One that waits asks all of
// SQS's servers (long polling): without that, some messages are not found.
const poll = time.Second

// batch is how many messages SQS hands over at a time.
const batch = 10

// Read receives messages until there are no more, or as many as wanted. SQS delivers at least
// once, so a message that comes again is left out. waiting is about how many there were before,
// also those that somebody else has hidden.
func (q Queue) Read(ctx context.Context, reading Reading) (all []Message, waiting int, err error) {
	if waiting, err = q.waiting(ctx); err != nil {
		return nil, 0, fmt.Errorf("count the messages: %w", err)
	}
	place := map[string]int{} // in all, by id
	for len(all) < reading.Most {
		wait := poll
		if len(all) < waiting {
			wait = max(wait, reading.Wait)
		}
		answer, err := q.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl:                    &q.URL,
			MaxNumberOfMessages:         int32(min(batch, reading.Most-len(all))),
			VisibilityTimeout:           int32(reading.Hidden.Seconds()),
			WaitTimeSeconds:             int32(wait.Seconds()),
			MessageAttributeNames:       []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameSentTimestamp},
		})
		if err != nil {
			return all, waiting, fmt.Errorf("receive messages: %w", err)
		}
		before := len(all)
		for _, received := range answer.Messages {
			id := aws.ToString(received.MessageId)
			if i, known := place[id]; known {
				all[i].receipt = aws.ToString(received.ReceiptHandle) // only the latest one deletes
				continue
			}
			place[id] = len(all)
			all = append(all, q.decode(received))
		}
		if len(all) == before {
			break
		}
	}
	return all, waiting, nil
}

func (q Queue) waiting(ctx context.Context) (total int, err error) {
	names := []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible}
	answer, err := q.Client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.URL, AttributeNames: names})
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		number, err := strconv.Atoi(answer.Attributes[string(name)])
		if err != nil {
			return 0, err
		}
		total += number
	}
	return total, nil
}

// Hide keeps a message that was read from other readers, for a time from now. Zero shows it
// to them again.
func (q Queue) Hide(ctx context.Context, message Message, hidden time.Duration) error {
	_, err := q.Client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.URL, ReceiptHandle: &message.receipt, VisibilityTimeout: int32(hidden.Seconds()),
	})
	if err != nil {
		return fmt.Errorf("hide message %s: %w", message.ID, err)
	}
	return nil
}

// Delete deletes a message that was read and is still hidden.
func (q Queue) Delete(ctx context.Context, message Message) error {
	if _, err := q.Client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: &message.receipt}); err != nil {
		return fmt.Errorf("delete message %s: %w", message.ID, err)
	}
	return nil
}
