package faults

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
)

// front is what the proxies of HTTP have in common: a server of their own, and the one behind it.
type front struct {
	Endpoint string // http://127.0.0.1:<port>

	listener net.Listener
	server   *http.Server
	behind   *httputil.ReverseProxy
}

// listen makes the front of the server at an endpoint. It serves nobody yet.
func listen(endpoint string) (*front, error) {
	target, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	silent := log.New(io.Discard, "", 0) // functions that are killed leave requests behind
	f := &front{Endpoint: "http://" + listener.Addr().String(), listener: listener, behind: httputil.NewSingleHostReverseProxy(target)}
	f.behind.ErrorLog = silent
	f.behind.Transport = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	f.server = &http.Server{ErrorLog: silent}
	return f, nil
}

// serve has a proxy answer all requests.
func (f *front) serve(proxy http.Handler) {
	f.server.Handler = proxy
	go func() { _ = f.server.Serve(f.listener) }() // ends when closed
}

// Close ends the proxy and its connections.
func (f *front) Close() error {
	f.behind.Transport.(*http.Transport).CloseIdleConnections()
	return f.server.Close()
}

// exchange is a request that is under way.
type exchange struct {
	Request          // of S3
	proxy   *S3Proxy // nil, if it is another service's
	behind  http.Handler
	note    func(*answer) // gets what the server answered
	w       http.ResponseWriter
	r       *http.Request
	body    []byte
}

// deal does what a fault says; nil leaves the request to the server.
func (x *exchange) deal(fault Fault) {
	if fault == nil {
		fault = (*exchange).pass
	}
	fault(x)
}

// ask has the server answer.
func (x *exchange) ask() *answer {
	x.r.Body = io.NopCloser(bytes.NewReader(x.body))
	x.r.ContentLength = int64(len(x.body))
	// Whatever becomes of the function, the server does what it was asked.
	got := &answer{header: http.Header{}, status: http.StatusOK}
	x.behind.ServeHTTP(got, x.r.WithContext(context.WithoutCancel(x.r.Context())))
	x.note(got)
	return got
}

// pass gives the server's answer to the function.
func (x *exchange) pass() { x.ask().write(x.w) }

// answer is an answer of the server. It is the ResponseWriter that gets it.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header               { return a.header }
func (a *answer) WriteHeader(status int)            { a.status = status }
func (a *answer) Write(content []byte) (int, error) { return a.body.Write(content) }

func (a *answer) write(w http.ResponseWriter) {
	a.writeHeader(w)
	_, _ = w.Write(a.body.Bytes()) // it fails if the function has gone
}

func (a *answer) writeHeader(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
}
