package report

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// largestGroups is how many groups have a chart of their own.
const largestGroups = 9

// groupLines are the groups with the largest sums over the slots, and the sum of the others.
func groupLines(s history.Series) (lines []line) {
	groups, columns := map[string]line{}, map[string]contract.Groups{}
	rows := make([][]string, len(s.Slots))
	for i, slot := range s.Slots {
		rows[i] = rowCases(slot)
		for _, record := range slot.Lines {
			if len(record.Groups) == 0 || record.Count == nil || !slices.Contains(rows[i], record.CaseName) {
				continue
			}
			name := groupName(s.Job.GroupBy, record.Groups)
			if _, known := groups[name]; !known {
				groups[name], columns[name] = newLine(name, len(s.Slots)), record.Groups
			}
			groups[name].add(i, big.NewInt(*record.Count))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		for i, cases := range rows {
			hasSome := func(of string) bool { return !s.Slots[i].HadNone(of, columns[name]) }
			if len(cases) > 0 && !slices.ContainsFunc(cases, hasSome) {
				groups[name].add(i, new(big.Int))
			}
		}
		lines = append(lines, groups[name])
	}
	slices.SortStableFunc(lines, func(a, b line) int { return b.Sum.Cmp(a.Sum) })
	if len(lines) <= largestGroups {
		return lines
	}
	others := newLine(amount(len(lines)-largestGroups, "other"), len(s.Slots))
	for _, l := range lines[largestGroups:] {
		for i, count := range l.Counts {
			if count != nil {
				others.add(i, count)
			}
		}
	}
	return append(lines[:largestGroups:largestGroups], others)
}

// rowCases are the cases of a slot that add up to its rows: the total or, without one, every
// case. There are none if one of them has no count.
func rowCases(slot history.Slot) (names []string) {
	for _, record := range contract.OfAllRows(slot.Lines) {
		if record.CaseName != contract.CaseOverlap {
			names = append(names, record.CaseName)
		}
	}
	if slices.Contains(names, contract.CaseTotal) {
		names = []string{contract.CaseTotal}
	}
	if slices.ContainsFunc(names, func(name string) bool { return slot.Count(name, nil) == nil }) {
		return nil
	}
	return names
}

// groupName are the values of a group, in the order of the job's columns. An older record may
// have other columns. Values that could be taken for something else are quoted.
func groupName(columns []string, groups contract.Groups) string {
	var values []string
	for _, column := range slices.Sorted(maps.Keys(groups)) {
		if !slices.Contains(columns, column) {
			columns = append(slices.Clone(columns), column)
		}
	}
	for _, column := range columns {
		switch value, has := groups[column]; {
		case !has:
			values = append(values, "–")
		case value == nil:
			values = append(values, "NULL")
		case *value == "NULL" || *value == "–" || *value == "" || strings.TrimSpace(*value) != *value || strings.ContainsAny(*value, `"·`):
			values = append(values, strconv.Quote(*value))
		default:
			values = append(values, *value)
		}
	}
	return strings.Join(values, " · ")
}
