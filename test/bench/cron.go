package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/winebarrel/cronplan"

	"tally/lambda/cron"
)

// common are schedules that people have.
var common = []string{
	"55 14 * * ? *",       // daily
	"0/15 * * * ? *",      // every quarter of an hour
	"0/10 8-17 ? * 2-6 *", // office hours
	"0 9 L * ? *",         // last day of the month
	"0 18 ? * 6L *",       // last Friday
	"30 6 1,15 * ? *",     // twice a month
}

// cronNext compares Next with that of winebarrel/cronplan, the nearest public
// library, on the schedules both get right.
func cronNext(_ context.Context, _ string) ([]figure, error) {
	ours, theirs := make([]float64, runs), make([]float64, runs) // nanoseconds
	for _, fields := range common {
		our, err := cron.Parse("cron("+fields+")", cron.Rule)
		if err != nil {
			return nil, err
		}
		their, err := cronplan.Parse(fields)
		if err != nil {
			return nil, err
		}
		next := func(at time.Time) time.Time { time, _ := our.Next(at, time.UTC); return time }
		for i := range instants {
			if got, want := next(instant(i)), their.Next(instant(i)); !got.Equal(want) {
				return nil, fmt.Errorf("%s: %v here, %v there: not comparable", fields, got, want)
			}
		}
		for run := range runs {
			ours[run] += perCall(next) / float64(len(common))
			theirs[run] += perCall(their.Next) / float64(len(common))
		}
	}
	value, spread := ratio(ours, theirs, median)
	return []figure{
		{
			name: "cron Next, ratio to winebarrel/cronplan", value: value, spread: spread, limit: 1, unit: "x",
			detail: fmt.Sprintf("mean of %d schedules; cronplan %.0f ns", len(common), median(theirs)),
		},
		{name: "cron Next", value: median(ours), limit: 2000, unit: "ns", detail: "the same schedules"},
	}, nil
}

// instants is the number of times that Next is asked about.
const instants = 1000

// instant is one of them: spread over a year, and never in a minute that fires,
// which the rival would return.
func instant(i int) time.Time {
	return time.Date(2026, 1, 1, 0, 7, 0, 0, time.UTC).Add(time.Duration(i) * 9 * time.Hour)
}

// perCall is the time that one call of next takes, in nanoseconds.
func perCall(next func(time.Time) time.Time) float64 {
	result := testing.Benchmark(func(b *testing.B) {
		for i := range b.N {
			next(instant(i % instants))
		}
	})
	return float64(result.T.Nanoseconds()) / float64(result.N)
}
