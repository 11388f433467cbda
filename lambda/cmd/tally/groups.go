package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

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
