// Package notify publishes messages to a topic of SNS.
package notify

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/pause"
	"tally/lambda/internal/signed"
)

// Topic is a topic of SNS.
type Topic struct {
	arn   string
	sns   *signed.Client
	limit time.Duration // of one request
	pause time.Duration // before the second try, and twice as long before the third
}

const (
	requestTime = 10 * time.Second
	firstPause  = 500 * time.Millisecond
	tries       = 3 // as long as SNS did not take the message
)

// New makes a topic that is reached in its own region, or at the configuration's endpoint.
func New(config aws.Config, arn string) *Topic {
	if parts := strings.Split(arn, ":"); len(parts) == 6 {
		config.Region = parts[3] // SNS takes messages for topics of the same region only
	}
	return &Topic{arn: arn, sns: signed.New(config, "sns"), limit: requestTime, pause: firstPause}
}

// Publish sends a message. An error that is no *Refusal means that SNS did not answer: the
// message may have gone out nevertheless. Only the caller knows whether to tell it twice.
func (t *Topic) Publish(ctx context.Context, message Message) error {
	form, err := message.form(t.arn)
	if err != nil {
		return err
	}
	body := []byte(form.Encode())
	for try := 1; ; try++ {
		err := t.send(ctx, body)
		if err == nil {
			return nil
		}
		if try == tries || !notTaken(err) || !pause.For(ctx, time.Duration(try)*t.pause) {
			return fmt.Errorf("publish to %s: %w", t.arn, err)
		}
	}
}

// send sends a request once.
func (t *Topic) send(ctx context.Context, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	answer, err := t.sns.Post(ctx, signed.Request{Path: "/", ContentType: "application/x-www-form-urlencoded", Body: body, Close: true})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		return newRefusal(answer)
	}
	return nil
}

// notTaken tells whether SNS did not take a message, but may do so in a moment: it says that it
// throttles or failed, or there was no connection.
func notTaken(err error) bool {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.temporary()
	}
	failure, ok := errors.AsType[*net.OpError](err)
	return ok && failure.Op == "dial"
}

// Refusal is SNS's own answer that it did not take a message.
type Refusal struct {
	Status  int    // of HTTP
	Code    string // such as NotFound
	Message string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (%d): %s", r.Code, r.Status, r.Message) }

// newRefusal reads an answer. If it is no XML, a gateway on the way made it: then the status
// says enough.
func newRefusal(answer signed.Answer) *Refusal {
	refusal := &Refusal{Status: answer.Status, Code: http.StatusText(answer.Status), Message: "no reason was given"}
	_ = xml.Unmarshal(answer.Body, &struct{ Error *Refusal }{refusal})
	return refusal
}

// temporary tells whether the same message may be taken in a moment. SNS has several codes for
// throttling, such as Throttling and KMSThrottling.
func (r *Refusal) temporary() bool {
	return r.Status >= http.StatusInternalServerError || r.Status == http.StatusTooManyRequests ||
		strings.Contains(r.Code, "Throttl") || r.Code == "RequestLimitExceeded"
}
