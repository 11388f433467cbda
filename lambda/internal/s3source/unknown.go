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

// sayUnknown notes with each line which of its fields no record has, and says which
// names the records have in their place. group_by and distinct are every line's, and
// those of all cases are other's and overlap's.
func (r *run) sayUnknown(lines []count.Line) (warnings []string) {
	if r.job.Source.Format != job.JSONLines || r.sum.read == 0 || r.met.missing == 0 {
		return nil
	}
	used := r.used()
	unknown := map[string][]string{} // by case
	for _, use := range used {
		if r.met.types[use.slot] != 0 {
			continue
		}
		name := strings.Join(r.path(use.slot), ".")
		for _, line := range r.job.CaseNames() {
			if use.concerns(line) && !slices.Contains(unknown[line], name) {
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
	for slot, types := range r.met.types {
		if keys := keysOf(used, slot); types == 0 && keys != "" {
			warnings = append(warnings, keys+": no record has "+r.fieldAndNearest(slot, strings.Contains(keys, "cases.")))
		}
	}
	return warnings
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
// name that they have, or, in a condition, a text.
func (r *run) fieldAndNearest(slot int, condition bool) string {
	path := r.path(slot)
	text := fmt.Sprintf("the field %q", strings.Join(path, "."))
	nearest, near := r.nearest(slot)
	if nearest != "" {
		text += fmt.Sprintf("; the nearest that they have is %q", nearest)
	}
	if condition && !near && len(path) == 1 {
		text += fmt.Sprintf("; a text is written in quotes: %q", path[0])
	}
	return text
}

// nearest is what records have in the place of a field that none has; "" if that is
// not known.
func (r *run) nearest(slot int) (nearest string, near bool) {
	if slot >= len(r.near.levels) {
		return "", false
	}
	path, level := r.path(slot), r.near.levels[slot]
	name, near := spelling.Nearest(path[level.depth], slices.Sorted(maps.Keys(level.names)))
	if name == "" {
		return "", false
	}
	return strings.Join(append(slices.Clone(path[:level.depth]), name), "."), near
}

// untimed is the failure of a run whose records have no time.
func (r *run) untimed() error {
	write := "write the field with their time"
	if nearest, _ := r.nearest(r.filter.slot); nearest != "" && r.met.types[r.filter.slot] == 0 {
		write += fmt.Sprintf("; the nearest that they have is %q", nearest)
	}
	return count.Permanentf("window.column %s: none of the %d records has it; %s", r.job.Window.Column, r.sum.untimed, write)
}
