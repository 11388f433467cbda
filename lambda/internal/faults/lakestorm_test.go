package faults_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"tally/test/faults"
	"tally/test/local"
)

// call draws a fault for some of the calls of Athena and Glue, some of which cut off invocations.
func (s *storm) call(running *invocations) func(faults.Call) faults.Fault {
	return func(call faults.Call) faults.Fault {
		random, strikes := s.strikes(call.String())
		if !strikes {
			return nil
		}
		all := callFaults(random, call.Operation, running.cutter())
		if random.IntN(100) == 0 {
			all = []named{{"silent", faults.Silent}}
		}
		drawn := faults.Pick(random, all...)
		s.run.Happened("call: " + drawn.name)
		s.run.Logf("%s #%d: %s", call.Operation, call.N, drawn.name)
		return drawn.fault
	}
}

// callFaults are the faults that calls of an operation may have, besides silence.
func callFaults(random *rand.Rand, operation string, cut func()) []named {
	refuse := func(code, message string) faults.Fault {
		return faults.RefuseCall(http.StatusBadRequest, code, message)
	}
	part := random.IntN(1000)
	all := []named{
		{"500", faults.RefuseCall(http.StatusInternalServerError, "InternalServerException", "Internal Server Error")},
		{"503", faults.RefuseCall(http.StatusServiceUnavailable, "", "")},
		{"too many", refuse("TooManyRequestsException", "You have exceeded the limit")},
		{"throttled", refuse("ThrottlingException", "Rate exceeded")},
		{"denied", refuse("AccessDeniedException", "not authorized")},
		{"old credentials", refuse("ExpiredTokenException", "The security token included in the request is expired")},
		{"reset", faults.Reset},
		{"lost", faults.Lost},
		{"lost", faults.Lost}, // the more often, as queries go on
		{"done, and 500", faults.DoneAndFailed},
		{"empty", faults.Empty},
		{"cut", faults.Cut(part)},
		{"breaks off", faults.BreaksOff(part)},
		{"slow", faults.Slow(time.Duration(random.IntN(150)) * time.Millisecond)},
		{"cut off before", faults.Then(cut, faults.Reset)},
		{"cut off after", faults.After(cut)},
	}
	if operation == "GetQueryResults" {
		all = append(all, named{"no result", refuse("InvalidRequestException", "Could not find results")})
	}
	return all
}

// How queries fail. After a final failure nobody makes another query unasked.
var (
	retriedFailures = []local.AthenaFailure{
		local.AthenaEngineFailed, local.AthenaS3SlowDown, local.AthenaGlueThrottled, local.AthenaGlueDenied, local.AthenaS3Denied, local.AthenaKMSDenied,
		local.AthenaColumnsHidden, local.AthenaLakeDenied,
	}
	finalFailures = []local.AthenaFailure{local.AthenaExhausted, local.AthenaTimedOut, local.AthenaScanLimit, local.AthenaCancelled}
)

// lakeTrouble is all that must happen in enough runs: to calls, and to queries.
func lakeTrouble() []string {
	names := []string{"call: silent"}
	for _, fault := range callFaults(rand.New(rand.NewPCG(1, 1)), "GetQueryResults", nil) {
		names = append(names, "call: "+fault.name)
	}
	for _, failure := range slices.Concat(retriedFailures, finalFailures) {
		names = append(names, failure.Reason)
	}
	return names
}

// isFinal tells whether a query ended by one of the final failures.
func isFinal(query local.AthenaExecution) bool {
	return slices.ContainsFunc(finalFailures, func(f local.AthenaFailure) bool { return query.State == f.State && query.Reason == f.Reason })
}

// trouble draws how the first queries of each kind end and how long they wait. Of is a part of
// their SQL.
func (l *lake) trouble(of ...string) {
	var failures []local.AthenaFailure
	var paces []local.AthenaPace
	for _, part := range of {
		random := l.run.Draw(part)
		if random.IntN(3) == 0 {
			// One cause, such as a right that somebody grants later; or none.
			causes := append([]local.AthenaFailure{{}}, retriedFailures...)
			if part != columnQuery {
				causes = append(causes, finalFailures...)
			}
			failure := faults.Pick(random, causes...)
			failure.Of = part
			times := 1 + random.IntN(4)
			failures = append(failures, slices.Repeat([]local.AthenaFailure{failure}, times)...)
			l.run.Logf("%d queries with %s: %s", times, part, failure.Reason)
		}
		if random.IntN(3) == 0 {
			pace := local.AthenaPace{Of: part, Queued: time.Duration(random.IntN(80)) * time.Millisecond, Running: time.Duration(random.IntN(80)) * time.Millisecond}
			switch random.IntN(4) {
			case 0:
				pace.Queued = local.AthenaHeld
			case 1:
				pace.Running = local.AthenaHeld
			}
			paces = append(paces, pace)
			l.run.Logf("a query with %s waits %s and runs %s", part, pace.Queued, pace.Running)
		}
	}
	l.cloud.Athena.SetFailures(failures...)
	l.cloud.Athena.SetPace(paces...)
}

// calm ends all trouble of queries, and waits for those that there are. One that was queued until
// now may be held again while it runs.
func (l *lake) calm() {
	l.cloud.Athena.SetFailures()
	l.cloud.Athena.SetPace()
	for slices.ContainsFunc(l.cloud.Athena.Executions(), goesOn) {
		l.cloud.Athena.Release()
		time.Sleep(time.Millisecond)
	}
}

func goesOn(query local.AthenaExecution) bool {
	return query.State == "QUEUED" || query.State == "RUNNING"
}

// Parts of the SQL of queries: of those about columns, of the job that counts a state, and of one
// slot of the job with a window.
const (
	columnQuery = "LIMIT 0"
	stateQuery  = "IN ('paid')"
)

func windowQuery(slot time.Time) string {
	return fmt.Sprintf(">= TIMESTAMP '%s'", slot.Add(-time.Hour).UTC().Format(time.DateTime))
}
