package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tally/test/faults"
	"tally/test/local"
)

const bucket = "results"

// startProxy starts a server of S3 that holds the objects a and b, and a proxy.
func startProxy(t *testing.T) (*local.S3, *faults.S3Proxy) {
	t.Helper()
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	for _, key := range []string{"a", "b"} {
		if err := server.Put(bucket, key, []byte("0123456789")); err != nil {
			t.Fatal(err)
		}
	}
	proxy, err := faults.StartS3Proxy(server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return server, proxy
}

// ask returns the status of an answer and its content, or that it broke off.
func ask(t *testing.T, proxy *faults.S3Proxy, method, path, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, proxy.Endpoint+"/"+bucket+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return "no answer"
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		content = append(content, " broke off"...)
	}
	return fmt.Sprint(answer.StatusCode, " ", string(content))
}

// Each fault does what its name says, to the function and to the server.
func TestFaultsOfS3(t *testing.T) {
	const list = "?list-type=2&prefix="
	for _, test := range []struct {
		name, method, path, body string
		fault                    faults.Fault
		want                     string // the answer has this in it
		stored                   bool
	}{
		{"none", "PUT", "/new", "x", nil, "200 ", true},
		{"500", "PUT", "/new", "x", faults.InternalError, "500 <Error><Code>InternalError", false},
		{"409", "PUT", "/new", "x", faults.Conflict, "409 <Error><Code>ConditionalRequestConflict", false},
		{"reset", "PUT", "/new", "x", faults.Reset, "no answer", false},
		{"lost", "PUT", "/new", "x", faults.Lost, "no answer", true},
		{"done and failed", "PUT", "/new", "x", faults.DoneAndFailed, "500 ", true},
		{"slow", "PUT", "/new", "x", faults.Slow(time.Millisecond), "200 ", true},
		{"none", "GET", "/a", "", nil, "200 0123456789", false},
		{"empty", "GET", "/a", "", faults.Empty, "200 ", false},
		{"breaks off", "GET", "/a", "", faults.BreaksOff(400), "200 0123 broke off", false},
		{"none", "GET", list, "", nil, "<Key>b</Key>", false},
		{"stale", "GET", list, "", faults.Stale, "<KeyCount>0</KeyCount>", false},
		{"cut", "GET", list, "", faults.Cut(100), "<?xml", false},
		{"torn", "GET", list, "", faults.Torn, "<KeyCount>2</KeyCount>", false},
	} {
		server, proxy := startProxy(t)
		proxy.Deal = func(faults.Request) faults.Fault { return test.fault }
		got := ask(t, proxy, test.method, test.path, test.body)
		if !strings.Contains(got, test.want) {
			t.Errorf("%s %s: got %q, want %q", test.name, test.path, got, test.want)
		}
		if test.name == "torn" && (strings.Contains(got, "<Key>a</Key>") || !strings.Contains(got, "<Key>b</Key>")) {
			t.Errorf("torn: got %q, want only b", got)
		}
		if _, err := server.Object(bucket, "new"); test.stored != (err == nil) {
			t.Errorf("%s: stored is %t", test.name, err == nil)
		}
	}
}

// A put over an object is found, which the comparison at the end of a run cannot see.
func TestOverwrittenObjectsAreFound(t *testing.T) {
	_, proxy := startProxy(t)
	ask(t, proxy, "PUT", "/new", "x")
	if v := proxy.Overwritten(); v.Bad() {
		t.Errorf("stored once: %+v", v)
	}
	ask(t, proxy, "PUT", "/new", "x")
	if v := proxy.Overwritten(); len(v.Doubled) != 1 {
		t.Errorf("stored twice: %+v", v)
	}
}

// A listing of small pages is the same listing.
func TestSmallPages(t *testing.T) {
	_, proxy := startProxy(t)
	proxy.PageSize = 1
	got := ask(t, proxy, "GET", "?list-type=2&prefix=", "")
	if !strings.Contains(got, "<IsTruncated>true") || strings.Contains(got, "<Key>b</Key>") {
		t.Errorf("got %s", got)
	}
}
