package faults

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// Campaign is one kind of faults. It runs many times, each time from another seed.
type Campaign struct {
	Name        string
	Short, Full int // how many runs "make test" and "make faults" make
	Parallel    int // runs at a time; 0 is one
	// Must is what has to happen to the runs, if there are enough of them.
	Must Must
	// Run makes one run and notes in it what is wrong. An error means that the run itself could
	// not be made.
	Run func(*Run) error
	// After looks at what all runs together have left, and may be nil. It is told whether there
	// were enough of them to have met all that the campaign draws.
	After func(t *testing.T, enough bool)
}

// Run is one run of a campaign.
type Run struct {
	Seed   uint64
	Random *rand.Rand // of the seed; for one goroutine
	Verdict
	tally

	mutex sync.Mutex
	log   []string
}

// Logf notes a step, which is printed if anything is wrong. It may be called concurrently.
func (r *Run) Logf(format string, args ...any) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.log = append(r.log, fmt.Sprintf(format, args...))
}

// NewRun makes the run of a seed.
func NewRun(campaign string, seed uint64) *Run {
	name := fnv.New64a()
	_, _ = name.Write([]byte(campaign))
	return &Run{Seed: seed, Random: rand.New(rand.NewPCG(seed, name.Sum64()))}
}

// mostShown is how many bad runs are shown whole.
const mostShown = 5

// Test makes the runs, adds a row to the table, and fails the test if anything is wrong. It does
// nothing if somebody asked for another campaign.
func (c Campaign) Test(t *testing.T) {
	t.Helper()
	if !slices.Contains(Names, c.Name) {
		t.Fatalf("add %s to Names, and to the table of docs/reliability.md", c.Name)
	}
	if !chosen(c.Name) {
		return
	}
	first, runs, err := c.seeds(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	total, bad := Row{Campaign: c.Name, Runs: runs, First: first}, 0
	happened := map[string]int{}
	var mutex sync.Mutex
	var all errgroup.Group
	all.SetLimit(max(c.Parallel, 1))
	for seed := first; seed < first+uint64(runs); seed++ {
		all.Go(func() error {
			run := NewRun(c.Name, seed)
			err := c.Run(run)
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				total.Broken++
			}
			total.add(run.Verdict)
			for kind, times := range run.copy() {
				happened[kind] += times
			}
			if err != nil || run.Bad() {
				if bad++; bad <= mostShown {
					t.Error(c.report(run, err))
				}
			}
			return nil
		})
	}
	_ = all.Wait() // each run has reported
	if bad > mostShown {
		t.Errorf("%s: %d more runs are bad", c.Name, bad-mostShown)
	}
	total.Seconds = time.Since(begun).Seconds()
	campaigns.note(total)
	t.Log(total) // in case that the tests do not come to their end, and to the table
	if len(happened) > 0 {
		t.Logf("%s: what happened: %s", c.Name, shown(happened))
	}
	enough := runs >= c.Full/2
	if missing := c.Must.missing(happened, runs); enough && len(missing) > 0 {
		t.Errorf("%s: %s", c.Name, strings.Join(missing, "; "))
	}
	if c.After != nil {
		c.After(t, enough)
	}
}

// MustFind makes runs until one finds something of a kind, and fails the test if none does: a
// campaign that cannot fail proves nothing.
func (c Campaign) MustFind(t *testing.T, kind string) {
	t.Helper()
	if !chosen(c.Name) {
		return
	}
	const most = 30
	for seed := range uint64(most) {
		run := NewRun(c.Name, 1+seed)
		if err := c.Run(run); err != nil {
			t.Fatal(c.report(run, err))
		}
		if found := map[string][]string{"lost": run.Lost, "doubled": run.Doubled, "wrong": run.Wrong}[kind]; len(found) > 0 {
			t.Logf("proof: sabotaged on purpose, %s finds what is %s (seed %d: %s)", c.Name, kind, run.Seed, found[0])
			return
		}
	}
	t.Errorf("%s finds in %d runs nothing that is %s", c.Name, most, kind)
}

// report says what is wrong with a run, and what happened in it.
func (c Campaign) report(run *Run, err error) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, seed %d (repeat it: make faults CAMPAIGN=%s SEED=%d)\n", c.Name, run.Seed, c.Name, run.Seed)
	if err != nil {
		fmt.Fprintf(&text, "  the run broke: %v\n", err)
	}
	for _, list := range []struct {
		name string
		all  []string
	}{{"lost", run.Lost}, {"doubled", run.Doubled}, {"wrong", run.Wrong}} {
		for _, each := range list.all {
			fmt.Fprintf(&text, "  %s: %s\n", list.name, each)
		}
	}
	run.mutex.Lock()
	defer run.mutex.Unlock()
	for _, line := range run.log {
		fmt.Fprintf(&text, "    %s\n", line)
	}
	return text.String()
}

// Full tells whether the campaigns run at full size, or as somebody asks.
func Full() bool {
	return os.Getenv(fullVariable) == "full"
}

// seeds are the first seed and the number of runs. The short form has always the same ones, the
// full size has others each time. A campaign with a seed is one run.
func (c Campaign) seeds(variable func(string) string) (first uint64, runs int, err error) {
	first, runs = 1, c.Short
	if variable(fullVariable) == "full" {
		first, runs = fullSeed, c.Full
	}
	seed, err := seedGiven(variable)
	if err != nil {
		return 0, 0, err
	}
	if seed != nil {
		first = *seed
		if variable(campaignVariable) != "" { // of a run that is made again
			runs = 1
		}
	}
	given, err := runsGiven(variable)
	return first, cmp.Or(given, runs), err
}

// fullSeed is the same for all campaigns of one "make faults".
var fullSeed = uint64(time.Now().Unix())
