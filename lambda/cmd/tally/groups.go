package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tally/lambda/contract"
)

// parseGroups reads column=value for each column of a job's group_by. A value is written as
// "tally run" shows it: NULL is none, and one that looks like it is in quotes.
func parseGroups(flags, columns []string) (contract.Groups, error) {
	if len(flags) == 0 {
		return nil, nil
	}
	if len(columns) == 0 {
		return nil, invalidError{fmt.Errorf("the job has no group_by; leave --group out")}
	}
	groups := contract.Groups{}
	for _, flag := range flags {
		column, text, found := strings.Cut(flag, "=")
		if !found || !slices.Contains(columns, column) {
			return nil, invalidError{fmt.Errorf("--group %q names no column of group_by; write one of %s with its value, such as %s=x", flag, strings.Join(columns, ", "), columns[0])}
		}
		value := &text
		if text == "NULL" {
			value = nil
		} else if strings.HasPrefix(text, `"`) {
			if err := json.Unmarshal([]byte(text), value); err != nil {
				return nil, invalidError{fmt.Errorf("--group %s: %s is no text in quotes; write it like \"x\"", column, text)}
			}
		}
		if _, twice := groups[column]; twice {
			return nil, invalidError{fmt.Errorf("--group %s is there twice; write it once", column)}
		}
		groups[column] = value
	}
	for _, column := range columns {
		if _, given := groups[column]; !given {
			return nil, invalidError{fmt.Errorf("--group %s is missing; a group has a value for each of %s", column, strings.Join(columns, ", "))}
		}
	}
	return groups, nil
}

// knownCases refuses a case that no record can have.
func knownCases(asked, known []string) error {
	for _, name := range asked {
		if !slices.Contains(known, name) {
			return invalidError{fmt.Errorf("--case %q is no case of the job; write one of %s", name, strings.Join(known, ", "))}
		}
	}
	return nil
}
