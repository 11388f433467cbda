package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// explain prints the statements that count a job's slot in one scan and case by case, which
// of them are used, and the database's plans.
func explain(ctx context.Context, out io.Writer, source count.Source, j job.Job, slot job.Slot) error {
	explainer, ok := source.(count.Explainer)
	if !ok {
		return invalidError{fmt.Errorf("--explain shows what a database does, and job %s counts in a %s; leave it out", j.Name, j.Source.Kind())}
	}
	window, err := count.WindowOf(j, slot)
	if err != nil {
		return err
	}
	statements, err := explainer.Explain(ctx, count.Query{Job: j, Window: window})
	if err != nil {
		return err
	}
	for i, statement := range statements {
		switch {
		case i == 0 && statement.Used:
			fmt.Fprint(out, "-- How this job counts: all cases in one scan.\n")
		case i == 0:
			fmt.Fprint(out, "-- Without total: false, all cases would be counted in one scan.\n")
		case statement.Used:
			fmt.Fprintf(out, "\n-- How this job counts %s: alone.\n", statement.Cases[0])
		default:
			fmt.Fprintf(out, "\n-- With total: false, %s would be counted alone.\n", statement.Cases[0])
		}
		fmt.Fprintln(out, statement.SQL+";")
		for n, value := range statement.Values {
			fmt.Fprintf(out, "-- value %d: %v\n", n+1, value)
		}
		if err := printPlan(out, statement); err != nil {
			return err
		}
	}
	return nil
}

// printPlan prints a plan. One with several columns is a table. In MySQL 9 a whole tree is
// one text.
func printPlan(out io.Writer, statement count.Explained) error {
	if len(statement.Columns) == 1 {
		for _, row := range statement.Plan {
			fmt.Fprintln(out, "  "+strings.ReplaceAll(strings.TrimRight(row[0], "\n"), "\n", "\n  "))
		}
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{statement.Columns}, statement.Plan...) {
		fmt.Fprintln(table, "  "+strings.Join(row, "\t"))
	}
	return table.Flush()
}
