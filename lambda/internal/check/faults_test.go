package check_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/store"
)

// proxy stands before the world's S3 and does to one request what networks and busy servers do.
type proxy struct {
	*store.Store
	mutex sync.Mutex
	left  int // requests until the one that fails
	fault func(w http.ResponseWriter, forward func(http.ResponseWriter))
}

func (w *world) newProxy() *proxy {
	target, err := url.Parse(w.s3.Endpoint)
	if err != nil {
		w.t.Fatal(err)
	}
	behind, p := httputil.NewSingleHostReverseProxy(target), &proxy{}
	behind.ErrorLog = log.New(io.Discard, "", 0)
	front := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		p.mutex.Lock()
		p.left--
		fails := p.left == 0
		p.mutex.Unlock()
		forward := func(to http.ResponseWriter) { behind.ServeHTTP(to, request) }
		if fails {
			p.fault(answer, forward)
		} else {
			forward(answer)
		}
	}))
	w.t.Cleanup(front.Close)
	p.Store = storeAt(front.URL, 1)
	return p
}

// refusals are what S3 answers instead, one after the other.
var (
	refusals = []struct {
		status int
		code   string
	}{{http.StatusInternalServerError, "InternalError"}, {http.StatusServiceUnavailable, "SlowDown"}, {http.StatusForbidden, "AccessDenied"}}
	refused atomic.Int64
)

// s3Faults are the faults, with their names.
var s3Faults = map[string]func(http.ResponseWriter, func(http.ResponseWriter)){
	"500, 503 and 403": func(answer http.ResponseWriter, _ func(http.ResponseWriter)) {
		refusal := refusals[refused.Add(1)%3]
		answer.WriteHeader(refusal.status)
		fmt.Fprintf(answer, "<Error><Code>%s</Code></Error>", refusal.code)
	},
	"a cut connection": func(http.ResponseWriter, func(http.ResponseWriter)) {
		panic(http.ErrAbortHandler)
	},
	"a lost answer": func(_ http.ResponseWriter, forward func(http.ResponseWriter)) {
		forward(httptest.NewRecorder())
		panic(http.ErrAbortHandler)
	},
}

// Whatever S3 does at any request of an event or a sweep: the results are the same afterwards, and
// each is told, and hardly ever twice.
func TestS3Fails(t *testing.T) {
	t.Parallel()
	const requests = 26 // of an event
	var jobs, pairs []string
	for n := range requests {
		name := fmt.Sprintf("orders-%02d", n)
		jobs = append(jobs, daily(name, "checks: {paid: {max_drop: 50%, baseline: same-weekday}}"))
		pairs = append(pairs, fmt.Sprintf("  - {name: pair-%02d, left: %s.paid, right: %s.refunded, within: 0}\n", n, name, name))
	}
	text := file(jobs...) + "reconcile:\n" + strings.Join(pairs, "")
	// live has a failing record for each job. The n-th event, and each sweep, fails at its n-th request.
	live := func(t *testing.T, fault func(http.ResponseWriter, func(http.ResponseWriter))) (results map[string]string, told []int) {
		w := newWorld(t, text)
		p := w.newProxy()
		w.checker.Store = p
		p.fault = fault
		begin := func(n int) {
			p.mutex.Lock()
			defer p.mutex.Unlock()
			if p.left = -1; fault != nil {
				p.left = n
			}
		}
		for n := range requests {
			name := fmt.Sprintf("orders-%02d", n)
			for week := 3; week < 6; week++ { // which no sweep looks at
				w.put(name, mustTime(t, slot(28)).AddDate(0, 0, -7*week).Format(time.RFC3339), "paid=100 refunded=1")
			}
			key := w.put(name, slot(28), "paid=1 refunded=2")
			begin(n + 1)
			_, _ = w.checker.Stored(t.Context(), key) // which a sweep puts right
		}
		for _, n := range []int{2, 20, 40, 63} {
			w.now = w.now.Add(5 * time.Minute)
			begin(n)
			_ = w.checker.Overdue(t.Context())
		}
		w.checker.Store = w
		w.sweep(time.Hour)
		w.sweep(time.Hour)
		said := ""
		for _, message := range w.topic.take() {
			said += message.Subject + "\n" + message.Text
		}
		for n := range requests {
			told = append(told, strings.Count(said, fmt.Sprintf("orders-%02d, Sat 28 Nov: paid 1, 99 %% below 100", n)), strings.Count(said, fmt.Sprintf("orders-%02d.paid 1, orders-%02d.refunded 2, 1 apart", n, n)))
		}
		return w.objects(contract.ChecksPrefix), told
	}
	want, _ := live(t, nil)
	if len(want) != 2*requests {
		t.Fatalf("without a fault there are %d results", len(want))
	}
	for name, fault := range s3Faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, told := live(t, fault)
			if difference := diff.Diff(want, got); difference != "" {
				t.Errorf("results (-want +got):\n%s", difference)
			}
			twice := 0
			for i, times := range told {
				if times < 1 || times > 2 {
					t.Errorf("result %d is told %d times", i, times)
				}
				twice += times - 1
			}
			if twice > 4 { // where the note of a message was refused
				t.Errorf("%d messages came twice", twice)
			}
		})
	}
}
