package s3source

import (
	"errors"
	"strings"
	"testing"

	"tally/lambda/internal/count"
)

// An object may have 100,000 values beside others, and a million alone. A value that is known
// already is none more.
func TestTheLimitsOfDistinctValues(t *testing.T) {
	for large, limit := range map[bool]int{false: 100_000, true: 1_000_000} {
		d := distinct{values: map[distinctKey]uint64{}, large: large}
		add := func(value int) error { return d.add(distinctKey{hash: [3]uint32{uint32(value)}}, 1, "user") }
		for value := range limit {
			if err := add(value); err != nil {
				t.Fatalf("value %d: %v", value+1, err)
			}
		}
		if err := add(0); err != nil {
			t.Errorf("a known value: %v", err)
		}
		switch err := add(limit); {
		case !large && !errors.Is(err, errLarge):
			t.Errorf("got %v, want that it is read alone", err)
		case large && (!count.IsPermanent(err) || !strings.Contains(err.Error(), "distinct user has more than 1000000 values")):
			t.Errorf("got %v", err)
		}
	}
}
