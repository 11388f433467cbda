package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tally/lambda/contract"
)

// Lambda invokes functions.
type Lambda interface {
	// Invoke invokes a function once and waits for as long as it runs. The error is a
	// *APIError, or says that there was no answer.
	Invoke(ctx context.Context, function string, payload []byte) (Reply, error)
}

// Reply is the end of an invocation.
type Reply struct {
	Failed  bool   // the function failed, and Payload is its error
	Payload []byte // JSON
}

// noTime is why a gap waits for the next sweep.
const noTime = "no time was left; the next sweep goes on"

// startTime is how much time must be left to begin an invocation.
const startTime = 2 * time.Second

// invokeCounter has the counter count a gap.
func (s *Sweeper) invokeCounter(ctx context.Context, queue *queue, g DueSlot) (verdict, string) {
	if queue.function == "" {
		return failed, fmt.Sprintf("no counter of this environment counts in %s; deploy it again", g.Job.Source)
	}
	if deadline, limited := ctx.Deadline(); ctx.Err() != nil || limited && time.Until(deadline) < startTime {
		return pending, noTime
	}
	payload, _ := json.Marshal(g.event()) // texts and times of slots always are JSON
	reply, err := s.Lambda.Invoke(ctx, queue.function, payload)
	if !NotStarted(err) {
		queue.notRefused()
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return pending, "it was still being counted when the monitor's time ended"
	case NotStarted(err):
		return notStarted, fmt.Sprintf("invoke %s: %v", queue.function, err)
	case err != nil && IsTemporary(err):
		return pending, fmt.Sprintf("invoke %s: %v", queue.function, err)
	case err != nil:
		return failed, fmt.Sprintf("invoke %s: %v", queue.function, err)
	case reply.Failed:
		return s.failure(queue, g, reply.Payload)
	}
	var answer contract.Answer
	if err := json.Unmarshal(reply.Payload, &answer); err != nil {
		return failed, fmt.Sprintf("read the answer of %s: %v", queue.function, err)
	}
	switch {
	case answer.Outcome == contract.OutcomePending:
		return pending, "its query still runs in Athena; the next sweep joins it"
	case g.Recount != nil:
		return recounted, string(answer.Outcome)
	case answer.Outcome == contract.OutcomeStored:
		return recovered, ""
	}
	return filled, ""
}

// failure reads a function's error. If it says that nothing of the source can be counted
// now, the source's other gaps wait for the next sweep.
func (s *Sweeper) failure(queue *queue, g DueSlot, payload []byte) (verdict, string) {
	var said struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(payload, &said); err != nil {
		return failed, fmt.Sprintf("%s failed, and its error cannot be read: %v", queue.function, err)
	}
	if said.ErrorType == contract.ErrorUnavailable {
		queue.hold(g.Job.Source.String(), fmt.Sprintf("%s was not available for another slot; the next sweep tries it", g.Job.Source))
		if g.Recount != nil {
			return pending, said.ErrorMessage // nothing was counted
		}
	}
	if said.ErrorType == contract.ErrorPermanent {
		return permanent, said.ErrorMessage
	}
	return failed, said.ErrorMessage
}

// What Lambda answers with status 502 before it begins an invocation: notReady may be over in
// a moment, lasting wants a person.
//
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
var (
	notReady = []string{"EC2ThrottledException", "ENINotReadyException", "ResourceNotReadyException"}
	lasting  = []string{
		"EC2AccessDeniedException", "InvalidRuntimeException", "InvalidSecurityGroupIDException", "InvalidSubnetIDException", "InvalidZipFileException",
		"KMSAccessDeniedException", "KMSDisabledException", "KMSInvalidStateException", "KMSNotFoundException",
	}
)

// NotStarted tells whether Lambda certainly did not begin an invocation, and may do so in a
// moment: it throttles (429), the function is being updated or activated (409), or its
// network interface is not ready.
func NotStarted(err error) bool {
	answer, ok := errors.AsType[*APIError](err)
	return ok && (answer.Status == http.StatusTooManyRequests || answer.Status == http.StatusConflict || slices.Contains(notReady, answer.Kind))
}

// IsTemporary tells whether an invocation has no result for a reason that says nothing about
// the slot: Lambda itself failed (5xx), or the connection was not made or was cut. The counter
// may be at work, so that the same sweep does not try again.
func IsTemporary(err error) bool {
	answer, ok := errors.AsType[*APIError](err)
	return !ok || answer.Status >= http.StatusInternalServerError && !slices.Contains(lasting, answer.Kind)
}

// pingTime is enough for a function to start and answer.
const pingTime = 20 * time.Second

// ping invokes each counter once, so that Lambda keeps it active. A counter that does not
// answer is only logged: its slots say more.
func (s *Sweeper) ping(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	for _, counter := range s.Counters {
		if _, err := s.Lambda.Invoke(ctx, counter.Function, []byte(contract.PingEvent)); err != nil {
			s.Logger.Warn("no answer to a ping", "function", counter.Function, "error", err)
		}
	}
}
