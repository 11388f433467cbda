package local

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Queue is a standard queue of SQS: a message that was received is hidden for a while, and
// only its latest receipt handle deletes it.
type Queue struct {
	mutex    sync.Mutex
	messages []*queued
	made     int // ids and receipt handles
}

type queued struct {
	id, body, receipt string
	attributes        map[string]string
	sent, hidden      time.Time // hidden until then
}

// Send puts a message into the queue.
func (q *Queue) Send(body string, attributes map[string]string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.made++
	q.messages = append(q.messages, &queued{id: fmt.Sprintf("message-%d", q.made), body: body, attributes: attributes, sent: time.Now()})
}

// Bodies are the messages of the queue, also the hidden ones.
func (q *Queue) Bodies() []string {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	bodies := []string{}
	for _, message := range q.messages {
		bodies = append(bodies, message.body)
	}
	return bodies
}

// Visible is how many messages somebody could receive now.
func (q *Queue) Visible() int {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	return len(q.visible())
}

func (q *Queue) visible() []*queued {
	return slices.DeleteFunc(slices.Clone(q.messages), func(m *queued) bool { return time.Now().Before(m.hidden) })
}

// sqsRequest are the keys of all requests.
type sqsRequest struct {
	QueueUrl, ReceiptHandle                                 string
	MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout int
}

// askSQS answers a request of the JSON protocol.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
func (a *AWS) askSQS(w http.ResponseWriter, r *http.Request, operation string) {
	var request sqsRequest
	err := json.NewDecoder(r.Body).Decode(&request)
	queue := map[string]*Queue{"FailedRuns": &a.FailedRuns, "Undelivered": &a.Undelivered}[path.Base(request.QueueUrl)]
	code := a.Denied["sqs:"+operation]
	var answer any
	switch {
	case code != "":
	case err != nil || queue == nil:
		code = "QueueDoesNotExist"
	default:
		answer, code = queue.ask(operation, request)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if code != "" {
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": "sqs:" + operation + " was refused"}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// ask does an operation. The code is that of an error.
func (q *Queue) ask(operation string, request sqsRequest) (answer any, code string) {
	switch operation {
	case "ReceiveMessage":
		deadline := time.Now().Add(time.Duration(request.WaitTimeSeconds) * time.Second)
		for {
			if received := q.receive(request); len(received) > 0 || time.Now().After(deadline) {
				return map[string]any{"Messages": received}, ""
			}
			time.Sleep(20 * time.Millisecond)
		}
	case "GetQueueAttributes":
		q.mutex.Lock()
		defer q.mutex.Unlock()
		visible := len(q.visible())
		return map[string]any{"Attributes": map[string]string{
			"ApproximateNumberOfMessages":           strconv.Itoa(visible),
			"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(len(q.messages) - visible),
		}}, ""
	}
	q.mutex.Lock()
	defer q.mutex.Unlock()
	i := slices.IndexFunc(q.messages, func(m *queued) bool { return m.receipt != "" && m.receipt == request.ReceiptHandle })
	switch {
	case operation == "DeleteMessage" && i >= 0:
		q.messages = slices.Delete(q.messages, i, i+1)
	case operation == "DeleteMessage": // an old handle: SQS answers the same and deletes nothing
	case operation == "ChangeMessageVisibility" && i >= 0 && time.Now().Before(q.messages[i].hidden):
		q.messages[i].hidden = time.Now().Add(time.Duration(request.VisibilityTimeout) * time.Second)
	case operation == "ChangeMessageVisibility":
		return nil, "MessageNotInflight"
	default:
		return nil, "UnsupportedOperation"
	}
	return map[string]any{}, ""
}

func (q *Queue) receive(request sqsRequest) []map[string]any {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	var received []map[string]any
	for _, message := range q.visible() {
		if len(received) == max(1, request.MaxNumberOfMessages) {
			break
		}
		q.made++
		message.receipt = fmt.Sprintf("receipt-%d", q.made)
		message.hidden = time.Now().Add(time.Duration(request.VisibilityTimeout) * time.Second)
		attributes := map[string]any{}
		for name, value := range message.attributes {
			attributes[name] = map[string]string{"DataType": "String", "StringValue": value}
		}
		sum := md5.Sum([]byte(message.body))
		received = append(received, map[string]any{
			"MessageId": message.id, "ReceiptHandle": message.receipt, "Body": message.body, "MD5OfBody": hex.EncodeToString(sum[:]),
			"Attributes":        map[string]string{"SentTimestamp": strconv.FormatInt(message.sent.UnixMilli(), 10)},
			"MessageAttributes": attributes,
		})
	}
	return received
}
