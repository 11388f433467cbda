package main

import (
	"math"
	"strings"
)

// sparkPoints is how many points a sparkline has, where nothing else needs the room.
const sparkPoints = 56

// sparkline draws counts from the least to the greatest, and – for each that is missing. If
// there are more counts than points, each point is the mean of some.
func sparkline(counts []*int64, points int) string {
	each := (len(counts) + points - 1) / points
	var means []*float64
	least, greatest := math.Inf(1), math.Inf(-1)
	for begin := 0; begin < len(counts); begin += each {
		mean := meanOf(counts[begin:min(begin+each, len(counts))])
		if means = append(means, mean); mean != nil {
			least, greatest = min(least, *mean), max(greatest, *mean)
		}
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	var line strings.Builder
	for _, mean := range means {
		switch {
		case mean == nil:
			line.WriteRune('–')
		case greatest == least:
			line.WriteRune(bars[len(bars)/2])
		default:
			line.WriteRune(bars[int((*mean-least)/(greatest-least)*float64(len(bars)-1)+0.5)])
		}
	}
	return line.String()
}

// meanOf is the mean of the counts that there are; nil if there is none.
func meanOf(counts []*int64) *float64 {
	sum, number := 0.0, 0
	for _, count := range counts {
		if count != nil {
			sum += float64(*count)
			number++
		}
	}
	if number == 0 {
		return nil
	}
	sum /= float64(number)
	return &sum
}
