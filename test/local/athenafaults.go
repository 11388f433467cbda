package local

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// AthenaFault is how a request fails. Its zero value is none.
type AthenaFault struct {
	Status                int // of HTTP; 0: 400
	Code, Message, Reason string
	Delay                 time.Duration // before Athena does anything
	Meanwhile             func()        // what happens elsewhere before Athena does anything
	Reset                 bool          // the connection is reset before Athena does anything
	Lost                  bool          // Athena does it, then the connection is reset instead of an answer
}

func (f AthenaFault) asError() *apiError {
	return &apiError{Status: f.Status, Code: f.Code, Message: f.Message, Reason: f.Reason}
}

// Faults of Athena's requests.
var (
	AthenaConcurrencyExceeded = AthenaFault{
		Code: "TooManyRequestsException", Reason: "CONCURRENT_QUERY_LIMIT_EXCEEDED",
		Message: "You have exceeded the limit for the number of queries you can run concurrently. Please reduce the number of concurrent queries submitted by this account. Contact customer support to request a concurrent query limit increase.",
	}
	AthenaThrottled     = AthenaFault{Code: "ThrottlingException", Message: "Rate exceeded"}
	AthenaUnavailable   = AthenaFault{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "Internal Server Error"}
	AthenaTokenExpired  = AthenaFault{Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
	AthenaAnswerLost    = AthenaFault{Lost: true}
	AthenaConnectionCut = AthenaFault{Reset: true}
)

// SetFaults sets what happens to the next requests of an operation, such as
// StartQueryExecution or Glue's GetTable, one fault each. After them all is well; without any it
// is well at once.
func (a *Athena) SetFaults(operation string, next ...AthenaFault) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.faults == nil {
		a.faults = map[string][]AthenaFault{}
	}
	a.faults[operation] = slices.Clone(next)
}

func (a *Athena) nextFault(operation string) AthenaFault {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	next, left := first(a.faults[operation])
	if left != nil {
		a.faults[operation] = left
	}
	return next
}

// first takes the first of a list, or the zero value of an empty one.
func first[T any](list []T) (next T, left []T) {
	if len(list) == 0 {
		return next, nil
	}
	return list[0], list[1:]
}

// AthenaPace is how long a query waits, besides the time that PostgreSQL takes. Release ends
// the waiting.
type AthenaPace struct {
	Queued, Running time.Duration
	Of              string // a part of the SQL of the query that is meant, which is no EXPLAIN; any query, if empty
}

// AthenaHeld is longer than any test.
const AthenaHeld = 24 * time.Hour

// SetPace sets how long the next queries wait, one pace each. After them no query waits.
func (a *Athena) SetPace(next ...AthenaPace) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.paces = slices.Clone(next)
}

// nextPace is the first that is for a query, and those that are left. The caller holds the mutex.
func (a *Athena) nextPace(sql string) (pace AthenaPace, left []AthenaPace) {
	return firstOf(a.paces, func(p AthenaPace) bool { return concerns(p.Of, sql) })
}

// concerns tells whether an AthenaPace or AthenaFailure of that part of the SQL is for a query.
func concerns(part, sql string) bool {
	return part == "" || strings.Contains(sql, part) && !isExplain(sql)
}

// firstOf takes the first of a list that fits, or the zero value if none does.
func firstOf[T any](list []T, fits func(T) bool) (next T, left []T) {
	at := slices.IndexFunc(list, fits)
	if at < 0 {
		return next, list
	}
	return list[at], slices.Delete(slices.Clone(list), at, at+1)
}

// nextRelease is closed by the next Release. The caller holds the mutex.
func (a *Athena) nextRelease() <-chan struct{} {
	if a.released == nil {
		a.released = make(chan struct{})
	}
	return a.released
}

// Release lets all queries go on that have begun and wait, or will: a queued one begins to run, a
// running one ends.
func (a *Athena) Release() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.released != nil {
		close(a.released)
	}
	a.released = nil
}

// SetFailures sets how the next queries end, one failure each. A query that fails so does not
// reach PostgreSQL. The zero value is a query that runs, as all do after these.
func (a *Athena) SetFailures(next ...AthenaFailure) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.failures = slices.Clone(next)
}
