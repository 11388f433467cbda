package local

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// invocation is one event that a process handles.
type invocation struct {
	id      string
	payload []byte
	result  chan outcome
}

// outcome is the result of an invocation.
type outcome struct {
	answer []byte
	err    error
}

func newInvocation(id string, payload []byte) *invocation {
	return &invocation{id: id, payload: payload, result: make(chan outcome, 1)}
}

// runtimeAPI is what a Lambda runtime talks to:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	config     FunctionConfig
	idle       chan struct{} // a token: the process asks for an event
	events     chan *invocation
	initErrors chan error

	mu      sync.Mutex
	current *invocation // taken and not answered
}

func newRuntimeAPI(config FunctionConfig) *runtimeAPI {
	return &runtimeAPI{
		config:     config,
		idle:       make(chan struct{}, 1),
		events:     make(chan *invocation),
		initErrors: make(chan error, 1),
	}
}

func (a *runtimeAPI) handler() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", a.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		a.finish(w, r, func(body []byte) outcome { return outcome{answer: body} })
	})
	mux.HandleFunc("POST "+base+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		a.finish(w, r, func(body []byte) outcome { return outcome{err: reportedError(errorType(r), body)} })
	})
	mux.HandleFunc("POST "+base+"init/error", a.initError)
	return mux
}

// next answers with the next event, and waits until there is one.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.idle <- struct{}{}:
	default: // it asks again
	}
	select {
	case inv := <-a.events:
		if r.Context().Err() != nil {
			inv.result <- outcome{err: errNotTaken}
			return
		}
		a.take(w, inv)
	case <-r.Context().Done():
	}
}

func (a *runtimeAPI) take(w http.ResponseWriter, inv *invocation) {
	a.mu.Lock()
	a.current = inv
	a.mu.Unlock()

	now := time.Now()
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(now.Add(a.config.timeout()).UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn",
		fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", a.config.Region, accountID, a.config.Name))
	header.Set("Lambda-Runtime-Trace-Id", fmt.Sprintf("Root=1-%08x-%024x;Parent=%016x;Sampled=0", now.Unix(), now.UnixNano(), now.UnixNano()))
	_, _ = w.Write(inv.payload) // it fails if the process has died, which is noticed elsewhere
}

// finish ends the invocation that the process names.
func (a *runtimeAPI) finish(w http.ResponseWriter, r *http.Request, read func(body []byte) outcome) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process died while it was answering
	}
	a.mu.Lock()
	inv := a.current
	if inv != nil && inv.id == r.PathValue("id") {
		a.current = nil
	} else {
		inv = nil
	}
	a.mu.Unlock()
	if inv == nil {
		reply(w, http.StatusBadRequest, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`)
		return
	}
	inv.result <- read(body)
	reply(w, http.StatusAccepted, `{"status":"OK"}`)
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	select {
	case a.initErrors <- reportedError(errorType(r), body):
	default: // one is enough
	}
	reply(w, http.StatusAccepted, `{"status":"OK"}`)
}

func errorType(r *http.Request) string {
	return r.Header.Get("Lambda-Runtime-Function-Error-Type")
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
