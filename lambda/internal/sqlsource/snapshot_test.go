package sqlsource

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// testConcurrentWriters moves rows between two states: whoever sees one snapshot
// counts the same sum. Without a total each case is counted by its own statement,
// so a run has several.
func testConcurrentWriters(t *testing.T, f fixture) {
	const rows, writing = 200, 2
	f.exec(t, "CREATE TABLE moving (id integer primary key, state varchar(5))")
	for id := range rows {
		f.exec(t, fmt.Sprintf("INSERT INTO moving VALUES (%d, 'here')", id))
	}
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for writer := range writing {
		writers.Go(func() { f.move(ctx, t, writer*rows/writing, rows/writing) })
	}
	defer writers.Wait()
	defer stop()

	query := queryOf("moving", "here", "state = 'here'", "there", "state = 'there'")
	query.Job.Total = new(false)
	for range 100 {
		if got := f.mustCount(t, query); got["here"]+got["there"] != rows {
			t.Fatalf("the cases count %v, which is not %d together: they saw different snapshots", got, rows)
		}
	}
	// The same two counts without the snapshot disagree before long, or the
	// writers proved nothing.
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		var here, there int
		for state, into := range map[string]*int{"here": &here, "there": &there} {
			if err := f.admin.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM moving WHERE state = '"+state+"'").Scan(into); err != nil {
				t.Fatal(err)
			}
		}
		if here+there != rows {
			return
		}
	}
	t.Error("two counts without a snapshot always agreed: the writers do not disturb")
}

// move moves rows from one state to the other and back: count of them, from first on.
func (f fixture) move(ctx context.Context, t *testing.T, first, count int) {
	for n := 0; ctx.Err() == nil; n++ {
		to := []string{"there", "here"}[n/count%2]
		_, err := f.admin.ExecContext(ctx, fmt.Sprintf("UPDATE moving SET state = '%s' WHERE id = %d", to, first+n%count))
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
}
