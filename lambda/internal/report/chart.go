package report

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/internal/history"
)

// The heights of drawings, in pixels.
const (
	plotHeight  = 200
	groupHeight = 72
	sparkHeight = 24
	laneHeight  = 18
	datesHeight = 22
)

// How many slots are drawn each by themselves; see segments and means.
const (
	mostSlots      = 400
	mostGroupSlots = 120
	mostSparkSlots = 60
)

// chart is a drawing of lines over the slots of a series.
type chart struct {
	Height, Plot, Bottom int // of the whole; of the lines; of the lanes
	Dense                bool
	Counts, Dates        []tick
	Gaps                 []bar // slots that lack a count which should be there
	Lines                []drawn
	Lanes                []lane
}

// drawn is a line of a chart.
type drawn struct{ Class, Path, Area, Dots string }

// lane is a row of marks of one kind below a chart.
type lane struct {
	icon
	Down int
	Runs []bar
}

// bar is a part of the width, in percent.
type bar struct{ From, To, Width string }

// newChart draws the lines that have a class.
func newChart(s history.Series, lines []line, height, most int) chart {
	places := across(s.Slots)
	c := chart{Height: height, Plot: height, Bottom: height, Dense: len(s.Slots) > mostRows}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.Class == "" })
	var scale scale
	scale, c.Counts = fromZero(height, lines)
	for _, l := range lines {
		parts := segments(scale, places, l.Counts, most)
		d := drawn{Class: l.Class, Path: linePath(parts), Dots: dotPath(parts)}
		if l.Class == "total" && !c.Dense {
			d.Area = areaPath(parts, height)
		}
		c.Lines = append(c.Lines, d)
	}
	c.Gaps = bars(places, float64(width)/float64(2*len(places)), func(i int) bool {
		return s.Slots[i].State != history.Counted && s.Slots[i].State != history.Pending
	})
	return c
}

// addLanes draws the marks of all slots below the lines, and the dates below them.
func (c *chart) addLanes(s history.Series, marks [][]mark) {
	c.Dates = dates(s.Slots, s.Job.Zone)
	c.Bottom += laneHeight / 2
	for _, icon := range icons {
		runs := bars(across(s.Slots), 0, func(i int) bool {
			return slices.ContainsFunc(marks[i], func(m mark) bool { return m.Kind == icon.Kind })
		})
		if len(runs) > 0 {
			c.Lanes = append(c.Lanes, lane{icon, c.Bottom + laneHeight/2, runs})
			c.Bottom += laneHeight
		}
	}
	c.Height = c.Bottom + datesHeight
}

// newSpark draws the shape of a line: how its mean changes.
func newSpark(s history.Series, l line) drawn {
	places, counts := means(across(s.Slots), l.Counts, mostSparkSlots)
	parts := segments(ownRange(sparkHeight, counts), places, counts, len(counts))
	return drawn{Class: l.Class, Path: linePath(parts), Dots: dotPath(parts)}
}

// bars are the runs of slots that are so, each with a margin on both sides.
func bars(places []int, margin float64, is func(i int) bool) (all []bar) {
	for i := 0; i < len(places); i++ {
		if !is(i) {
			continue
		}
		from := float64(places[i]) - margin
		for i+1 < len(places) && is(i+1) {
			i++
		}
		to := float64(places[i]) + margin
		all = append(all, bar{percent(from), percent(to), percent(to - from)})
	}
	return all
}

// percent writes a part of the width.
func percent(place float64) string {
	return strconv.FormatFloat(max(0, min(100, float64(int(place))*100/width)), 'f', -1, 64) + "%"
}

// point is a place of a drawing.
type point struct{ x, y int }

// segments are the parts of a line that are not interrupted by a slot without a count. If
// there are more slots than most, those side by side become their least and largest count: a
// peak stays a peak.
func segments(s scale, places []int, counts []*big.Int, most int) (parts [][]point) {
	size := (len(counts) + most - 1) / most
	open := false
	for from := 0; from < len(counts); from += size {
		to := min(from+size, len(counts))
		least, largest := bounds(counts[from:to])
		if least == nil {
			open = false
			continue
		}
		if !open {
			parts, open = append(parts, nil), true
		}
		last := &parts[len(parts)-1]
		*last = append(*last, point{places[from], s.down(least)})
		if least.Cmp(largest) != 0 {
			*last = append(*last, point{places[to-1], s.down(largest)})
		}
	}
	return parts
}

// linePath draws the segments as the d of a path, with distances, which are shorter than
// places.
func linePath(parts [][]point) string {
	var b strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&b, "M%d %d", part[0].x, part[0].y)
		command := "l"
		for i := 1; i < len(part); i++ {
			fmt.Fprintf(&b, "%s%d %d", command, part[i].x-part[i-1].x, part[i].y-part[i-1].y)
			command = " "
		}
	}
	return strings.ReplaceAll(b.String(), " -", "-")
}

// areaPath draws what is between the segments and the bottom.
func areaPath(parts [][]point, height int) (path string) {
	for _, part := range parts {
		path += fmt.Sprintf("%sV%dH%dZ", linePath([][]point{part}), height, part[0].x)
	}
	return path
}

// dotPath draws the points that no line connects, as dots: lines as long as they are thick.
func dotPath(parts [][]point) (path string) {
	for _, part := range parts {
		if len(part) == 1 {
			path += fmt.Sprintf("M%d %dh0", part[0].x, part[0].y)
		}
	}
	return path
}
