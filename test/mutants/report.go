package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// String is the line of a mutant.
func (f finding) String() string {
	line := fmt.Sprintf("%-8s  %s  %s", f.result, f.path(), f.shown())
	switch f.result {
	case equal:
		return line + ": " + f.test
	case broken:
		return line + "\n" + strings.TrimSpace(f.said)
	case survived:
		line += "  " + f.notices.String()
	default:
		line += "  " + f.test
	}
	return fmt.Sprintf("%s  %.1f s", line, f.took.Seconds())
}

// shown is the mutant's name, or its lines.
func (m mutant) shown() string {
	if m.whatItIs != "" {
		return m.whatItIs
	}
	return strings.TrimSpace(m.line) + " → " + strings.TrimSpace(m.instead)
}

// summarize prints what needs work again, and the table.
func summarize(all []finding, out io.Writer) error {
	columns := []result{caught, hung, survived, equal, broken}
	numbers := map[string]map[result]int{}
	var names []string
	bad := 0
	for _, f := range all {
		if numbers[f.pkg] == nil {
			numbers[f.pkg], names = map[result]int{}, append(names, f.pkg)
		}
		numbers[f.pkg][f.result]++
		if f.result == survived || f.result == hung || f.result == broken {
			bad++
		}
	}
	slices.Sort(names)
	fmt.Fprintln(out)
	for _, f := range all {
		if f.result != caught && f.result != equal {
			fmt.Fprintf(out, "%s: %s\n", f.at, f)
		}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "package\tmutants\t")
	for _, column := range columns {
		fmt.Fprintf(table, "%s\t", column)
	}
	fmt.Fprintln(table)
	sums := map[result]int{}
	row := func(name string, of map[result]int) {
		total := 0
		for _, n := range of {
			total += n
		}
		fmt.Fprintf(table, "%s\t%d\t", name, total)
		for _, column := range columns {
			fmt.Fprintf(table, "%d\t", of[column])
		}
		fmt.Fprintln(table)
	}
	for _, name := range names {
		row(name, numbers[name])
		for result, n := range numbers[name] {
			sums[result] += n
		}
	}
	row("all", sums)
	if err := table.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return errSurvived
	}
	return nil
}
