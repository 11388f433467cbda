package main

import (
	"cmp"
	"fmt"
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

// history shows the slots of a job: as many cases beside each other as fit, the others below.
func (s screen) history(facts jobFacts, environment string, from, to time.Time) {
	title := facts.title()
	if len(facts.Groups) > 0 {
		title += ", " + groupWords(facts.Groups)
	}
	s.say(0, s.none, "%s in %s: %s, %s", title, environment, amount(len(facts.Slots), "slot"), periodWords(from, to, facts.zone))
	if len(facts.Slots) == 0 {
		return
	}
	for cases := facts.Cases; len(cases) > 0; {
		fitting := cases
		heading, rows := s.historyRows(facts, fitting)
		for len(fitting) > 1 && tableWidth(heading, rows) > s.width {
			fitting = fitting[:len(fitting)-1]
			heading, rows = s.historyRows(facts, fitting)
		}
		fmt.Fprintln(s.out)
		numbers := make([]int, 0, 2*len(fitting))
		for column := range 2 * len(fitting) {
			numbers = append(numbers, column+1)
		}
		s.grid(heading, rows, numbers...)
		cases = cases[len(fitting):]
	}
	s.remarks(facts)
	fmt.Fprintln(s.out)
	s.sparklines(facts)
}

// remarks says what is to be told of slots, each thing once.
func (s screen) remarks(facts jobFacts) {
	var all []string
	slots := map[string][]string{}
	for _, slot := range facts.Slots {
		for _, remark := range slot.remarks() {
			if slots[remark] == nil {
				all = append(all, remark)
			}
			slots[remark] = append(slots[remark], slot.Local)
		}
	}
	for i, remark := range all {
		if i == 0 {
			fmt.Fprintln(s.out)
		}
		of := slots[remark][0]
		if more := len(slots[remark]) - 1; more > 0 {
			of += fmt.Sprintf(" and %d more", more)
		}
		s.say(0, s.doubt, "%s: %s", of, remark)
	}
}

// historyRows are the rows of some cases: a slot each, with a note where any has one.
func (s screen) historyRows(facts jobFacts, cases []string) (heading []string, rows [][]string) {
	heading = []string{"SLOT"}
	for _, name := range cases {
		heading = append(heading, name, "CHANGE")
	}
	noted := slices.ContainsFunc(facts.Slots, func(slot slotFacts) bool { return s.note(slot) != "" })
	if noted {
		heading = append(heading, "NOTE")
	}
	for _, slot := range facts.Slots {
		row := []string{slot.Local}
		for _, name := range cases {
			count := slot.Counts[slices.Index(facts.Cases, name)]
			row = append(row, shownNumber(count), s.change(count))
		}
		if noted {
			row = append(row, s.note(slot))
		}
		rows = append(rows, row)
	}
	return heading, rows
}

func shownNumber(count countFacts) string {
	return numberOr(count.Count, cmp.Or(string(count.Status), none))
}

// numberOr is a count, or a word where there is none.
func numberOr(count *int64, word string) string {
	if count == nil {
		return word
	}
	return strconv.FormatInt(*count, 10)
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

// note is what is special of a slot, in a few words.
func (s screen) note(slot slotFacts) string {
	var words []string
	switch slot.State {
	case history.Missing, history.Missed, history.Unreadable, history.Failed:
		words = append(words, s.bad(string(slot.State)))
	case history.Pending:
		words = append(words, "not counted yet")
	}
	if slot.Late {
		words = append(words, s.doubt(roughly(time.Duration(slot.LateSeconds)*time.Second)+" late"))
	}
	if slot.Revision > 1 {
		words = append(words, fmt.Sprintf("revision %d", slot.Revision))
	} else if slot.Origin == contract.OriginBackfill || slot.Origin == contract.OriginSweep {
		words = append(words, "by "+string(slot.Origin))
	}
	return strings.Join(words, ", ")
}

// remarks are what is special of a slot and takes more words: errors, each with its cases, and
// the reason of a revision.
func (f slotFacts) remarks() []string {
	var errors []string
	cases := map[string][]string{}
	for _, count := range f.Counts {
		if count.Error == "" {
			continue
		}
		if cases[count.Error] == nil {
			errors = append(errors, count.Error)
		}
		cases[count.Error] = append(cases[count.Error], count.Case)
	}
	var all []string
	for _, text := range errors {
		all = append(all, strings.Join(cases[text], ", ")+" failed: "+legible(text))
	}
	if f.Error != "" {
		all = append(all, "unreadable: "+f.Error)
	}
	if f.Revision > 1 {
		all = append(all, fmt.Sprintf("revision %d: %s", f.Revision, legible(f.Reason)))
	}
	return all
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
	s.say(0, s.none, "%s: %s; slots in the jobs' own zones", environment, periodWords(from, to, time.UTC))
	fmt.Fprintln(s.out)
	heading, rows := []string{"JOB", "LAST SLOT", "COUNT", "CHANGE", "COURSE", "NOTE"}, [][]string(nil)
	for _, facts := range all {
		row := []string{facts.title(), none, none, "", "", ""}
		if last := len(facts.Slots) - 1; last >= 0 {
			count := facts.Slots[last].Counts[mainCase(facts.Cases)]
			row[1], row[2], row[3] = facts.Slots[last].Slot.In(facts.zone).Format("01-02 15:04"), shownNumber(count), s.change(count)
			row[5] = s.lacking(facts)
		}
		rows = append(rows, row)
	}
	const fewestPoints = 8
	points := max(fewestPoints, s.width-tableWidth(heading, rows))
	for i, facts := range all {
		if len(facts.Slots) > 0 {
			rows[i][4] = sparkline(facts.counts(facts.Cases[mainCase(facts.Cases)]), min(points, sparkPoints))
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
func mainCase(cases []string) int { return max(0, slices.Index(cases, contract.CaseTotal)) }

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
