package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// none is a count that there is not.
const none = "–"

// history shows the slots of a job: as many cases beside each other as fit, and the others
// below.
func (s screen) history(facts jobFacts, environment string, from, to time.Time) {
	title := facts.title()
	for _, column := range slices.Sorted(maps.Keys(facts.Groups)) {
		title += ", " + column + " " + shownValue(facts.Groups, column, 1)
	}
	s.say(0, s.none, "%s in %s: %s, %s", title, environment, amount(len(facts.Slots), "slot"), periodWords(from, to, facts.zone))
	if len(facts.Slots) == 0 {
		return
	}
	remarks := make([]string, len(facts.Slots))
	for i, slot := range facts.Slots {
		remarks[i] = s.remark(slot)
	}
	for cases := facts.Cases; len(cases) > 0; {
		fitting := cases
		heading, rows := s.historyRows(facts, fitting, remarks)
		for len(fitting) > 1 && tableWidth(heading, rows) > s.width {
			fitting = fitting[:len(fitting)-1]
			heading, rows = s.historyRows(facts, fitting, remarks)
		}
		fmt.Fprintln(s.out)
		numbers := make([]int, 0, 2*len(fitting))
		for column := range 2 * len(fitting) {
			numbers = append(numbers, column+1)
		}
		s.grid(heading, rows, numbers...)
		cases = cases[len(fitting):]
	}
	fmt.Fprintln(s.out)
	s.sparklines(facts)
}

func tableWidth(heading []string, rows [][]string) int {
	width := -gap
	for column := range heading {
		width += columnWidth(heading, rows, column) + gap
	}
	return width
}

// historyRows are the rows of some cases: a slot each.
func (s screen) historyRows(facts jobFacts, cases, remarks []string) (heading []string, rows [][]string) {
	heading = []string{"SLOT"}
	for _, name := range cases {
		heading = append(heading, name, "")
	}
	heading = append(heading, "")
	for i, slot := range facts.Slots {
		row := []string{slot.Local}
		for _, name := range cases {
			count := slot.Counts[slices.Index(facts.Cases, name)]
			row = append(row, shownNumber(count), s.change(count))
		}
		rows = append(rows, append(row, remarks[i]))
	}
	return heading, rows
}

func shownNumber(count countFacts) string {
	switch {
	case count.Count != nil:
		return strconv.FormatInt(*count.Count, 10)
	case count.Status != "":
		return string(count.Status)
	}
	return none
}

// unusualPercent is the change from which a count is coloured.
const unusualPercent = 50

// change is how a count differs from what is usual.
func (s screen) change(count countFacts) string {
	switch {
	case count.Count == nil || count.Usual == nil:
		return ""
	case count.Change == nil && *count.Count == 0:
		return "0 %"
	case count.Change == nil:
		return s.doubt("from 0")
	}
	words := fmt.Sprintf("%+.0f %%", *count.Change)
	if math.RoundToEven(*count.Change) == 0 { // as %.0f rounds
		words = "0 %"
	}
	if math.Abs(*count.Change) >= unusualPercent {
		return s.doubt(words)
	}
	return words
}

// remark is what is special of a slot.
func (s screen) remark(slot slotFacts) string {
	var words []string
	switch slot.State {
	case history.Missing, history.Missed:
		words = append(words, s.bad(string(slot.State)))
	case history.Pending:
		words = append(words, "not counted yet")
	case history.Unreadable:
		words = append(words, s.bad("unreadable: "+legible(slot.Error)))
	case history.Failed:
		for _, count := range slot.Counts {
			if count.Error != "" {
				words = append(words, s.bad(count.Case+" failed: "+legible(count.Error)))
			}
		}
	}
	if slot.Late {
		words = append(words, s.doubt(roughly(time.Duration(slot.LateSeconds)*time.Second)+" late"))
	}
	if slot.Revision > 1 {
		words = append(words, fmt.Sprintf("revision %d: %s", slot.Revision, legible(slot.Reason)))
	} else if slot.Origin == contract.OriginBackfill || slot.Origin == contract.OriginSweep {
		words = append(words, "by "+string(slot.Origin))
	}
	return strings.Join(words, ", ")
}

// sparklines shows the course of each case.
func (s screen) sparklines(facts jobFacts) {
	var rows [][]string
	for _, name := range facts.Cases {
		counts := facts.counts(name)
		rows = append(rows, []string{name, sparkline(counts, sparkPoints), boundsWords(counts)})
	}
	s.grid([]string{"CASE", "COURSE", "FROM – TO"}, rows)
}

func boundsWords(counts []*int64) string {
	var known []int64
	for _, count := range counts {
		if count != nil {
			known = append(known, *count)
		}
	}
	if len(known) == 0 {
		return none
	}
	return fmt.Sprintf("%d – %d", slices.Min(known), slices.Max(known))
}

// overview shows a line for each job, with the course of its total or else its first case.
func (s screen) overview(all []jobFacts, environment string, from, to time.Time) {
	s.say(0, s.none, "%s: %s", environment, periodWords(from, to, time.UTC))
	fmt.Fprintln(s.out)
	heading, rows := []string{"JOB", "LAST SLOT", "COUNT", "", "COURSE", ""}, [][]string(nil)
	for _, facts := range all {
		row := []string{facts.title(), none, none, "", "", ""}
		if last := len(facts.Slots) - 1; last >= 0 {
			count := facts.Slots[last].Counts[facts.mainCase()]
			row[1], row[2], row[3] = facts.Slots[last].Slot.In(facts.zone).Format("01-02 15:04"), shownNumber(count), s.change(count)
			row[5] = s.lacking(facts)
		}
		rows = append(rows, row)
	}
	const fewestPoints = 8
	points := max(fewestPoints, s.width-tableWidth(heading, rows))
	for i, facts := range all {
		if len(facts.Slots) > 0 {
			rows[i][4] = sparkline(facts.counts(facts.Cases[facts.mainCase()]), min(points, sparkPoints))
		}
	}
	s.grid(heading, rows, 2, 3)
}

// title is how the command line and people call the job.
func (f jobFacts) title() string {
	if f.Label == "" {
		return f.Job
	}
	return f.Job + " (" + f.Label + ")"
}

// mainCase is the index of total, or else of the first case.
func (f jobFacts) mainCase() int { return max(0, slices.Index(f.Cases, contract.CaseTotal)) }

// lacking says how many slots have not all counts.
func (s screen) lacking(facts jobFacts) string {
	lacking := 0
	for _, slot := range facts.Slots {
		if slot.State != history.Counted && slot.State != history.Pending {
			lacking++
		}
	}
	if lacking == 0 {
		return ""
	}
	return s.bad(fmt.Sprintf("%d of %d lack counts", lacking, len(facts.Slots)))
}

// periodWords says which days are shown.
func periodWords(from, to time.Time, zone *time.Location) string {
	return fmt.Sprintf("%s to %s (%s)", from.In(zone).Format(time.DateOnly), to.In(zone).Format("2006-01-02 15:04"), zone)
}
