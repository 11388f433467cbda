package faults

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// Fault deals with a request instead of the server. The zero value leaves it to the server.
type Fault func(*exchange)

// Refuse answers with an error as S3 does, and does nothing.
func Refuse(status int, code string) Fault {
	return func(x *exchange) {
		x.w.Header().Set("Content-Type", "application/xml")
		x.w.WriteHeader(status)
		_, _ = fmt.Fprintf(x.w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
	}
}

// What S3 answers when it does not do what it is asked.
var (
	InternalError = Refuse(http.StatusInternalServerError, "InternalError")
	SlowDown      = Refuse(http.StatusServiceUnavailable, "SlowDown")
	Conflict      = Refuse(http.StatusConflict, "ConditionalRequestConflict")
	Exists        = Refuse(http.StatusPreconditionFailed, "PreconditionFailed") // although it may not
	Denied        = Refuse(http.StatusForbidden, "AccessDenied")
)

// Reset resets the connection, and the server gets nothing.
func Reset(x *exchange) { reset(x.w) }

func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
}

// Lost does what is asked, and the answer gets lost.
func Lost(x *exchange) {
	x.ask()
	reset(x.w)
}

// DoneAndFailed does what is asked, and answers with status 500.
func DoneAndFailed(x *exchange) {
	x.ask()
	InternalError(x)
}

// Slow answers later.
func Slow(by time.Duration) Fault {
	return func(x *exchange) {
		x.wait(by)
		x.pass()
	}
}

// wait waits, but not for a function that has gone.
func (x *exchange) wait(by time.Duration) {
	timer := time.NewTimer(by)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.r.Context().Done():
	}
}

// Silent never answers.
func Silent(x *exchange) {
	<-x.r.Context().Done()
	reset(x.w)
}

// Empty answers with status 200 and nothing.
func Empty(x *exchange) {
	x.ask()
	x.w.WriteHeader(http.StatusOK)
}

// BreaksOff answers with the head and a part of the content, and closes the connection. A part
// is of a thousand.
func BreaksOff(part int) Fault {
	return func(x *exchange) {
		got := x.ask()
		x.w.Header().Set("Content-Length", fmt.Sprint(got.body.Len()))
		got.writeHeader(x.w)
		_, _ = x.w.Write(got.body.Bytes()[:got.body.Len()*part/1000])
		_ = http.NewResponseController(x.w).Flush() // it fails if the function has gone
		panic(http.ErrAbortHandler)                 // closes the connection
	}
}

// Then does something when the request comes, and then what the fault does; nil passes it on.
func Then(do func(), fault Fault) Fault {
	return func(x *exchange) {
		do()
		x.deal(fault)
	}
}

// After does what is asked, then something else, and then answers.
func After(do func()) Fault {
	return func(x *exchange) {
		got := x.ask()
		do()
		got.write(x.w)
	}
}

// Liar answers that it has stored an object, and has not. S3 does not do that: campaigns show
// with it that they find what is lost.
func Liar(x *exchange) { x.w.WriteHeader(http.StatusOK) }

// Unconditional stores an object although there is one. S3 does not do that either.
func Unconditional(x *exchange) {
	x.r.Header.Del("If-None-Match")
	x.pass()
}
