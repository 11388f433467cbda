package report

import (
	"math"
	"math/big"
	"strconv"
	"time"

	"tally/lambda/internal/history"
)

// Drawings are stretched to the page's width. A place is pixels down and, across, a part of
// width.
const width = 10_000

// tick is a label of an axis.
type tick struct{ At, Text string }

// scale is where counts are.
type scale struct {
	low, high float64
	height    int
}

// down is the place of a count. Floats are exact enough for pixels.
func (s scale) down(count *big.Int) int {
	return s.height - int(math.Round((float(count)-s.low)/(s.high-s.low)*float64(s.height)))
}

func float(count *big.Int) float64 {
	n, _ := new(big.Float).SetInt(count).Float64()
	return n
}

// fromZero is the scale of a chart of lines, with round numbers for its axis.
func fromZero(height int, lines []line) (scale, []tick) {
	most := 1.0
	for _, l := range lines {
		if _, largest := bounds(l.Counts); largest != nil {
			most = max(most, float(largest))
		}
	}
	step := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, times := range []float64{1, 2, 5, 10} {
		if most/(step*times) <= 4 {
			step = max(1, step*times)
			break
		}
	}
	s := scale{high: math.Ceil(most/step) * step, height: height}
	var ticks []tick
	for n := 0.0; n <= s.high; n += step {
		ticks = append(ticks, tick{strconv.Itoa(height - int(math.Round(n/s.high*float64(height)))), short(n)})
	}
	return s, ticks
}

// ownRange is the scale of counts: from the least to the largest.
func ownRange(height int, counts []*big.Int) scale {
	least, largest := bounds(counts)
	if least == nil {
		return scale{high: 1, height: height}
	}
	low, high := float(least), float(largest)
	if low == high {
		low, high = low-max(1, low/2), high+max(1, high/2) // a line in the middle
	}
	return scale{low, high, height}
}

// across is the place of each slot, by its time. Half a slot is left free at both ends.
func across(slots []history.Slot) []int {
	places := make([]int, len(slots))
	margin := float64(width) / float64(2*len(slots))
	for i, slot := range slots {
		part := 0.5
		if len(slots) > 1 {
			part = float64(slot.Time.Sub(slots[0].Time)) / float64(slots[len(slots)-1].Time.Sub(slots[0].Time))
		}
		places[i] = int(math.Round(margin + part*(width-2*margin)))
	}
	return places
}

// mostDates is how many labels the axis of time has at most.
const mostDates = 6

// dates are the labels of the axis of time: midnights of a zone, or both ends of few days.
func dates(slots []history.Slot, zone *time.Location) (ticks []tick) {
	first, last := slots[0].Time.In(zone), slots[len(slots)-1].Time.In(zone)
	places, span := across(slots), last.Sub(first)
	at := func(t time.Time, layout string) {
		part := float64(t.Sub(first)) / float64(max(span, 1))
		ticks = append(ticks, tick{percent(float64(places[0]) + part*float64(places[len(places)-1]-places[0])), t.Format(layout)})
	}
	days, layout := int(span.Hours()/24), "2 Jan"
	if days < mostDates-1 {
		at(first, "2 Jan 15:04")
		if span > 0 {
			at(last, "2 Jan 15:04")
		}
		return ticks
	}
	if days > 200 {
		layout = "Jan 2006"
	}
	for day := 1; ; day += days/mostDates + 1 {
		midnight := time.Date(first.Year(), first.Month(), first.Day()+day, 0, 0, 0, 0, zone)
		if midnight.After(last) {
			return ticks
		}
		at(midnight, layout)
	}
}
