package report

import (
	"slices"
	"strconv"

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

// How many slots are drawn each by themselves; see segments.
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
	Gaps                 []bar // slots without all counts
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

// newChart draws the lines that have a class, and the marks of all slots.
func newChart(s history.Series, lines []line, marks [][]mark) chart {
	places := across(s.Slots)
	c := chart{Plot: plotHeight, Dense: len(s.Slots) > mostRows, Dates: dates(s.Slots, s.Job.Zone), Gaps: gaps(s, places)}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return l.Class == "" })
	scale, ticks := fromZero(plotHeight, lines)
	c.Counts = ticks
	for _, l := range lines {
		c.Lines = append(c.Lines, draw(scale, places, l, mostSlots))
	}
	c.Bottom = plotHeight + laneHeight/2
	for _, icon := range icons {
		is := func(i int) bool {
			return slices.ContainsFunc(marks[i], func(m mark) bool { return m.Kind == icon.Kind })
		}
		if runs := bars(places, is, 0); len(runs) > 0 {
			c.Lanes = append(c.Lanes, lane{icon, c.Bottom + laneHeight/2, runs})
			c.Bottom += laneHeight
		}
	}
	c.Height = c.Bottom + datesHeight
	return c
}

// newGroupChart draws a group with a scale of its own.
func newGroupChart(s history.Series, l line) chart {
	places := across(s.Slots)
	scale, ticks := fromZero(groupHeight, []line{l})
	l.Class = "total"
	return chart{Height: groupHeight, Plot: groupHeight, Counts: []tick{ticks[0], ticks[len(ticks)-1]}, Gaps: gaps(s, places),
		Bottom: groupHeight, Lines: []drawn{draw(scale, places, l, mostGroupSlots)}}
}

// newSpark draws the shape of a line: how its mean changes.
func newSpark(s history.Series, l line) drawn {
	places, counts := means(across(s.Slots), l.Counts, mostSparkSlots)
	parts := segments(ownRange(sparkHeight, counts), places, counts, len(counts))
	return drawn{Class: l.Class, Path: linePath(parts), Dots: dotPath(parts)}
}

// draw draws a line with its peaks, and what is below the total.
func draw(s scale, places []int, l line, most int) drawn {
	parts := segments(s, places, l.Counts, most)
	d := drawn{Class: l.Class, Path: linePath(parts), Dots: dotPath(parts)}
	if l.Class == "total" && len(places) <= mostRows {
		d.Area = areaPath(parts, s.height)
	}
	return d
}

// gaps are the slots that lack a count which should be there.
func gaps(s history.Series, places []int) []bar {
	lacks := func(i int) bool { return s.Slots[i].State != history.Counted && s.Slots[i].State != history.Pending }
	return bars(places, lacks, float64(width)/float64(2*len(places)))
}

// bars are the runs of slots that are so, each with a margin on both sides.
func bars(places []int, is func(i int) bool, margin float64) (all []bar) {
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
