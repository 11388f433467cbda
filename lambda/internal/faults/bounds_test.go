package faults_test

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/test/faults"
)

// boundsPage promises how much memory the counter takes.
const boundsPage = projectRoot + "/docs/cost-and-limits.md"

// bound is one of the largest things that the counter may be given. It counts that within the
// memory that the documentation promises, or says that it is more than it may have.
type bound struct {
	name    string
	limitOf string // whose limit of memory it has, in the documentation; its own, if empty
	job     string // the lines of its source and so on
	cron    string // every minute, if empty
	slot    time.Time
	// fill makes what is counted, and returns what the record should say.
	fill         func(boundWorld) faults.Record
	fails        string  // what the run says instead; it stores nothing
	skips        int     // how many records are left out
	full         bool    // the short form leaves it out
	shortLimitMB float64 // the limit in MB of the short form, which counts less
}

// The counter's process stays within the memory that the documentation promises, whatever it
// may be given.
func TestBounds(t *testing.T) {
	faults.Choose(t, "bounds")
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says how much memory a process had")
	}
	t.Parallel()
	if faults.Full() { // four times a gigabyte would be too much garbage
		defer debug.SetGCPercent(debug.SetGCPercent(100))
	}
	limits, err := faults.BoundLimits(boundsPage)
	if err != nil {
		t.Fatal(err)
	}
	all := bounds()
	for name, limit := range limits { // a bound that the page leaves out has the limit 0
		if limit > defaultMemoryMB {
			t.Errorf("%s promises %.0f MB for %s, and a counter has %d", boundsPage, limit, name, defaultMemoryMB)
		}
		if !slices.ContainsFunc(all, func(b bound) bool { return b.name == name }) {
			t.Errorf("%s promises a limit of %q, and there is no such bound", boundsPage, name)
		}
	}
	maker := newBoundRunner(t)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			if b.full && !faults.Full() {
				t.Skip("make faults runs it")
			}
			took, v := maker.count(t, b)
			took.Limit = limits[cmp.Or(b.limitOf, b.name)]
			if !faults.Full() {
				took.Name += ", in short"
				took.Limit = cmp.Or(b.shortLimitMB, took.Limit)
			}
			faults.NoteBound(took)
			v.Add(took.Verdict())
			if v.Bad() {
				t.Errorf("%+v", v)
			}
		})
	}
	t.Run("can fail", maker.canFail)
}

// canFail spoils a bound in each way that must be found.
func (m boundRunner) canFail(t *testing.T) {
	honest := bound{name: "spoilt", job: ofLog + casesOf(2, "=="), fill: linesOf(0, 2)}
	took, v := m.count(t, honest)
	if took.Limit = 1; v.Bad() || !took.Verdict().Bad() {
		t.Errorf("a limit of 1 MB: %+v, %+v", v, took)
	}
	wrong := honest
	wrong.fill = func(w boundWorld) faults.Record {
		record := honest.fill(w)
		record.Counts["c0"]++
		return record
	}
	refused := honest
	refused.fails = "too many"
	skipped := honest
	skipped.skips = 1
	failed := honest
	failed.job = strings.Replace(honest.job, "input", "nowhere", 1)
	for name, spoilt := range map[string]bound{"another count": wrong, "no failure": refused, "nothing skipped": skipped, "a failure": failed} {
		if _, v := m.count(t, spoilt); !v.Bad() {
			t.Errorf("%s is not found", name)
		}
	}
}
