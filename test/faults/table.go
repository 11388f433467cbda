package faults

import (
	"fmt"
	"io"
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

var (
	rowsMutex sync.Mutex
	rows      []Row
)

// note adds a row to the table.
func note(row Row) {
	rowsMutex.Lock()
	defer rowsMutex.Unlock()
	rows = append(rows, row)
}

// PrintTable prints a row for each campaign that was tested, and below one for each bound. It
// prints nothing if there is none.
func PrintTable(to io.Writer) {
	defer printBounds(to)
	rowsMutex.Lock()
	defer rowsMutex.Unlock()
	if len(rows) == 0 {
		return
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "campaign\truns\tlost\tdoubled\twrong\tseconds\tseeds")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%.0f\t%d to %d", r.Campaign, r.Runs, r.Lost, r.Doubled, r.Wrong, r.Seconds, r.First, r.First+uint64(max(r.Runs, 1))-1)
		if r.Broken > 0 {
			fmt.Fprintf(table, "\t%d runs could not be made", r.Broken)
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // to a terminal or a log
}
