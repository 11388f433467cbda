package s3source

import (
	"fmt"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// unknownField is a field that no record has.
type unknownField struct {
	name string // its path, with dots
	keys string // of the job that name it
	said string // what is wrong, and the nearest field that records have
	uses []use
}

// unknown returns the fields of cases, group_by and distinct that no record has. There
// are none if there was no record, and none of CSV: a column that is not there is an
// error.
func (r *run) unknown() []unknownField {
	if !r.layout.IsJSON() || r.sum.rowsRead() == 0 {
		return nil
	}
	var all []unknownField
	for slot, types := range r.seen {
		if types != 0 {
			continue
		}
		unknown := unknownField{name: strings.Join(r.path(slot), ".")}
		var keys []string
		for _, use := range r.uses() {
			if slices.Contains(use.slots, slot) {
				unknown.uses, keys = append(unknown.uses, use), append(keys, use.key)
			}
		}
		if keys == nil {
			continue // it is the window's
		}
		unknown.keys = strings.Join(keys, ", ")
		unknown.said = fmt.Sprintf("the field %q%s%s", unknown.name, r.nearestField(slot), r.expressions.Set.QuotesHint(unknown.name))
		all = append(all, unknown)
	}
	return all
}

// inList is a warning about records that each hold the records that somebody wants to count;
// nil if there is no sign of that.
func (r *run) inList() error {
	if r.near.list == "" || !r.layout.IsJSON() || r.layout.Records != "" {
		return nil
	}
	return fmt.Errorf("a record holds the list %q; write format: json and records: %[1]s to count what is in it", r.near.list)
}

// mark notes with each line which of its fields no record has.
func mark(lines []count.CaseCount, unknown []unknownField) {
	for i := range lines {
		for _, field := range unknown {
			if slices.ContainsFunc(field.uses, func(use use) bool { return use.concerns(lines[i].Case) }) {
				lines[i].UnknownFields = append(lines[i].UnknownFields, field.name)
			}
		}
		slices.Sort(lines[i].UnknownFields)
		lines[i].UnknownFields = slices.Compact(lines[i].UnknownFields)
	}
}

// use is a key of the job with an expression, and the slots of its fields.
type use struct {
	key, ofCase string // ofCase is empty for group_by and distinct
	slots       []int
}

// concerns tells whether the key has a say in the line of a case. group_by and distinct
// have one in every line; each case has one in other and overlap.
func (u use) concerns(line string) bool {
	return u.ofCase == "" || u.ofCase == line || line == contract.CaseOther || line == contract.CaseOverlap
}

func (r *run) uses() []use {
	var all []use
	for i, entry := range r.job.Cases {
		all = append(all, use{"cases." + entry.Key, entry.Key, r.expressions.Cases[i].Slots})
	}
	for i := range r.expressions.GroupBy {
		all = append(all, use{fmt.Sprintf("group_by[%d]", i), "", r.expressions.GroupBy[i].Slots})
	}
	if r.expressions.Distinct != nil {
		all = append(all, use{"distinct", "", r.expressions.Distinct.Slots})
	}
	return all
}

func (r *run) path(slot int) []string { return r.expressions.Set.Fields()[slot] }

// nearestField is what to add to an error about a field that no record has.
func (r *run) nearestField(slot int) string {
	if nearest := r.near.nearest(slot, r.path(slot)); nearest != "" {
		return fmt.Sprintf("; the nearest that they have is %q", nearest)
	}
	return ""
}

// noTimeError is the error that no record has the window's column.
func (r *run) noTimeError() error {
	write := "write the field with their time"
	if slot := r.filter.slots[0]; r.seen[slot] == 0 {
		write += r.nearestField(slot)
	}
	return fmt.Errorf("%s: none of the %d records has it; %s", r.job.Window.Column, r.sum.untimed, write)
}
