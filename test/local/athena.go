package local

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Athena stands in for Amazon Athena and for Glue's GetTable. The SQL of its queries runs on
// PostgreSQL, in the databases that AddDatabase names.
//
// Texts of errors and the shape of answers follow real Athena (engine version 3) where somebody
// has published what it answered; the comments say where it is a guess. Trino and PostgreSQL
// differ. What is known to differ here:
//
//   - A quoted identifier must be written as the table has it. In Trino its case is of no matter.
//   - A table's name has no database before it, unless the schema is called like the database.
//   - Some of PostgreSQL's own syntax passes; x::int, ~ and ILIKE do not.
//   - A decimal literal is a decimal. In Athena it is a double.
//   - Values of arrays, rows and maps are in PostgreSQL's notation.
//   - Regular expressions are PostgreSQL's.
//
// Quoted texts do have a type, as in Trino: a bigint or a date does not equal '5'.
//
// Methods may be called at any time.
type Athena struct {
	mutex      sync.Mutex
	clock      func() time.Time
	tokenLife  time.Duration
	stores     map[athenaName]AthenaStore
	groups     map[string]AthenaWorkGroup
	paces      []AthenaPace
	failures   []AthenaFailure
	faults     map[string][]AthenaFault // by operation
	asked      map[string]int           // requests, by action of IAM
	executions []*execution             // in the order of their start
	released   chan struct{}            // is closed when waiting queries may go on
	running    sync.WaitGroup
	closed     bool
}

// defaultCatalog is the catalog of a query that names none.
const defaultCatalog = "AwsDataCatalog"

// athenaName is a database of a catalog, in lower case.
type athenaName struct{ catalog, database string }

func nameOf(catalog, database string) athenaName {
	if catalog == "" {
		catalog = defaultCatalog
	}
	if database == "" {
		database = "default"
	}
	return athenaName{strings.ToLower(catalog), strings.ToLower(database)}
}

// AthenaStore is where the tables of a database are: in a schema of a PostgreSQL. Parameters
// are Glue's, by table; a table with table_type ICEBERG has no partition keys there.
type AthenaStore struct {
	URL, Schema string
	Parameters  map[string]map[string]string
}

// AddDatabase has queries of a catalog's database run in a store. It makes the schema trino
// there, with the types and functions that PostgreSQL lacks. The empty catalog is
// AwsDataCatalog.
func (a *Athena) AddDatabase(ctx context.Context, catalog, database string, store AthenaStore) error {
	if err := addTrino(ctx, store); err != nil {
		return err
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.stores == nil {
		a.stores = map[athenaName]AthenaStore{}
	}
	a.stores[nameOf(catalog, database)] = store
	return nil
}

// SetClock replaces the clock of times, of tokens and of results that expire. How long a query
// waits (SetPace) is real time.
func (a *Athena) SetClock(now func() time.Time) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.clock = now
}

// now is the time of the stand-in. The caller holds the mutex.
func (a *Athena) now() time.Time {
	if a.clock == nil {
		return time.Now()
	}
	return a.clock()
}

// Asked is how many requests there were, also of those that failed, by the action of IAM that
// allows them.
func (a *Athena) Asked() map[string]int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return maps.Clone(a.asked)
}

// AwaitAsked waits until there were so many requests of an action.
func (a *Athena) AwaitAsked(ctx context.Context, action string, requests int) error {
	for a.Asked()[action] < requests {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %d requests of %s: %w", requests, action, ctx.Err())
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

func (a *Athena) noteAsked(action string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.asked == nil {
		a.asked = map[string]int{}
	}
	a.asked[action]++
}

// timeOfDay is the time as HTTP has it.
func (a *Athena) timeOfDay() string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.now().UTC().Format(http.TimeFormat)
}

// SetTokenLife says how long the token of a request is remembered: for ever with 0, as at the
// beginning. AWS does not say how long it is.
func (a *Athena) SetTokenLife(life time.Duration) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.tokenLife = life
}

// store finds the store of a database.
func (a *Athena) store(name athenaName) (AthenaStore, bool) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	store, found := a.stores[name]
	return store, found
}

// find finds an execution by its id. The caller holds the mutex.
func (a *Athena) find(id string) (*execution, error) {
	i := slices.IndexFunc(a.executions, func(e *execution) bool { return e.ID == id })
	if i < 0 {
		return nil, refused("QUERY_EXECUTION_NOT_FOUND", "QueryExecution "+id+" was not found")
	}
	return a.executions[i], nil
}

// close cancels the queries that run, and waits for their end.
func (a *Athena) close() {
	a.mutex.Lock()
	a.closed = true
	for _, e := range a.executions {
		e.cancel()
	}
	a.mutex.Unlock()
	a.running.Wait()
}
