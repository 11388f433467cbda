package faults

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// tally counts what has really happened, by kind: a fault that is only drawn proves nothing.
type tally struct {
	mutex sync.Mutex
	times map[string]int
}

// Happened notes that a fault of a kind has really come. It may be called concurrently.
func (t *tally) Happened(kind string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.times == nil {
		t.times = map[string]int{}
	}
	t.times[kind]++
}

// copy is what has happened until now.
func (t *tally) copy() map[string]int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return maps.Clone(t.times)
}

// shown is a line with all kinds.
func shown(times map[string]int) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(times)) {
		parts = append(parts, fmt.Sprintf("%s %d", kind, times[kind]))
	}
	return strings.Join(parts, ", ")
}

// Must is how often each kind of fault has to happen in a hundred runs, at least. It is once in
// all runs if that is less.
type Must map[string]int

// Each is a Must with the same number for some kinds.
func Each(least int, kinds ...string) Must {
	must := Must{}
	for _, kind := range kinds {
		must[kind] = least
	}
	return must
}

// missing says which kinds have happened too seldom in so many runs.
func (m Must) missing(times map[string]int, runs int) (all []string) {
	for _, kind := range slices.Sorted(maps.Keys(m)) {
		if least := max(1, m[kind]*runs/100); times[kind] < least {
			all = append(all, fmt.Sprintf("%q happened %d times in %d runs, want %d or more", kind, times[kind], runs, least))
		}
	}
	return all
}
