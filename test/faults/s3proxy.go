package faults

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// S3Proxy stands between functions and a server of S3. It does to requests what networks and
// busy servers do, and may tell a test that a request comes or was done.
type S3Proxy struct {
	*front
	// Deal chooses what happens to a request; nil, or a nil fault, leaves it to the server. Set
	// it once, before the first request.
	Deal func(Request) Fault
	// PageSize is how many keys a page of a listing has; 0 is the server's. S3's pages have
	// 1,000.
	PageSize int

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
	front, err := listen(endpoint)
	if err != nil {
		return nil, fmt.Errorf("start a proxy for S3: %w", err)
	}
	p := &S3Proxy{front: front, met: map[string]int{}, written: map[string]int{}, first: map[string]*answer{}}
	front.serve(p)
	return p, nil
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
	x := &exchange{Request: asked, proxy: p, behind: p.behind, w: w, r: r, body: body}
	x.note = func(got *answer) { p.note(x, got) }
	var fault Fault
	if p.Deal != nil {
		fault = p.Deal(asked)
	}
	x.deal(fault)
}

// note remembers what the server has stored, and each listing as it was at first.
func (p *S3Proxy) note(x *exchange, got *answer) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if x.Kind == Put && got.status == http.StatusOK {
		p.written[x.r.URL.Path]++
	}
	if uri := x.r.URL.RequestURI(); x.Kind == List && p.first[uri] == nil {
		p.first[uri] = got
	}
}

// Forget forgets what was stored and listed: the buckets are empty again.
func (p *S3Proxy) Forget() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	clear(p.written)
	clear(p.first)
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
