package check_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/history"
	"tally/lambda/job/jobtest"
)

// A replay comes to what the monitor stored, when it judged each record as it came.
func TestReplay(t *testing.T) {
	jobs := file(daily("orders", "checks: {paid: {min: 50, max_drop: 20%, max_rise: 30%, baseline: previous}, except: [2026-11-09]}"), daily("log")) +
		"reconcile: [{name: both, left: orders.paid, right: log.paid, within: 10%}]\n"
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			w := newWorld(t, jobs)
			type counting struct {
				name, slot string
				at         time.Time
			}
			var all []counting
			for day := 1; day <= 20; day++ {
				for _, name := range []string{"orders", "log"} {
					for range random.IntN(3) { // how often it is counted
						at := mustTime(t, slot(day)).Add(time.Duration(random.IntN(4*24)) * time.Hour)
						all = append(all, counting{name, slot(day), at})
					}
				}
			}
			slices.SortStableFunc(all, func(a, b counting) int { return a.at.Compare(b.at) })
			revisions, keys := map[string]int{}, []string(nil)
			for i := 0; i < len(all); {
				var together []string // those of one hour are stored before any is judged
				for first := i; i < len(all) && all[i].at.Equal(all[first].at); i++ {
					of := all[i]
					revisions[of.name+of.slot]++
					counts := fmt.Sprintf("paid=%d", 30+random.IntN(60))
					if random.IntN(10) == 0 {
						counts = "paid=-"
					}
					together = append(together, w.put(of.name, of.slot, counts, revision(revisions[of.name+of.slot]), w.countedAt(of.at.Format(time.RFC3339))))
				}
				w.judge(together...)
				keys = append(keys, together...)
			}
			done := 0
			results, err := check.Replay(t.Context(), w.checker.Jobs, history.NewOnce(w.Store), keys, func(now, _ int) { done = now })
			if err != nil || done != len(keys) {
				t.Fatalf("%d of %d records: %v", done, len(keys), err)
			}
			replayed, err := contract.EncodeResults(results)
			if err != nil {
				t.Fatal(err)
			}
			got, want := strings.Split(strings.TrimSpace(string(replayed)), "\n"), []string(nil)
			for _, object := range w.objects(contract.ChecksPrefix) {
				want = append(want, strings.Split(strings.TrimSpace(object), "\n")...)
			}
			slices.Sort(got)
			slices.Sort(want)
			if difference := cmp.Diff(want, got); difference != "" || len(want) < 40 {
				t.Errorf("%d results (- stored, + replayed):\n%s", len(want), difference)
			}
		})
	}
}

func TestBoundsOfAFile(t *testing.T) {
	jobs := jobtest.Read(t, file(daily("orders", "checks: {refunded: {max: 9}, paid: {min: 50, max_drop: 20%, baseline: previous}}"), daily("log"))+
		"reconcile: [{name: both, left: orders.paid, right: log.paid, within: 10}]\n")
	var got []string
	for _, bound := range check.Bounds(jobs) {
		got = append(got, fmt.Sprintf("%s%s.%s %s %s", bound.Reconcile, bound.Job, bound.CaseName, bound.Check, bound.Bound))
	}
	want := []string{"orders.refunded max 9", "orders.paid min 50", "orders.paid max_drop 20%", "bothorders.paid within 10"}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
}

// What the other job counted over another window, before it was changed, is not compared.
func TestAnotherWindowIsNotCompared(t *testing.T) {
	w := newWorld(t, file(daily("orders"), daily("log"))+"reconcile: [{name: both, left: orders.paid, right: log.paid, within: 10}]\n")
	for _, before := range []change{
		func(r *contract.Record) { r.WindowFrom, r.WindowTo = nil, nil },
		func(r *contract.Record) { r.WindowFrom = new(r.WindowFrom.AddDate(0, 0, -1)) },
	} {
		w.put("orders", slot(len(w.objects("counts/"))+1), "paid=100", before)
		w.judge(w.put("log", slot(len(w.objects("counts/"))), "paid=1"))
	}
	if got := w.objects(contract.ChecksPrefix); len(got) > 0 {
		t.Errorf("it compared %v", got)
	}
}
