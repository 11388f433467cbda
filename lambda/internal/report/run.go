package report

import (
	"slices"
	"time"

	"tally/lambda/internal/history"
)

// run is a row of a table: one slot, or several one after the other that are alike.
type run struct {
	From, To int // indexes of slots, To included
	Marks    []mark
}

// Slots is how many slots the run has.
func (r run) Slots() int { return r.To - r.From + 1 }

// merged joins slots that follow each other and have the same marks. Those without a mark are
// joined within a local day.
func merged(s history.Series, marks [][]mark) (runs []run) {
	for i := range s.Slots {
		if last := len(runs) - 1; last >= 0 && slices.EqualFunc(marks[i], runs[last].Marks, alike) &&
			(len(marks[i]) > 0 || sameDay(s, runs[last].From, i)) {
			runs[last].To = i
			continue
		}
		runs = append(runs, run{i, i, slices.Clone(marks[i])})
	}
	for i, r := range runs {
		for k := range r.Marks {
			if r.Marks[k].Kind == late && r.Slots() > 1 {
				runs[i].Marks[k].Detail = "" // each by another time
			}
		}
	}
	return runs
}

// single has a run for each slot.
func single(marks [][]mark) []run {
	runs := make([]run, len(marks))
	for i := range marks {
		runs[i] = run{i, i, marks[i]}
	}
	return runs
}

func alike(a, b mark) bool { return a.Kind == b.Kind && (a.Kind == late || a.Detail == b.Detail) }

func sameDay(s history.Series, a, b int) bool {
	return s.Slots[a].Time.In(s.Job.Zone).Format(time.DateOnly) == s.Slots[b].Time.In(s.Job.Zone).Format(time.DateOnly)
}
