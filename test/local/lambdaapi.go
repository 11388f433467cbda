package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Lambda is the Invoke API of Lambda for the functions of a system, with its limits. What a
// request may invoke is what the monitor's role allows: nobody else uses the API.
//
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
type Lambda struct {
	Endpoint string // http://127.0.0.1:<port>

	functions map[string]*Function
	limits    map[string]limits
	allowed   map[string]bool // by name
	server    *http.Server

	mutex   sync.Mutex
	running map[string]int
	queued  map[string][]chan struct{} // events that wait until running allows them, the first one first
	events  int                        // that have not ended, running or not
	settled *sync.Cond                 // there are none
	failed  []string                   // events whose every try failed

	failedRuns *Queue // gets a record of each, if the function has a destination for them
}

// limits are those of one function in the template.
type limits struct {
	concurrency int  // 0 is not limited
	retries     int  // of an event that nobody waits for
	destination bool // gets the events whose every try failed
}

// defaultRetries are those of a function whose template says nothing about them.
const defaultRetries = 2

// payloadLimit is the size of a request and of an answer, in bytes (Lambda quotas).
const payloadLimit = 6_291_556

// startLambda starts the API, which has no function yet. All must be added before the first
// request.
func startLambda(ctx context.Context) (*Lambda, error) {
	l := &Lambda{
		functions: map[string]*Function{}, limits: map[string]limits{}, allowed: map[string]bool{},
		running: map[string]int{}, queued: map[string][]chan struct{}{},
	}
	l.settled = sync.NewCond(&l.mutex)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", l.invoke)
	l.server = &http.Server{Handler: mux}
	var err error
	if l.Endpoint, err = serve(ctx, l.server); err != nil {
		return nil, fmt.Errorf("start the API of Lambda: %w", err)
	}
	return l, nil
}

// add adds a function by its name. Allowed says that the monitor may invoke it.
func (l *Lambda) add(name string, function *Function, limits limits, allowed bool) {
	l.functions[name], l.limits[name], l.allowed[name] = function, limits, allowed
}

func (l *Lambda) invoke(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	payload, err := io.ReadAll(r.Body)
	switch {
	case err != nil: // the caller has gone
		return
	case !l.allowed[name]:
		refuse(w, http.StatusForbidden, "AccessDeniedException", "the monitor's role does not allow lambda:InvokeFunction on "+name)
		return
	}
	l.answer(w, r, name, payload)
}

// invokeAsOperator is invoke for somebody who may invoke every function.
func (l *Lambda) invokeAsOperator(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(r.Body)
	if err != nil { // the caller has gone
		return
	}
	l.answer(w, r, r.PathValue("name"), payload)
}

// answer invokes a function that the caller may invoke.
func (l *Lambda) answer(w http.ResponseWriter, r *http.Request, name string, payload []byte) {
	if len(payload) > payloadLimit {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException", "the request has too many bytes")
		return
	}
	if r.Header.Get("X-Amz-Invocation-Type") == "Event" {
		l.send(name, payload)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if !l.begin(name) {
		refuse(w, http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
		return
	}
	defer l.end(name)
	// The function goes on when whoever invoked it has gone.
	answer, err := l.functions[name].Invoke(context.WithoutCancel(r.Context()), payload)
	if failure := (*FunctionError)(nil); errors.As(err, &failure) {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer = failure.Payload
	} else if err != nil {
		refuse(w, http.StatusInternalServerError, "ServiceException", err.Error())
		return
	}
	if len(answer) > payloadLimit {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer = runtimeError("", "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).").Payload
	}
	_, _ = w.Write(answer)
}

// begin takes one of a function's reserved invocations, if there is one.
func (l *Lambda) begin(name string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.tryBegin(name)
}

func (l *Lambda) tryBegin(name string) bool {
	if most := l.limits[name].concurrency; most > 0 && l.running[name] >= most {
		return false
	}
	l.running[name]++
	return true
}

// Running is how many invocations of a function are under way, over the API or for events.
func (l *Lambda) Running(name string) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.running[name]
}

// end gives one of a function's reserved invocations back, or to the next event.
func (l *Lambda) end(name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if queued := l.queued[name]; len(queued) > 0 {
		l.queued[name] = queued[1:]
		close(queued[0])
		return
	}
	l.running[name]--
}

// queue takes one of a function's reserved invocations for an event, after the events that
// wait for one. The channel is closed when it is the event's turn.
func (l *Lambda) queue(name string) (turn chan struct{}) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	turn = make(chan struct{})
	if l.tryBegin(name) {
		close(turn)
	} else {
		l.queued[name] = append(l.queued[name], turn)
	}
	return turn
}

// send takes an event that nobody waits for. Those that the concurrency does not allow at once
// run later, in order.
func (l *Lambda) send(name string, payload []byte) {
	turn := l.queue(name)
	l.count(1)
	go func() {
		defer l.count(-1)
		l.deliver(name, payload, turn)
	}()
}

// count adds to the number of events.
func (l *Lambda) count(more int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.events += more
	l.settled.Broadcast()
}

// deliver does what Lambda does with an event that nobody waits for. After a failure the event
// is queued again at once instead of after minutes.
func (l *Lambda) deliver(name string, payload []byte, turn <-chan struct{}) {
	var failure *FunctionError
	for try := range l.limits[name].retries + 1 {
		if try > 0 {
			turn = l.queue(name)
		}
		<-turn
		_, err := l.functions[name].Invoke(context.Background(), payload)
		l.end(name)
		if err == nil {
			return
		}
		errors.As(err, &failure)
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.failed = append(l.failed, string(payload))
	if l.failedRuns != nil && l.limits[name].destination && failure != nil && json.Valid(payload) {
		l.failedRuns.Send(DestinationRecord(name, l.limits[name].retries+1, payload, failure.Payload), nil)
	}
}

// DestinationRecord is what Lambda sends to the destination of events that it gives up (Lambda
// developer guide, "Capturing records of Lambda asynchronous invocations").
func DestinationRecord(function string, tries int, request, response []byte) string {
	arn := "arn:aws:lambda:" + region + ":" + accountID + ":function:" + function + ":$LATEST"
	record, _ := json.Marshal(map[string]any{ // both are JSON
		"version": "1.0", "timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"requestContext":  map[string]any{"requestId": newRequestID(), "functionArn": arn, "condition": "RetriesExhausted", "approximateInvokeCount": tries},
		"requestPayload":  json.RawMessage(request),
		"responseContext": map[string]any{"statusCode": http.StatusOK, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"responsePayload": json.RawMessage(response),
	})
	return string(record)
}

// FailedRuns waits for the events under way and returns those whose every try failed. Those of
// a function with a destination are in the queue FailedRuns, too.
func (l *Lambda) FailedRuns() []string {
	l.Settle()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return slices.Clone(l.failed)
}

// Settle waits until no event is under way, also none that others cause meanwhile.
func (l *Lambda) Settle() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for l.events > 0 {
		l.settled.Wait()
	}
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"Message": message})
}
