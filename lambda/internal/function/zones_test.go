package function

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The runtime's image may have no time zones, so that each function brings them.
func TestFunctionsBringTimeZones(t *testing.T) {
	for _, program := range []string{"tally/lambda/counter", "tally/lambda/monitor"} {
		output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", program).Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		if !slices.Contains(strings.Fields(string(output)), "time/tzdata") {
			t.Errorf("%s has no time zones", program)
		}
	}
}
