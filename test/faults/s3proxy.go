package faults

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
)

// S3Proxy stands between functions and a server of S3. It does to requests what networks and
// busy servers do, and may tell a test that a request comes or was done.
type S3Proxy struct {
	Endpoint string // http://127.0.0.1:<port>
	// Deal chooses what happens to a request; nil, or a nil fault, leaves it to the server. Set
	// it once, before the first request.
	Deal func(Request) Fault
	// PageSize is how many keys a page of a listing has; 0 is the server's. S3's pages have
	// 1,000.
	PageSize int

	server  *http.Server
	behind  *httputil.ReverseProxy
	mutex   sync.Mutex
	met     map[string]int // requests of each kind and path
	written map[string]int // answers of success to puts, by path
	first   map[string]*answer
}

// Kind is what a request of S3 asks for.
type Kind string

// The kinds of requests that functions send.
const (
	Put  Kind = "put"
	Get  Kind = "get"
	List Kind = "list"
)

// Request is a request of S3.
type Request struct {
	Kind        Kind
	Bucket, Key string // of a listing: the prefix
	N           int    // the n-th of the same kind and key, from 1
}

func (r Request) String() string { return fmt.Sprintf("%s %s/%s #%d", r.Kind, r.Bucket, r.Key, r.N) }

// StartS3Proxy starts a proxy before the server at an endpoint. Close it.
func StartS3Proxy(endpoint string) (*S3Proxy, error) {
	target, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("start a proxy for S3: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start a proxy for S3: %w", err)
	}
	silent := log.New(io.Discard, "", 0) // functions that are killed leave requests behind
	p := &S3Proxy{
		Endpoint: "http://" + listener.Addr().String(),
		behind:   httputil.NewSingleHostReverseProxy(target),
		met:      map[string]int{}, written: map[string]int{}, first: map[string]*answer{},
	}
	p.behind.ErrorLog = silent
	p.behind.Transport = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
	p.server = &http.Server{Handler: p, ErrorLog: silent}
	go func() { _ = p.server.Serve(listener) }() // ends when closed
	return p, nil
}

// Close ends the proxy and its connections.
func (p *S3Proxy) Close() error {
	p.behind.Transport.(*http.Transport).CloseIdleConnections()
	return p.server.Close()
}

// ServeHTTP deals with a request.
func (p *S3Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the function was killed while it sent
	}
	asked := p.describe(r)
	if asked.Kind == List && p.PageSize > 0 {
		query := r.URL.Query()
		query.Set("max-keys", fmt.Sprint(p.PageSize))
		r.URL.RawQuery = query.Encode()
	}
	x := &exchange{proxy: p, Request: asked, w: w, r: r, body: body}
	if p.Deal != nil {
		if fault := p.Deal(asked); fault != nil {
			fault(x)
			return
		}
	}
	x.pass()
}

// describe reads what a request asks for, and counts it.
func (p *S3Proxy) describe(r *http.Request) Request {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	asked := Request{Kind: Get, Bucket: bucket, Key: key}
	switch query := r.URL.Query(); {
	case r.Method == http.MethodPut:
		asked.Kind = Put
	case query.Get("list-type") != "":
		asked.Kind, asked.Key = List, query.Get("prefix")
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	name := fmt.Sprintf("%s %s/%s", asked.Kind, asked.Bucket, asked.Key)
	p.met[name]++
	asked.N = p.met[name]
	return asked
}

// Overwritten are the paths to which S3 answered more than once that it has stored something:
// an object was written over another.
func (p *S3Proxy) Overwritten() (v Verdict) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for path, times := range p.written {
		if times > 1 {
			v.Doubled = append(v.Doubled, fmt.Sprintf("%s was stored %d times", path, times))
		}
	}
	return v
}

// exchange is a request that is under way.
type exchange struct {
	Request
	proxy *S3Proxy
	w     http.ResponseWriter
	r     *http.Request
	body  []byte
}

// ask has the server answer.
func (x *exchange) ask() *answer {
	x.r.Body = io.NopCloser(bytes.NewReader(x.body))
	x.r.ContentLength = int64(len(x.body))
	// Whatever becomes of the function, the server does what it was asked.
	got := &answer{header: http.Header{}, status: http.StatusOK}
	x.proxy.behind.ServeHTTP(got, x.r.WithContext(context.WithoutCancel(x.r.Context())))
	x.proxy.mutex.Lock()
	defer x.proxy.mutex.Unlock()
	if x.Kind == Put && got.status == http.StatusOK {
		x.proxy.written[x.r.URL.Path]++
	}
	if uri := x.r.URL.RequestURI(); x.Kind == List && x.proxy.first[uri] == nil {
		x.proxy.first[uri] = got
	}
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
