package s3source

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/spelling"
)

// markUnknown notes with each line which of its fields no record has. group_by and
// distinct are every line's, and the fields of all cases are other's and overlap's.
func (r *run) markUnknown(lines []count.Line) {
	unknown := map[string][]string{} // by case
	for _, use := range r.used() {
		name := strings.Join(r.path(use.slot), ".")
		for _, line := range r.job.CaseNames() {
			if r.met.lacks(use.slot) && use.concerns(line) && !slices.Contains(unknown[line], name) {
				unknown[line] = append(unknown[line], name)
			}
		}
	}
	for _, names := range unknown {
		slices.Sort(names)
	}
	for i := range lines {
		lines[i].UnknownFields = unknown[lines[i].Case]
	}
}

// unknownField is a field that no record has, and the keys that name it.
type unknownField struct{ keys, field string }

// unknown are the fields of cases, group_by and distinct that no record has. Without
// a record there is none, and of CSV there is none either: a column that is not there
// is an error.
func (r *run) unknown() []unknownField {
	if r.job.Source.Format != job.JSONLines || r.sum.read() == 0 {
		return nil
	}
	var all []unknownField
	for slot := range r.met {
		keys := keysOf(r.used(), slot)
		if r.met.lacks(slot) && keys != "" { // else it is the window's
			all = append(all, unknownField{keys, r.fieldAndNearest(slot)})
		}
	}
	return all
}

// use is a key of the job that names a field.
type use struct {
	key, ofCase string // ofCase is empty for group_by and distinct
	slot        int
}

func (u use) concerns(line string) bool {
	switch line {
	case contract.CaseOther, contract.CaseOverlap:
		return true
	}
	return u.ofCase == "" || u.ofCase == line
}

func (p *plan) used() []use {
	var all []use
	for i, entry := range p.job.Cases {
		for _, slot := range p.expressions.Cases[i].Slots() {
			all = append(all, use{"cases." + entry.Key, entry.Key, slot})
		}
	}
	for i := range p.expressions.GroupBy {
		for _, slot := range p.expressions.GroupBy[i].Slots() {
			all = append(all, use{fmt.Sprintf("group_by[%d]", i), "", slot})
		}
	}
	if p.expressions.Distinct != nil {
		for _, slot := range p.expressions.Distinct.Slots() {
			all = append(all, use{"distinct", "", slot})
		}
	}
	return all
}

// keysOf are the keys that name the field of a slot.
func keysOf(used []use, slot int) string {
	var keys []string
	for _, use := range used {
		if use.slot == slot {
			keys = append(keys, use.key)
		}
	}
	return strings.Join(keys, ", ")
}

func (p *plan) path(slot int) []string { return p.expressions.Set.Fields()[slot] }

// fieldAndNearest is a field that no record has, and what may be meant: the nearest
// name that they have, or a text.
func (r *run) fieldAndNearest(slot int) string {
	name := strings.Join(r.path(slot), ".")
	text := fmt.Sprintf("the field %q", name)
	if nearest := r.nearest(slot); nearest != "" {
		text += fmt.Sprintf("; the nearest that they have is %q", nearest)
	}
	return text + r.expressions.Set.QuotesHint(name)
}

// nearest is what records have in the place of a field that none has; "" if that is
// not known.
func (r *run) nearest(slot int) string {
	if slot >= len(r.near.levels) {
		return ""
	}
	path, level := r.path(slot), r.near.levels[slot]
	name, _ := spelling.Nearest(path[level.depth], slices.Sorted(maps.Keys(level.names)))
	if name == "" {
		return ""
	}
	return strings.Join(append(slices.Clone(path[:level.depth]), name), ".")
}

// untimed says that no record has the window's column.
func (r *run) untimed() error {
	write := "write the field with their time"
	if nearest := r.nearest(r.filter.slot); nearest != "" && r.met.lacks(r.filter.slot) {
		write += fmt.Sprintf("; the nearest that they have is %q", nearest)
	}
	return fmt.Errorf("%s: none of the %d records has it; %s", r.job.Window.Column, r.sum.untimed, write)
}
