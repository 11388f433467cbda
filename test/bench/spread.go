package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// runs is how many runs a ratio's spread is of. What is measured more often is divided
// among them.
const runs = 3

// ratio is what some samples are to others, in the order they were taken, and the same
// within each run. typical is what a list of samples is taken as.
func ratio(ours, theirs []float64, typical func([]float64) float64) (all float64, spread []float64) {
	part := func(samples []float64, run int) []float64 {
		return samples[run*len(samples)/runs : (run+1)*len(samples)/runs]
	}
	for run := range runs {
		spread = append(spread, typical(part(ours, run))/typical(part(theirs, run)))
	}
	return typical(ours) / typical(theirs), spread
}

// shownSpread is the least and the most of three runs.
func shownSpread(of []float64) string {
	if len(of) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f–%.2f", slices.Min(of), slices.Max(of))
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// allMilliseconds are those of many durations.
func allMilliseconds(durations []time.Duration) []float64 {
	all := make([]float64, len(durations))
	for i, d := range durations {
		all[i] = milliseconds(d)
	}
	return all
}
