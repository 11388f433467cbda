package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tally/lambda/internal/history"
)

// view is the page as its template writes it.
type view struct {
	Page
	Jobs   []section
	Totals []tally
	Slots  int
}

// section is what the page says of a job.
type section struct {
	history.Series
	ID          string
	Next        string // when the job runs next
	Totals      []tally
	Last        string // the slot of the latest counts
	Cases       []caseView
	Chart       chart
	Marked      table // the latest slots with marks
	OtherMarked int   // how many of its rows are left out
	Table       table
	Groups      []groupView
	GroupTable  table
}

// tally is how many slots have a mark of a kind.
type tally struct {
	icon
	Slots int
}

// caseView is a case beside its chart.
type caseView struct {
	line
	Spark    drawn
	Latest   string // its count at the last slot, or why there is none
	Compared string // with what is usual
}

type groupView struct {
	line
	Chart chart
}

const (
	mostMarked = 6
	nextTimes  = 3
)

func newView(page Page) view {
	v := view{Page: page}
	var all [][]mark
	for i, s := range page.Series {
		marks := make([][]mark, len(s.Slots))
		for k, slot := range s.Slots {
			marks[k] = marksOf(slot)
		}
		all = append(all, marks...)
		job := section{Series: s, ID: fmt.Sprintf("job%d", i+1), Totals: tallies(marks), Next: next(s, page.Made)}
		if len(s.Slots) > 0 {
			job.fill(marks)
		}
		v.Jobs = append(v.Jobs, job)
	}
	v.Totals, v.Slots = tallies(all), len(all)
	return v
}

// next are the next times of a job after a moment.
func next(s history.Series, after time.Time) string {
	var times []string
	for len(times) < nextTimes {
		slot, fires := s.Job.Cron.Next(after, s.Job.ScheduleZone)
		if !fires {
			break
		}
		times, after = append(times, slot.In(s.Job.Zone).Format("Mon 2 Jan 2006 15:04 MST")), slot
	}
	return strings.Join(times, ", ")
}

// fill adds what needs a slot.
func (j *section) fill(marks [][]mark) {
	s, lines := j.Series, caseLines(j.Series)
	j.Chart = newChart(s, lines, plotHeight, mostSlots)
	j.Chart.addLanes(s, marks)
	last := len(s.Slots) - 1
	for last > 0 && s.Slots[last].State == history.Pending {
		last--
	}
	j.Last = when(s, run{From: last, To: last})
	for _, l := range lines {
		j.Cases = append(j.Cases, newCase(s, l, last))
	}
	runs := runsOf(s, marks, len(s.Slots) > mostRows)
	j.Table = newTable(s, lines, runs)
	marked := slices.DeleteFunc(runsOf(s, marks, true), func(r run) bool { return len(r.Marks) == 0 })
	j.OtherMarked = max(0, len(marked)-mostMarked)
	j.Marked = newTable(s, nil, marked[j.OtherMarked:])
	groups := groupLines(s)
	j.GroupTable = newTable(s, groups, runs)
	for _, l := range groups {
		l.Class = "total"
		c := newChart(s, []line{l}, groupHeight, mostGroupSlots)
		c.Counts = slices.Delete(c.Counts, 1, len(c.Counts)-1)
		j.Groups = append(j.Groups, groupView{l, c})
	}
}

// Undrawn tells whether the chart leaves out cases.
func (j *section) Undrawn() bool {
	return slices.ContainsFunc(j.Cases, func(c caseView) bool { return c.Class == "" })
}

func newCase(s history.Series, l line, last int) caseView {
	c := caseView{line: l, Spark: newSpark(s, l), Latest: "no count"} // such as of a case that is newer
	if state := s.Slots[last].State; state != history.Counted {
		c.Latest = string(state)
	}
	if count := l.Counts[last]; count != nil {
		c.Latest = exact(count)
		if usual, known := s.Usual(last, l.Name, nil); known {
			c.Compared = compared(float(count), usual)
		}
	}
	return c
}

// compared says how a count differs from the usual one.
func compared(count, usual float64) string {
	switch change := (count - usual) / usual * 100; {
	case count == usual:
		return "as usual"
	case usual == 0:
		return "usually 0"
	case math.Abs(change) < 0.1:
		return "about as usual"
	case change < 0:
		return fmt.Sprintf("%.1f%% below usual", -change)
	case change < 1000:
		return fmt.Sprintf("%.1f%% above usual", change)
	}
	return fmt.Sprintf("%s times the usual", short(math.Round(count/usual)))
}

// tallies count the slots with marks of each kind.
func tallies(marks [][]mark) (all []tally) {
	for _, icon := range icons {
		t := tally{icon: icon}
		for _, ofSlot := range marks {
			if slices.ContainsFunc(ofSlot, func(m mark) bool { return m.Kind == icon.Kind }) {
				t.Slots++
			}
		}
		if t.Slots > 0 {
			all = append(all, t)
		}
	}
	return all
}
