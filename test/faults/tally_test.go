package faults

import (
	"slices"
	"testing"
)

// What a campaign must meet is missed if it came too seldom, and so is what never came.
func TestTally(t *testing.T) {
	run := NewRun("s3", 1)
	for range 4 {
		run.Happened("cut")
	}
	must := Must{"cut": 2, "reset": 0}
	if got := must.missing(run.copy(), 200); !slices.Equal(got, []string{`"reset" happened 0 times in 200 runs, want 1 or more`}) {
		t.Errorf("missing: %q", got)
	}
	if got := must.missing(run.copy(), 300); len(got) != 2 {
		t.Errorf("of 300 runs missing: %q", got)
	}
	run.Happened("reset")
	if got := must.missing(run.copy(), 200); len(got) != 0 {
		t.Errorf("with a reset missing: %q", got)
	}
}
