package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// pipeWidth is how wide lines are where no terminal says how wide it is.
const pipeWidth = 80

// widthOf is how many columns an output has.
func widthOf(out io.Writer) int {
	if isTerminal(out) {
		if width, _, err := term.GetSize(int(out.(*os.File).Fd())); err == nil && width > 0 {
			return width
		}
	}
	return pipeWidth
}

// screen shows a status to people.
type screen struct {
	out   io.Writer
	width int // in columns
	painter
}

// say writes a text in lines that fit. All but the first are indented by two columns more.
func (s screen) say(indent int, paint func(string) string, format string, values ...any) {
	const hanging = 2
	wrapped := text.WrapSoft(fmt.Sprintf(format, values...), max(s.width-indent-hanging, 10))
	for i, line := range strings.Split(wrapped, "\n") {
		if i == 1 {
			indent += hanging
		}
		fmt.Fprintf(s.out, "%*s%s\n", indent, "", paint(strings.TrimRight(line, " ")))
	}
}

func (painter) none(words string) string { return words }

func (s screen) show(facts status) error {
	out := new(strings.Builder)
	page := screen{out, s.width, s.painter}
	page.say(0, s.none, "%s in %s, %s; jobs in their own zones", facts.Environment, facts.Region, facts.Time.Format("Mon 2006-01-02 15:04 MST"))
	for _, part := range facts.Unreadable {
		needs := ""
		if part.Needs != "" {
			needs = ", needs " + part.Needs
		}
		page.say(0, s.bad, "%s cannot be read: %s%s", part.Part, part.Error, needs)
	}
	if len(facts.Jobs) > 0 {
		page.jobs(facts)
	}
	page.gaps(facts)
	for _, queue := range facts.Queues {
		page.queue(queue, facts.Time)
	}
	if sweep := facts.Sweep; sweep != nil && sweep.Last != nil {
		page.say(0, s.none, "last sweep %s ago: counted %s, left %d without a count", ago(facts.Time, *sweep.Last), amount(sweep.Counted, "slot"), sweep.Left)
	} else if sweep != nil {
		page.say(0, s.bad, "no sweep came through for more than two hours")
	}
	for _, alarm := range facts.Alarms {
		page.say(0, s.bad, "alarm %s is on: %s", alarm.Name, alarm.Reason)
	}
	for _, address := range facts.Unconfirmed {
		page.say(0, s.bad, "%s has not confirmed: no alarm reaches it", address)
	}
	if len(facts.Needs) == 0 {
		page.say(0, s.good, "nothing needs a person")
	}
	_, err := io.WriteString(s.out, out.String())
	return err
}

// jobs shows a line for each job, with its total or else its first case, and one for each other
// case that is unusual. Where a table does not fit there are lines one below the other.
func (s screen) jobs(facts status) {
	heading := table.Row{"JOB", "LAST SLOT", "OUTCOME", "COUNT", "USUAL", "NEXT"}
	var rows []table.Row
	for _, job := range facts.Jobs {
		main := max(0, slices.IndexFunc(job.Cases, func(each caseStatus) bool { return each.Case == contract.CaseTotal }))
		row := table.Row{job.title(), clock(job.Slot, facts.Time, job.zone), s.outcome(job), "–", "–", clock(job.Next, facts.Time, job.zone)}
		var others []table.Row
		for i, each := range job.Cases {
			count, usual := s.numbers(each)
			if i == main {
				row[3], row[4] = count, usual
			} else if each.unusual() {
				others = append(others, table.Row{"  " + each.Case, "", "", count, usual, ""})
			}
		}
		rows = append(append(rows, row), others...)
	}
	s.grid(heading, rows)
	for _, job := range facts.Jobs {
		if job.Error != "" {
			s.say(0, s.bad, "%s: %s", job.Job, job.Error)
		}
		for _, each := range job.Cases {
			if each.Message != "" {
				s.say(0, s.bad, "%s, %s: %s", job.Job, each.Case, each.Message)
			}
		}
	}
}

// The columns of a grid.
const (
	gapWidth     = 2
	leastFirst   = 14
	outcomeWidth = 14 // longer ones are wrapped
)

// grid is a table whose first column takes what the others leave. If that is too little, each
// row becomes a sentence.
func (s screen) grid(heading table.Row, rows []table.Row) {
	first := s.width
	for column := 1; column < len(heading); column++ {
		widest := 0
		for _, row := range append([]table.Row{heading}, rows...) {
			widest = max(widest, text.StringWidthWithoutEscSequences(row[column].(string)))
		}
		if heading[column] == "OUTCOME" {
			widest = min(widest, outcomeWidth)
		}
		first -= widest + gapWidth
	}
	if first < leastFirst {
		for _, row := range rows {
			name := row[0].(string)
			indent := len(name) - len(strings.TrimLeft(name, " "))
			for column, cell := range row[1:] {
				if cell != "" && cell != "–" { // colours do not survive that lines are wrapped
					name += fmt.Sprintf(", %s %s", strings.ToLower(heading[column+1].(string)), text.StripEscape(cell.(string)))
				}
			}
			s.say(indent, s.none, "%s", strings.TrimLeft(name, " "))
		}
		return
	}
	grid := table.NewWriter()
	grid.AppendHeader(heading)
	grid.AppendRows(rows)
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gapWidth)
	grid.SetStyle(style)
	grid.SetColumnConfigs([]table.ColumnConfig{
		{Number: 1, WidthMax: first, WidthMaxEnforcer: text.WrapSoft}, {Number: 3, WidthMax: outcomeWidth, WidthMaxEnforcer: text.WrapSoft},
		{Number: 4, Align: text.AlignRight, AlignHeader: text.AlignRight}, {Number: 5, Align: text.AlignRight, AlignHeader: text.AlignRight},
	})
	for line := range strings.SplitSeq(grid.Render(), "\n") {
		fmt.Fprintln(s.out, strings.TrimRight(line, " "))
	}
}

// numbers are the count of a case and what is usual.
func (s screen) numbers(each caseStatus) (count, usual string) {
	count, usual = "none", "–"
	if each.Count != nil {
		count = strconv.FormatInt(*each.Count, 10)
	}
	if each.unusual() {
		count = s.doubt(count)
	}
	if each.Usual != nil {
		usual = strconv.FormatFloat(*each.Usual, 'f', -1, 64)
	}
	return count, usual
}

// gaps shows for each job and reason how many slots have no record, and the first of them.
func (s screen) gaps(facts status) {
	type kind struct{ job, reason string }
	amounts := map[kind]int{}
	for _, gap := range facts.Gaps {
		amounts[kind{gap.Job, gap.Reason}]++
	}
	for _, gap := range facts.Gaps {
		of := kind{gap.Job, gap.Reason}
		if amounts[of] == 0 {
			continue // said already
		}
		paint := s.doubt
		if gap.Overdue {
			paint = s.bad
		}
		s.say(0, paint, "%s of %s, since %s (%s): %s", amount(amounts[of], "gap"), gap.Job, clock(&gap.Slot, facts.Time, gap.zone), ago(facts.Time, gap.Slot), gap.Reason)
		amounts[of] = 0
	}
}

// queueLines is how many messages of a queue are shown: one screen is enough at night.
const queueLines = 8

func (s screen) queue(queue queueStatus, now time.Time) {
	if queue.Waiting == 0 {
		return
	}
	s.say(0, s.bad, "%s: %s", queue.Name, queue.amount())
	for i, message := range queue.Messages {
		if i == queueLines {
			s.say(2, s.none, "and %d more, which --json lists", len(queue.Messages)-i)
			return
		}
		s.say(2, s.none, "%s, waits for %s: %s", message.title(), ago(now, message.Sent), message.Cause)
		if message.Problem != "" {
			s.say(4, s.none, "cannot be sent again: %s", message.Problem)
		}
	}
}

// outcome is the state of a job's last slot in words.
func (s screen) outcome(job jobStatus) string {
	late := ""
	if job.LateSeconds > 0 {
		late = fmt.Sprintf(", %s late", ago(job.Slot.Add(time.Duration(job.LateSeconds)*time.Second), *job.Slot))
	}
	switch job.State {
	case "":
		return s.faint("no slot yet")
	case history.Counted:
		return s.good("counted") + late
	case history.Missing:
		return s.doubt("missing")
	}
	return s.bad(string(job.State)) + late
}

// clock is a time as short as it can be: its weekday, if it is within six days.
func clock(at *time.Time, now time.Time, zone *time.Location) string {
	switch {
	case at == nil:
		return "–"
	case now.Sub(*at).Abs() > 6*day:
		return at.In(zone).Format("01-02 15:04")
	}
	return at.In(zone).Format("Mon 15:04")
}

// ago is how long something has been, in its largest unit.
func ago(now, since time.Time) string {
	switch d := now.Sub(since); {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 2*day:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d/day))
	}
}
