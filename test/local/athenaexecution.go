package local

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// AthenaExecution is a query that Athena took. It costs what it has scanned.
type AthenaExecution struct {
	ID, Token, SQL                string
	WorkGroup, Catalog, Database  string
	State, Reason                 string
	Bytes                         int64
	Scans                         int // of tables in the query's plan, those of a table's partitions counting once
	Submitted, Started, Completed time.Time
}

// execution is a query and all that is not for tests.
type execution struct {
	AthenaExecution
	requested string // output location
	group     AthenaWorkGroup
	cancel    context.CancelFunc
	end       queryOutcome
}

// queryOutcome is how a query ends.
type queryOutcome struct {
	AthenaFailure // State is SUCCEEDED without one
	bytes         int64
	scans         int
	columns       []athenaColumn
	rows          [][]*string // nil: NULL
}

// Executions are the queries in the order of their start.
func (a *Athena) Executions() []AthenaExecution {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	var all []AthenaExecution
	for _, e := range a.executions {
		all = append(all, e.AthenaExecution)
	}
	return all
}

// submit makes a query, unless another request with its token did so meanwhile.
func (a *Athena) submit(request startRequest, group AthenaWorkGroup) (string, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if id, err := a.begunBy(request); id != "" || err != nil {
		return id, err
	}
	if a.closed {
		return "", errors.New("the stand-in for Athena is closed")
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &execution{
		AthenaExecution: AthenaExecution{
			ID: newRequestID(), Token: *request.ClientRequestToken, SQL: request.QueryString,
			WorkGroup: group.Name, Catalog: request.catalog(), Database: request.QueryExecutionContext.Database,
			State: "QUEUED", Submitted: a.now(),
		},
		requested: request.ResultConfiguration.OutputLocation, group: group, cancel: cancel,
	}
	a.executions = append(a.executions, e)
	var pace AthenaPace
	var failure AthenaFailure
	pace, a.paces = a.nextPace(e.SQL)
	failure, a.failures = firstOf(a.failures, func(f AthenaFailure) bool { return concerns(f.Of, e.SQL) })
	query, released := e.AthenaExecution, a.nextRelease()
	a.running.Go(func() {
		defer cancel()
		wait(ctx, pace.Queued, released)
		a.mutex.Lock()
		if pace.Queued > 0 {
			released = a.nextRelease()
		}
		if e.State == "QUEUED" {
			e.State, e.Started = "RUNNING", a.now()
		}
		a.mutex.Unlock()
		end := queryOutcome{AthenaFailure: failure, bytes: failure.Scanned}
		if failure.State == "" && ctx.Err() == nil {
			end = a.evaluate(ctx, query, group.BytesScannedCutoffPerQuery, func(bytes int64, scans int) {
				a.mutex.Lock()
				defer a.mutex.Unlock()
				e.Bytes, e.Scans = bytes, scans
			})
		}
		wait(ctx, pace.Running, released)
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.finish(e, end)
	})
	return e.ID, nil
}

// wait ends early when the query is cancelled or released.
func wait(ctx context.Context, pause time.Duration, released <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-released:
	case <-time.After(pause):
	}
}

func (e *execution) ended() bool { return e.State != "QUEUED" && e.State != "RUNNING" }

// finish ends a query that has not ended. The caller holds the mutex.
func (a *Athena) finish(e *execution, o queryOutcome) {
	if e.ended() {
		return
	}
	e.end, e.Completed = o, a.now()
	e.State, e.Reason = cmp.Or(o.State, "SUCCEEDED"), o.Reason
	e.Bytes, e.Scans = o.bytes, o.scans
}

// stop cancels a query, which costs what it would have scanned. To stop one that has ended is no
// mistake.
func (a *Athena) stop(_ context.Context, request struct{ QueryExecutionId string }) (any, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	e, err := a.find(request.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	a.finish(e, queryOutcome{AthenaFailure: AthenaCancelled, bytes: e.Bytes, scans: e.Scans})
	e.cancel()
	return map[string]any{}, nil
}
