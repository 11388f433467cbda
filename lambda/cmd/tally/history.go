package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// historyOptions are the flags of "tally history".
type historyOptions struct {
	files         files
	period        period
	cases, groups []string
	asJSON, asCSV bool
}

func newHistoryCommand() *cobra.Command {
	var options historyOptions
	command := &cobra.Command{
		Use:   "history [JOB] --env ENV",
		Short: "Show what was counted",
		Long: "Show what was counted: the counts of a job's slots by case, each with its change against what is usual (the median of\n" +
			"the last five counts at the same weekday and time), or a line for each job. A slot that should have a record and has\n" +
			"none is –. It reads the results bucket with this machine's AWS credentials.",
		Example: "  tally history --env prod\n" +
			"  tally history daily-scans --env prod --days 60 --case caries\n" +
			"  tally history daily-scans --env prod --from 2022-04-01 --to 2022-04-07 --group clinic=Busan\n" +
			"  tally history daily-scans --env prod --csv > counts.csv",
		Args: cobra.ArbitraryArgs,
		RunE: options.run,
	}
	flags := command.Flags()
	options.files.addFlagsOfOne(flags)
	options.period.addFlags(flags, 28)
	command.ValidArgsFunction = options.files.completeJobs
	flags.StringArrayVar(&options.cases, "case", nil, "show this case; may be given several times (default all)")
	flags.StringArrayVar(&options.groups, "group", nil, "show the counts of a group, such as clinic=Busan; once for each column of group_by")
	addJSON(flags, &options.asJSON)
	completeFlag(flags, "case", options.files.completeCases)
	flags.BoolVar(&options.asCSV, "csv", false, "print CSV, a line for each slot and case")
	return command
}

func (o *historyOptions) run(command *cobra.Command, args []string) error {
	switch {
	case o.asJSON && o.asCSV:
		return invalid("--json and --csv are two forms; write one of them")
	case len(args) == 0 && len(o.cases)+len(o.groups) > 0:
		return invalid("--case and --group are about one job; write its name too")
	}
	a, err := o.files.openArchive(command, args)
	if err != nil {
		return err
	}
	from, to, err := o.period.of(a.jobs, time.Now())
	if err != nil {
		return err
	}
	var groups contract.Groups
	if len(args) == 1 {
		if groups, err = parseGroups(o.groups, a.jobs[0].GroupBy); err != nil {
			return err
		}
	}
	// What is usual comes from the weeks before.
	series, err := a.read(command.Context(), command.ErrOrStderr(), history.Options{From: from.AddDate(0, 0, -usualDays), To: to, Groups: len(groups) > 0})
	if err != nil {
		return err
	}
	if len(args) == 1 {
		if err := knownCases(o.cases, series[0].Cases()); err != nil {
			return err
		}
		if others, known := groupsBeside(series[0], groups); !known {
			warn(command.ErrOrStderr(), "no slot has this group, so it is a typing error, or had no rows; there are %s", others)
		}
	}
	var all []jobFacts
	for _, each := range series {
		all = append(all, factsOf(each, from, o.cases, groups))
	}
	out := command.OutOrStdout()
	s := screenFor(out)
	switch {
	case o.asJSON && len(args) == 1:
		return printJSON(out, all[0])
	case o.asJSON:
		return printJSON(out, all)
	case o.asCSV:
		return printCSV(out, all)
	case len(args) == 0:
		s.overview(all, a.environment.Name, from, to)
	default:
		s.history(all[0], a.environment.Name, from, to)
	}
	return nil
}

// usualDays is how many days before a slot the counts lie that make what is usual.
const usualDays = 5*7 + 1

// parseGroups reads column=value for each column of a job's group_by. A value is written as
// "tally run" shows it: NULL is none, and one that looks like it is in quotes.
func parseGroups(flags, columns []string) (contract.Groups, error) {
	if len(flags) == 0 {
		return nil, nil
	}
	if len(columns) == 0 {
		return nil, invalid("the job has no group_by; leave --group out")
	}
	groups := contract.Groups{}
	for _, flag := range flags {
		column, text, found := strings.Cut(flag, "=")
		if !found || !slices.Contains(columns, column) {
			return nil, invalid("--group %q names no column of group_by; write one of %s with its value, such as %s=x", flag, strings.Join(columns, ", "), columns[0])
		}
		value := &text
		if text == "NULL" {
			value = nil
		} else if strings.HasPrefix(text, `"`) {
			if err := json.Unmarshal([]byte(text), value); err != nil {
				return nil, invalid("--group %s: %s is no text in quotes; write it like \"x\"", column, text)
			}
		}
		if _, twice := groups[column]; twice {
			return nil, invalid("--group %s is there twice; write it once", column)
		}
		groups[column] = value
	}
	for _, column := range columns {
		if _, given := groups[column]; !given {
			return nil, invalid("--group %s is missing; a group has a value for each of %s", column, strings.Join(columns, ", "))
		}
	}
	return groups, nil
}

// mostGroups is how many groups are named.
const mostGroups = 5

// groupsBeside tells whether a series has a line of a group, and else names some that it has. A
// series without any group says nothing about groups.
func groupsBeside(series history.Series, asked contract.Groups) (others string, known bool) {
	var names []string
	for _, slot := range series.Slots {
		for _, line := range slot.Lines {
			if line.Groups.Equal(asked) {
				return "", true
			}
			if name := groupWords(line.Groups); len(line.Groups) > 0 && !slices.Contains(names, name) && len(names) < mostGroups {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, "; "), len(names) == 0
}

// groupWords are a group's values, by column.
func groupWords(groups contract.Groups) string {
	var words []string
	for _, column := range slices.Sorted(maps.Keys(groups)) {
		words = append(words, column+" "+shownValue(groups, column, 1))
	}
	return strings.Join(words, ", ")
}

// knownCases refuses a case that neither the job nor any record has.
func knownCases(asked, known []string) error {
	for _, name := range asked {
		if !slices.Contains(known, name) {
			return invalid("--case %q is no case of the job; write one of %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}
