package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// printRecord prints a row for each case or, with groups, a row for each group with all cases.
func printRecord(out io.Writer, j job.Job, records []contract.Record) error {
	first := records[0]
	fmt.Fprintf(out, "%s, slot %s: %s in %s\n", first.Job, first.ScheduledTime.Format(time.RFC3339),
		first.ScheduledTime.In(j.Zone).Format("Mon 2006-01-02 15:04"), j.Zone)
	switch {
	case first.WindowFrom != nil:
		fmt.Fprintf(out, "window from %s to before %s\n", first.WindowFrom.Format(time.RFC3339), first.WindowTo.Format(time.RFC3339))
	case first.Status == contract.StatusMissed:
		fmt.Fprintf(out, "no window: the state was not counted in time, found at %s\n", first.CountedAt.Format(time.RFC3339))
	default:
		fmt.Fprintf(out, "no window: the state at %s\n", first.CountedAt.Format(time.RFC3339))
	}
	if first.ListedFrom != nil {
		fmt.Fprintf(out, "listed from %s to %s\n", first.ListedFrom.Format(time.RFC3339), first.ListedTo.Format(time.RFC3339))
	}
	if first.QueryID != "" {
		fmt.Fprintf(out, "query %s read %d bytes\n", first.QueryID, first.BytesScanned)
	}
	if first.Skipped > 0 {
		fmt.Fprintf(out, "%d could not be read and are left out\n", first.Skipped)
	}
	if unknown := unknownFields(records); len(unknown) > 0 {
		fmt.Fprintf(out, "no record has %s\n", strings.Join(unknown, ", "))
	}
	columns := j.GroupBy
	if first.JobSHA256 != j.SHA256() { // stored before, by an older definition
		fmt.Fprintln(out, "counted by another definition of the job than today's")
		columns = slices.Sorted(maps.Keys(records[len(records)-1].Groups))
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	if len(columns) == 0 {
		for _, record := range records {
			shown := shownCount(record)
			if record.Count == nil {
				shown = painterFor(out).bad(shown)
			}
			fmt.Fprintf(table, "  %s\t%s\n", record.CaseName, shown)
		}
	} else {
		printGroups(table, columns, records)
	}
	return table.Flush()
}

// unknownFields are the unknown fields of all cases, sorted and without repeats.
func unknownFields(records []contract.Record) []string {
	var all []string
	for _, record := range contract.OfAllRows(records) {
		all = append(all, record.UnknownFields...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func printGroups(table io.Writer, columns []string, records []contract.Record) {
	cases := len(contract.OfAllRows(records))
	heading := append([]string{}, columns...)
	for _, record := range records[:cases] {
		heading = append(heading, record.CaseName)
	}
	fmt.Fprintln(table, "  "+strings.Join(heading, "\t"))
	for ; len(records) > 0; records = records[cases:] {
		var cells []string
		for i, column := range columns {
			cells = append(cells, shownValue(records[0].Groups, column, i))
		}
		for _, record := range records[:cases] {
			cells = append(cells, shownCount(record))
		}
		fmt.Fprintln(table, "  "+strings.Join(cells, "\t"))
	}
}

// plain is a value that looks like no other: no blanks at its ends, no two in a row, and
// no quote at its start.
var plain = regexp.MustCompile(`^[^ "][^ ]*( [^ ]+)*$`)

// shownValue prints a group's value of a column. In the line of all rows the first one is "(all)".
func shownValue(groups contract.Groups, column string, index int) string {
	value := groups[column]
	const all, null = "(all)", "NULL"
	switch {
	case len(groups) == 0 && index == 0:
		return all
	case len(groups) == 0:
		return ""
	case value == nil:
		return null
	case *value == all || *value == null || !plain.MatchString(*value) || strings.ContainsFunc(*value, func(r rune) bool { return !strconv.IsPrint(r) }):
		return strconv.Quote(*value)
	}
	return *value
}

func shownCount(record contract.Record) string { return numberOr(record.Count, string(record.Status)) }

// explain prints the statements that count a job's slot in one scan and case by case, which
// of them are used, and the database's plans.
func explain(ctx context.Context, out io.Writer, source count.Source, j job.Job, slot job.Slot) error {
	explainer, ok := source.(count.Explainer)
	if !ok {
		return invalid("--explain shows what a database does, and job %s counts in a %s; leave it out", j.Name, j.Source.Kind())
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

// printPlan prints a plan. Several columns are a table. In MySQL 9 a whole tree is one text.
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
