package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// show prints a backtest in the form that is asked for.
func (o *backtestOptions) show(out io.Writer, facts backtest) error {
	if o.asJSON {
		return printJSON(out, facts)
	}
	s := screenFor(out)
	heading, rows := facts.rows(o.base)
	s.backtest(facts.title(o.records), heading, rows, facts.remarks(o.base))
	return nil
}

func (s screen) backtest(title string, heading []string, rows [][]string, remarks []remark) {
	s.say(0, s.none, "%s", title)
	fmt.Fprintln(s.out)
	s.grid(heading, rows, 2, 3, 4)
	for _, remark := range remarks {
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
