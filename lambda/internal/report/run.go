package report

import (
	"slices"
	"time"

	"tally/lambda/internal/history"
)

// run is a row of a table: one slot, or several one after the other.
type run struct {
	From, To int // indexes of slots, To included
	Marks    []mark
}

// Slots is how many slots the run has.
func (r run) Slots() int { return r.To - r.From + 1 }

// runsOf has a run for each slot. If they are to be joined, it has one for slots that follow
// each other with the same marks, or without any within a local day.
func runsOf(s history.Series, marks [][]mark, join bool) (runs []run) {
	for i := range s.Slots {
		last := len(runs) - 1
		if !join || last < 0 || !slices.EqualFunc(marks[i], runs[last].Marks, alike) || len(marks[i]) == 0 && !sameDay(s, runs[last].From, i) {
			runs = append(runs, run{i, i, slices.Clone(marks[i])})
			continue
		}
		runs[last].To = i
		for k, mark := range marks[i] {
			if mark != runs[last].Marks[k] {
				runs[last].Marks[k].Detail = "" // each late by another time
			}
		}
	}
	return runs
}

func alike(a, b mark) bool { return a.Kind == b.Kind && (a.Kind == late || a.Detail == b.Detail) }

func sameDay(s history.Series, a, b int) bool {
	return s.Slots[a].Time.In(s.Job.Zone).Format(time.DateOnly) == s.Slots[b].Time.In(s.Job.Zone).Format(time.DateOnly)
}
