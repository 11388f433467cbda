package faults

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Bound is what the counter took for one of the largest things that it may be given.
type Bound struct {
	Name    string
	Peak    float64 // the most memory of its process, in MB
	Limit   float64 // that the documentation names, in MB
	Seconds float64
}

// Verdict says whether the process took more memory than the documentation says.
func (b Bound) Verdict() (v Verdict) {
	if b.Peak > b.Limit {
		v.Wrongf("%s: it took %.1f MB of memory, the limit is %.0f MB", b.Name, b.Peak, b.Limit)
	}
	return v
}

// line is the bound in the table.
func (b Bound) line() string {
	return fmt.Sprintf("%s\t%.1f\t%.0f\t%.1f", b.Name, b.Peak, b.Limit, b.Seconds)
}

// boundsHeading begins the table of limits in the documentation.
const boundsHeading = "| bound | "

// BoundLimits reads the limits of memory from the page that promises them, in MB, by bound.
func BoundLimits(page string) (map[string]float64, error) {
	content, err := os.ReadFile(page)
	if err != nil {
		return nil, fmt.Errorf("read the limits of memory: %w", err)
	}
	_, table, found := strings.Cut(string(content), "\n"+boundsHeading)
	if !found {
		return nil, fmt.Errorf("%s has no table that begins with %q", page, boundsHeading)
	}
	limits := map[string]float64{}
	for i, line := range strings.Split(table, "\n") {
		if i < 2 { // the rest of the heading, and the line below it
			continue
		}
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			break
		}
		limit, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(cells[len(cells)-2]), " MB"), 64)
		if err != nil {
			return nil, fmt.Errorf("%s: the limit of %s: %w", page, cells[1], err)
		}
		limits[strings.TrimSpace(cells[1])] = limit
	}
	return limits, nil
}
