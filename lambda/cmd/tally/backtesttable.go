package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/contract"
)

// backtest shows a backtest of the records of folder, if there is one, against base, likewise.
func (s screen) backtest(facts backtest, folder, base string) {
	s.say(0, s.none, "%s", facts.title(folder))
	fmt.Fprintln(s.out)
	heading, rows := facts.rows(base)
	s.grid(heading, rows, 2, 3, 4)
	for _, remark := range facts.remarks(base) {
		fmt.Fprintln(s.out)
		s.say(0, s.none, "%s", remark.sentence)
		for _, day := range remark.days {
			s.say(2, s.none, "%s", day)
		}
	}
}

func (b backtest) title(folder string) string {
	of := strings.TrimPrefix(b.Environment+", "+folder, ", ")
	return fmt.Sprintf("%s: %s, %s", strings.TrimSuffix(of, ", "), amount(b.Records, "record"), periodWords(b.From, b.To, time.UTC))
}

// rows are a line for each check.
func (b backtest) rows(base string) (heading []string, rows [][]string) {
	heading = []string{"CASE", "CHECK", "JUDGED", "FIRED", "NOT EVALUATED"}
	if b.Base != "" {
		heading = append(heading, "AGAINST "+base)
	}
	for _, r := range b.Checks {
		row := []string{r.caseOrComparison(), r.Check + " " + r.Bound, strconv.Itoa(r.Judged), strconv.Itoa(r.Fired), strconv.Itoa(r.NotEvaluated)}
		switch {
		case r.Base == nil:
		case r.Base.Is == isSame:
			row = append(row, "")
		default:
			row = append(row, r.Base.Is)
		}
		rows = append(rows, row)
	}
	return heading, rows
}

// caseOrComparison is the case, or the name of the comparison.
func (r replayed) caseOrComparison() string {
	if r.Reconcile != "" {
		return r.Reconcile
	}
	return r.Job + "." + r.Case
}

// remark is a sentence about a check, with the days that it is about.
type remark struct {
	sentence string
	days     []string
}

// remarks say which checks fire, or what changes against the base, on which days.
func (b backtest) remarks(base string) []remark {
	var all []remark
	for _, r := range b.Checks {
		subject := fmt.Sprintf("%s %s of %s", r.Check, r.Bound, r.caseOrComparison())
		switch {
		case r.Base != nil && r.Base.Is != isSame:
			all = append(all, remark{subject + r.Base.sentence(base), r.Base.lines(r.Firings)})
		case r.Base == nil && r.Fired > 0:
			all = append(all, remark{subject + " would have fired on " + amount(len(r.Days), "day"), few(dayLines("", r.Firings, r.Days))})
		}
		if r.Judged == 0 && r.NotEvaluated > 0 && (r.Base == nil || r.Base.Is != isGone) {
			usual := slices.MaxFunc(slices.Sorted(maps.Keys(r.Reasons)), func(a, b string) int { return cmp.Compare(r.Reasons[a], r.Reasons[b]) })
			all = append(all, remark{sentence: subject + " was never evaluated, mostly since " + legible(usual)})
		}
	}
	switch {
	case len(all) > 0:
	case base != "":
		all = append(all, remark{sentence: "no check changes against " + base})
	default:
		all = append(all, remark{sentence: "no check would have fired"})
	}
	return all
}

// sentence is what changes. It follows the name of the check.
func (a against) sentence(base string) string {
	var days []string
	if len(a.More) > 0 {
		days = append(days, amount(len(a.More), "more day"))
	}
	if len(a.Fewer) > 0 {
		days = append(days, amount(len(a.Fewer), "fewer day"))
	}
	was := ""
	if a.Bound != "" {
		was = fmt.Sprintf(" (%s: %s)", base, a.Bound)
	}
	switch {
	case a.Is == isNew:
		return " is new, and would have fired on " + amount(len(a.More), "day")
	case a.Is == isGone:
		return " is gone, and would have fired on " + amount(len(a.Fewer), "day")
	case len(days) == 0:
		return was + " would have fired on the same days"
	}
	return was + " would have fired on " + strings.Join(days, " and ")
}

// lines are the days that differ.
func (a against) lines(firings []contract.CheckResult) []string {
	return append(few(dayLines("+ ", firings, a.More)), few(dayLines("− ", a.firings, a.Fewer))...)
}

// dayLines are what fired on some days.
func dayLines(mark string, firings []contract.CheckResult, days []string) []string {
	var lines []string
	for _, day := range days {
		of := slices.DeleteFunc(slices.Clone(firings), func(r contract.CheckResult) bool { return r.CountedDay != day })
		at, _ := time.Parse(time.DateOnly, day) // as job.CountedDay writes it
		line := mark + at.Format("Mon 2006-01-02") + ": " + strconv.FormatInt(*of[0].Count, 10)
		switch {
		case of[0].Baseline != nil:
			line += ", baseline " + strconv.FormatFloat(*of[0].Baseline, 'f', -1, 64)
		case of[0].OtherCount != nil:
			line += " and " + strconv.FormatInt(*of[0].OtherCount, 10)
		}
		if more := len(of) - 1; more > 0 {
			line += fmt.Sprintf("; %d more of that day", more)
		}
		lines = append(lines, line)
	}
	return lines
}

// few are the first and the last of many lines.
func few(lines []string) []string {
	const each = 3
	left := len(lines) - 2*each
	if left < 2 {
		return lines
	}
	return slices.Concat(lines[:each], []string{fmt.Sprintf("… %d more", left)}, lines[len(lines)-each:])
}
