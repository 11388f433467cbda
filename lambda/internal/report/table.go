package report

import (
	"slices"
	"time"

	"tally/lambda/internal/history"
)

// table has the counts behind a chart.
type table struct {
	Columns []line
	Rows    []row
	Thinned bool // it has a row for several slots
}

// row is a run of slots. Cells are empty where there is no count.
type row struct {
	When  string
	Slots int
	Cells []string
	Marks []mark
}

// mostRows is how many slots have a row each. A job of every hour would fill the page.
const mostRows = 400

// newTable has the runs of slots, the latest first.
func newTable(s history.Series, lines []line, runs []run) table {
	t := table{Columns: lines}
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		t.Thinned = t.Thinned || r.Slots() > 1
		cells := make([]string, len(lines))
		for k, l := range lines {
			least, largest := bounds(l.Counts[r.From : r.To+1])
			if least == nil {
				continue
			}
			if cells[k] = exact(least); least.Cmp(largest) != 0 {
				cells[k] += " to " + exact(largest)
			}
		}
		t.Rows = append(t.Rows, row{when(s, r), r.Slots(), cells, r.Marks})
	}
	return t
}

// slotLayout is how slots are written, in the job's zone.
const slotLayout = "Mon 2006-01-02 15:04 MST"

// when says which slots a run has.
func when(s history.Series, r run) string {
	from, to := s.Slots[r.From].Time.In(s.Job.Zone), s.Slots[r.To].Time.In(s.Job.Zone)
	switch {
	case r.Slots() == 1:
		return from.Format(slotLayout)
	case sameDay(s, r.From, r.To):
		return from.Format("Mon 2006-01-02 15:04") + " to " + to.Format("15:04 MST")
	}
	return from.Format("Mon 2006-01-02 15:04") + " to " + to.Format(slotLayout)
}

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
