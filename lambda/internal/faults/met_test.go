package faults_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"tally/test/faults"
)

// namedFault is a fault and what the log calls it.
type namedFault struct {
	name  string
	fault faults.Fault
}

// met counts how often each kind of fault happened, in all runs of a campaign.
type met struct {
	mutex sync.Mutex
	times map[string]int
}

func (m *met) note(name string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.times == nil {
		m.times = map[string]int{}
	}
	m.times[name]++
}

// pick draws one of several faults, and counts it.
func (m *met) pick(random *rand.Rand, from ...namedFault) namedFault {
	drawn := faults.Pick(random, from...)
	m.note(drawn.name)
	return drawn
}

// report fails the test if a kind never happened, although there were enough runs for all.
func (m *met) report(t *testing.T, enough bool, kinds ...string) {
	t.Helper()
	m.mutex.Lock()
	defer m.mutex.Unlock()
	t.Logf("what happened: %v", m.times)
	for _, kind := range kinds {
		if enough && m.times[kind] == 0 {
			t.Errorf("it never happened: %s", kind)
		}
	}
}

func namesOf(all []namedFault) (names []string) {
	for _, each := range all {
		names = append(names, each.name)
	}
	return names
}
