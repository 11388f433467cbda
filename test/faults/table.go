package faults

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"text/tabwriter"
)

// Row is what a campaign came to.
type Row struct {
	Campaign             string
	Runs                 int
	First                uint64 // the first seed; the others follow
	Lost, Doubled, Wrong int
	Broken               int // runs that could not be made
	Seconds              float64
}

// String is the row as a sentence.
func (r Row) String() string {
	return fmt.Sprintf("%s: %d runs from seed %d in %.0f s; %d lost, %d doubled, %d wrong", r.Campaign, r.Runs, r.First, r.Seconds, r.Lost, r.Doubled, r.Wrong)
}

func (r *Row) add(v Verdict) {
	r.Lost += len(v.Lost)
	r.Doubled += len(v.Doubled)
	r.Wrong += len(v.Wrong)
}

// line is the row in the table.
func (r Row) line() string {
	seeds := strconv.FormatUint(r.First, 10)
	if r.Runs > 1 {
		seeds += fmt.Sprintf(" to %d", r.First+uint64(r.Runs)-1)
	}
	line := fmt.Sprintf("%s\t%d\t%d\t%d\t%d\t%.0f\t%s", r.Campaign, r.Runs, r.Lost, r.Doubled, r.Wrong, r.Seconds, seeds)
	if r.Broken > 0 {
		line += fmt.Sprintf("\t%d runs could not be made", r.Broken)
	}
	return line
}

// table has rows that are noted one after the other, and printed in the end.
type table[R interface{ line() string }] struct {
	mutex sync.Mutex
	rows  []R
}

func (t *table[R]) note(row R) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.rows = append(t.rows, row)
}

// print prints nothing if no row was noted.
func (t *table[R]) print(to io.Writer, heading string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if len(t.rows) == 0 {
		return
	}
	columns := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, heading)
	for _, row := range t.rows {
		fmt.Fprintln(columns, row.line())
	}
	_ = columns.Flush() // to a terminal or a log
}

var (
	campaigns table[Row]
	bounds    table[Bound]
)

// NoteBound adds a bound to the table.
func NoteBound(b Bound) { bounds.note(b) }

// PrintTable prints a row for each campaign that was tested, and below one for each bound. It
// prints nothing if there is none.
func PrintTable(to io.Writer) {
	campaigns.print(to, "campaign\truns\tlost\tdoubled\twrong\tseconds\tseeds")
	bounds.print(to, "bound\tpeak MB\tlimit MB\tseconds")
}
