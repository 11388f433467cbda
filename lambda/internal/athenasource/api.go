package athenasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"tally/lambda/internal/signed"
)

// service is one of AWS's that speaks JSON 1.1.
type service struct {
	client *signed.Client
	target string // of its operations
	pause  time.Duration
}

// tries is how often a request is sent. Repeating one of them does nothing twice: a query has its
// token, and the others read or stop.
const tries = 6

// call sends a request and reads the answer, whose time is that of AWS. It waits where AWS
// throttles, fails, or cannot be reached. An error of AWS is an *apiError.
func (s service) call(ctx context.Context, operation string, input, output any) (at time.Time, err error) {
	body, err := json.Marshal(input)
	if err != nil {
		return at, fmt.Errorf("encode %s: %w", operation, err)
	}
	for try, pause := 1, s.pause; ; try, pause = try+1, 2*pause {
		at, err = s.send(ctx, operation, body, output)
		if err == nil || try == tries || !isTemporary(err) || !wait(ctx, pause) {
			break
		}
	}
	if err != nil {
		return at, fmt.Errorf("%s: %w", operation, err)
	}
	return at, nil
}

func (s service) send(ctx context.Context, operation string, body []byte, output any) (at time.Time, err error) {
	answer, err := s.client.Post(ctx, signed.Request{
		Path: "/", Body: body, ContentType: "application/x-amz-json-1.1", Target: s.target + "." + operation,
	})
	if err != nil {
		return at, err
	}
	if at, err = http.ParseTime(answer.Header.Get("Date")); err != nil {
		at = time.Now()
	}
	if answer.Status != http.StatusOK {
		refused := &apiError{Status: answer.Status}
		_ = json.Unmarshal(answer.Body, refused) // a gateway on the way may answer something else
		refused.Kind = refused.Kind[strings.LastIndexByte(refused.Kind, '#')+1:]
		return at, refused
	}
	if err := json.Unmarshal(answer.Body, output); err != nil {
		return at, fmt.Errorf("read the answer: %w", err)
	}
	return at, nil
}

// apiError is an answer that says why a request was refused.
type apiError struct {
	Status  int    `json:"-"`      // of HTTP
	Kind    string `json:"__type"` // such as InvalidRequestException
	Message string // JSON's names are compared without case
	Code    string `json:"AthenaErrorCode"` // such as MALFORMED_QUERY
}

func (e *apiError) Error() string {
	if e.Kind == "" {
		return fmt.Sprintf("%s (%d)", http.StatusText(e.Status), e.Status)
	}
	message := e.Kind + ": " + e.Message
	for _, known := range remedies {
		if strings.Contains(message, known.part) {
			return message + "; " + known.words
		}
	}
	return message
}

// remedies are what to do about requests that are refused, by a part of the answer.
var remedies = []struct{ part, words string }{
	{"is not found", "correct workgroup in the environment file, or deploy the environment again"},
	{"is disabled", "switch the workgroup on"},
	{"output location", "the workgroup must keep results in Athena: switch on its managed query results"},
	{"AccessDenied", "the role lacks this right; deploy the environment again, or mend the policy that denies it"},
}

// isThrottled tells whether AWS has too many requests at the moment.
func (e *apiError) isThrottled() bool {
	return e.Status == http.StatusTooManyRequests || strings.Contains(e.Kind, "Throttl") || e.Kind == "TooManyRequestsException"
}

// isTemporary tells whether the same request may succeed in a moment.
func isTemporary(err error) bool {
	if refused, ok := errors.AsType[*apiError](err); ok {
		return refused.Status >= http.StatusInternalServerError || refused.isThrottled()
	}
	_, ok := errors.AsType[net.Error](err)
	return ok || isBroken(err)
}

// wait pauses. It tells whether the context still goes on.
func wait(ctx context.Context, pause time.Duration) bool {
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}
