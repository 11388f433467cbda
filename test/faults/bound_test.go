package faults_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/test/faults"
)

// Memory above the limit is wrong, and nothing else is.
func TestBoundIsExceeded(t *testing.T) {
	for _, test := range []struct {
		peak, limit float64
		wrong       string
	}{
		{63, 64, ""},
		{64, 64, ""},
		{64.1, 64, "many keys: it took 64.1 MB of memory, the limit is 64 MB"},
		{23, 1, "many keys: it took 23.0 MB of memory, the limit is 1 MB"},
		{23, 0, "many keys: it took 23.0 MB of memory, the limit is 0 MB"}, // the page names no limit
	} {
		v := faults.Bound{Name: "many keys", Peak: test.peak, Limit: test.limit}.Verdict()
		if got := strings.Join(v.Wrong, "\n"); got != test.wrong {
			t.Errorf("%.1f of %.0f MB: got %q, want %q", test.peak, test.limit, got, test.wrong)
		}
	}
}

func TestBoundLimits(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	read := func(text string) (map[string]float64, error) {
		if err := os.WriteFile(page, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return faults.BoundLimits(page)
	}
	limits, err := read("# Page\n\n| limit | value |\n|---|---|\n| a | 7 |\n\n| bound | measured | limit |\n|---|---|---|\n| 1,000 groups | 23 MB | 40 MB |\n| keys | 31 MB | 64 MB |\n\n| other | 1 |\n")
	if want := map[string]float64{"1,000 groups": 40, "keys": 64}; err != nil || !maps.Equal(limits, want) {
		t.Errorf("got %v (%v), want %v", limits, err, want)
	}
	for _, wrong := range []string{"# Page\n", "# Page\n\n| bound | measured | limit |\n|---|---|---|\n| keys | 31 MB | some MB |\n"} {
		if limits, err := read(wrong); err == nil {
			t.Errorf("%q: got %v, want an error", wrong, limits)
		}
	}
}
