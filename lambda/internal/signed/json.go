package signed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/pause"
)

// JSON sends requests to a service that speaks AWS's JSON protocol 1.1.
//
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type JSON struct {
	// Pause is how long a request that may succeed in a moment waits for its second try. It
	// doubles with each.
	Pause time.Duration

	client *Client
	target string // what the names of operations begin with
}

// firstPause is long enough for most throttling, and short for people who wait.
const firstPause = 100 * time.Millisecond

// tries is how often a request is sent.
const tries = 6

// NewJSON makes a client of a service such as athena, whose operations begin with a target such
// as AmazonAthena.
func NewJSON(config aws.Config, service, target string) *JSON {
	return &JSON{Pause: firstPause, client: New(config, service), target: target}
}

// Call sends a request and reads the answer. at is the time of the service. Where AWS throttles,
// fails or cannot be reached it tries again, so the operation must be one that may be done
// twice. An error of AWS is a *Refusal.
func (j *JSON) Call(ctx context.Context, operation string, input, output any) (at time.Time, err error) {
	body, err := json.Marshal(input)
	if err != nil {
		return at, fmt.Errorf("%s: encode: %w", operation, err)
	}
	for try, wait := 1, j.Pause; ; try, wait = try+1, 2*wait {
		at, err = j.send(ctx, operation, body, output)
		if err == nil || try == tries || !isTemporary(err) || !pause.For(ctx, wait) {
			break
		}
	}
	if err != nil {
		return at, fmt.Errorf("%s: %w", operation, err)
	}
	return at, nil
}

func (j *JSON) send(ctx context.Context, operation string, body []byte, output any) (at time.Time, err error) {
	answer, err := j.client.Post(ctx, Request{Path: "/", Body: body, ContentType: "application/x-amz-json-1.1", Target: j.target + "." + operation})
	if err != nil {
		return at, err
	}
	if at, err = http.ParseTime(answer.Header.Get("Date")); err != nil {
		at = time.Now()
	}
	if answer.Status != http.StatusOK {
		return at, newRefusal(answer)
	}
	if err := json.Unmarshal(answer.Body, output); err != nil {
		return at, fmt.Errorf("read the answer: %w", err)
	}
	return at, nil
}

// Refusal is an answer that says why a request was refused.
type Refusal struct {
	Status  int    `json:"-"`      // of HTTP
	Kind    string `json:"__type"` // such as InvalidRequestException
	Message string // JSON's names are compared without case
}

// newRefusal reads an answer. If it is no JSON, a gateway on the way made it: then the status
// says enough.
func newRefusal(answer Answer) *Refusal {
	refusal := &Refusal{Status: answer.Status, Kind: answer.Header.Get("X-Amzn-ErrorType")}
	_ = json.Unmarshal(answer.Body, refusal)
	refusal.Kind = refusal.Kind[strings.LastIndexByte(refusal.Kind, '#')+1:]
	refusal.Kind, _, _ = strings.Cut(refusal.Kind, ":")
	return refusal
}

func (r *Refusal) Error() string {
	if r.Kind == "" {
		return fmt.Sprintf("%s (%d)", http.StatusText(r.Status), r.Status)
	}
	return r.Kind + ": " + r.Message
}

// Throttled tells whether the service has too many requests at the moment.
func (r *Refusal) Throttled() bool {
	return r.Status == http.StatusTooManyRequests || strings.Contains(r.Kind, "Throttl") || r.Kind == "TooManyRequestsException"
}

// isTemporary tells whether the same request may succeed in a moment.
func isTemporary(err error) bool {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Status >= http.StatusInternalServerError || refusal.Throttled()
	}
	_, broken := errors.AsType[*net.OpError](err)
	return broken || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
