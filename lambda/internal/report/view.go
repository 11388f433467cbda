package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tally/lambda/internal/history"
)

// view is the page as its template writes it.
type view struct {
	Page
	Made, From, To string
	Slots, Counted int
	Totals         []tally
	Jobs           []section
}

// section is what the page says of a job.
type section struct {
	ID                string
	Number            int
	Name, Title, Text string
	Schedule, Next    string
	Zone              string
	Period            string // of the slots
	Slots, Counted    int
	Totals            []tally
	Last              string // the slot of the latest counts
	Cases             []caseView
	Undrawn           bool // of some cases
	Chart             chart
	Marked            table // the latest slots with marks
	OtherMarked       int   // rows that it leaves out
	Table             table
	GroupBy           string
	AllGroups         int
	Groups            []groupView
	GroupTable        table
}

// tally is how many slots have a mark of a kind.
type tally struct {
	icon
	Slots int
}

// caseView is a case beside its chart.
type caseView struct {
	line
	Spark          drawn
	Latest         string // its count at the last slot, or why there is none
	Compared       string // with what is usual
	Least, Largest string
}

type groupView struct {
	line
	Chart chart
}

const (
	longestTitle = 200
	longestText  = 1000
	longestName  = 80 // of a group or case
	dayLayout    = "2 January 2006"
	mostMarked   = 6
	nextTimes    = 3
)

func newView(page Page) view {
	v := view{Page: page, Made: page.Made.UTC().Format("2 January 2006 15:04 MST"), From: page.From.Format(dayLayout), To: page.To.Add(-time.Nanosecond).Format(dayLayout)}
	var all [][]mark
	for i, s := range page.Series {
		marks := make([][]mark, len(s.Slots))
		for k, slot := range s.Slots {
			marks[k] = marksOf(slot)
		}
		all = append(all, marks...)
		job := newSection(s, marks, page.Made)
		job.ID, job.Number = fmt.Sprintf("job%d", i+1), i+1
		v.Jobs = append(v.Jobs, job)
		v.Slots += job.Slots
		v.Counted += job.Counted
	}
	v.Totals = tallies(all)
	return v
}

func newSection(s history.Series, marks [][]mark, now time.Time) section {
	j := section{Name: s.Job.Name, Title: shorten(s.Job.Title(), longestTitle), Text: shorten(s.Job.Description, longestText),
		Schedule: s.Job.ScheduleInWords(), Zone: s.Job.Zone.String(), Slots: len(s.Slots), Totals: tallies(marks)}
	var next []string
	for at := now; len(next) < nextTimes; {
		slot, fires := s.Job.Cron.Next(at, s.Job.ScheduleZone)
		if !fires {
			break
		}
		next, at = append(next, slot.In(s.Job.Zone).Format("Mon 2 Jan 2006 15:04 MST")), slot
	}
	j.Next = strings.Join(next, ", ")
	for _, slot := range s.Slots {
		if slot.State == history.Counted {
			j.Counted++
		}
	}
	if len(s.Slots) == 0 {
		return j
	}
	lines := caseLines(s)
	j.Chart = newChart(s, lines, marks)
	last := len(s.Slots) - 1
	for last > 0 && s.Slots[last].State == history.Pending {
		last--
	}
	j.Last = s.Slots[last].Time.In(s.Job.Zone).Format(slotLayout)
	for _, l := range lines {
		j.Cases = append(j.Cases, newCase(s, l, last))
		j.Undrawn = j.Undrawn || l.Class == ""
	}
	runs := single(marks)
	joined := merged(s, marks)
	if len(s.Slots) > mostRows {
		runs = joined
	}
	j.Table = newTable(s, lines, runs)
	var marked []run
	for _, r := range joined {
		if len(r.Marks) > 0 {
			marked = append(marked, r)
		}
	}
	j.OtherMarked = max(0, len(marked)-mostMarked)
	j.Marked = newTable(s, nil, marked[j.OtherMarked:])
	groups, all := groupLines(s)
	j.GroupBy, j.AllGroups = strings.Join(s.Job.GroupBy, " and "), all
	for _, l := range groups {
		j.Groups = append(j.Groups, groupView{l, newGroupChart(s, l)})
	}
	j.GroupTable = newTable(s, groups, runs)
	return j
}

func newCase(s history.Series, l line, last int) caseView {
	c := caseView{line: l, Spark: newSpark(s, l)}
	if least, largest := bounds(l.Counts); least != nil {
		c.Least, c.Largest = exact(least), exact(largest)
	}
	if l.Counts[last] == nil {
		c.Latest = "no count" // such as of a case that is newer than the slot
		if state := s.Slots[last].State; state != history.Counted {
			c.Latest = string(state)
		}
		return c
	}
	c.Latest = exact(l.Counts[last])
	if usual, known := s.Usual(last, l.Name, nil); known {
		c.Compared = compared(float(l.Counts[last]), usual)
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
			for _, m := range ofSlot {
				if m.Kind == icon.Kind {
					t.Slots++
					break
				}
			}
		}
		if t.Slots > 0 {
			all = append(all, t)
		}
	}
	return all
}
