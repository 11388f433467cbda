package check_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
)

// brief is a store whose sweep has time for some results.
type brief struct {
	check.Store
	mutex  sync.Mutex
	left   int
	cancel context.CancelFunc
	order  []string // of the results
}

func (b *brief) CreateResults(ctx context.Context, key string, results []contract.CheckResult) (bool, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.left--; b.left < 0 {
		b.cancel()
		return false, ctx.Err()
	}
	b.order = append(b.order, key)
	return b.Store.CreateResults(ctx, key, results)
}

// overdue has a sweep that has time for some results.
func (w *world) overdue(results int) (order []string, err error) {
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	b := &brief{Store: w, left: results, cancel: cancel}
	w.checker.Store = b
	err = w.checker.Overdue(ctx)
	w.checker.Store = w
	return b.order, err
}

// The first checks of a job may be more to judge than one sweep has time for. It goes on an hour
// later, which is no failure, and the summary does not wait for it.
func TestABacklog(t *testing.T) {
	w := newWorld(t, orders("{paid: {min: 100}}")+"summary: {schedule: cron(0 9 * * ? *)}\n")
	var log bytes.Buffer
	w.checker.Logger = slog.New(slog.NewTextHandler(&log, nil))
	for day := 18; day <= 27; day++ {
		w.put("orders", slot(day), "paid=500")
	}
	w.now = mustTime(t, "2026-11-28T09:17Z")
	if _, err := w.overdue(7); err != nil { // one of them is the summary's
		t.Error(err)
	}
	if want := `msg="the next sweep judges the rest" judged=6 left=3`; !strings.Contains(log.String(), want) {
		t.Errorf("the log is %s, want %s", log.String(), want)
	}
	w.says("prod: counts until Sat 28 Nov 09:00")
	w.now = w.now.Add(time.Hour)
	if _, err := w.overdue(0); err == nil {
		t.Error("a sweep that gets nowhere is well")
	}
	if _, err := w.overdue(3); err != nil {
		t.Error(err)
	}
	if got := len(w.objects(contract.ChecksPrefix)); got != 10 {
		t.Errorf("%d records are judged, want 10", got)
	}
}

// News are judged in the order of their slots, behind all else.
func TestTheOrderOfABacklog(t *testing.T) {
	w := newWorld(t, file(`  - name: orders
    schedule: cron(0/5 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    checks: {total: {min: 1}}
`))
	var want []string
	for number := range 40 {
		at := mustTime(t, "2026-11-28T10:00Z").Add(time.Duration(5*number) * time.Minute)
		w.put("orders", at.Format(time.RFC3339), fmt.Sprintf("total=%d", number%2))
		want = append(want, contract.CheckKey("orders", at, 1))
	}
	w.now = mustTime(t, "2026-11-28T14:17Z")
	order, err := w.overdue(40)
	if err != nil || len(order) != 40 {
		t.Fatal(len(order), err)
	}
	const old = 16 // 14:17 is three hours after the 16th
	if difference := cmp.Diff(want[old:], order[old:]); difference != "" {
		t.Errorf("news (-want +got):\n%s", difference)
	}
	if difference := cmp.Diff(want[:old], order[:old], sorted); difference != "" {
		t.Errorf("what is older (-want +got):\n%s", difference)
	}
}
