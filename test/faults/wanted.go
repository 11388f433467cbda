package faults

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Wanted are the records that should be there after a run, by key: no others may be.
type Wanted map[string]Record

// Record is what one revision of a slot should say.
type Record struct {
	From, To time.Time        // of the window; zero without one
	Counts   map[string]int64 // by case, and for a group by "case shop=a"
	// Failed are cases that the source refuses.
	Failed []string
	// MaybeMissed also allows that nothing was counted: no run of a job without a window
	// succeeded in time.
	MaybeMissed bool
	// Maybe also allows that there is no record: whoever was to make it may have been too late.
	Maybe bool
}

// Key is the key of a record. It is written out again here, since the oracle uses no code that
// it judges.
func Key(job string, slot time.Time, revision int) string {
	slot = slot.UTC()
	return fmt.Sprintf("counts/date=%04d-%02d-%02d/%s-%04d%02d%02dT%02d%02dZ.rev%d.jsonl",
		slot.Year(), slot.Month(), slot.Day(), job, slot.Year(), slot.Month(), slot.Day(), slot.Hour(), slot.Minute(), revision)
}

// Compare holds all objects below counts/ against what is wanted.
func (w Wanted) Compare(objects map[string][]byte) (v Verdict) {
	for _, key := range slices.Sorted(maps.Keys(w)) {
		object, there := objects[key]
		switch {
		case !there && !w[key].Maybe:
			v.Lost = append(v.Lost, key)
		case there:
			v.Add(w[key].compare(key, object))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(objects)) {
		if _, wanted := w[key]; !wanted && strings.HasPrefix(key, "counts/") {
			v.Doubled = append(v.Doubled, key+" should not be there")
		}
	}
	return v
}

// compare holds one object against what it should say.
func (r Record) compare(key string, object []byte) (v Verdict) {
	lines, err := readLines(object)
	if err != nil {
		v.Wrongf("%s: %v", key, err)
		return v
	}
	left := maps.Clone(r.Counts)
	if left == nil {
		left = map[string]int64{}
	}
	failed := slices.Clone(r.Failed)
	seen := map[string]bool{}
	for _, line := range lines {
		name := line.name()
		if seen[name] {
			v.Doubled = append(v.Doubled, key+": "+name+" is there twice")
		}
		seen[name] = true
		if problem := line.about(key, r); problem != "" {
			v.Wrongf("%s: %s: %s", key, name, problem)
		}
		want, counted := r.Counts[name]
		switch at := slices.Index(failed, name); {
		case line.Status == "missed" && r.MaybeMissed && line.Count == nil:
		case at >= 0 && line.Status == "failed" && line.Count == nil:
			failed = slices.Delete(failed, at, at+1)
		case !counted:
			v.Wrongf("%s: %s should not be there, or not be %s", key, name, line.shown())
		case line.Status != "ok" || line.Count == nil || *line.Count != want:
			v.Wrongf("%s: %s is %s, want %d", key, name, line.shown(), want)
		}
		delete(left, name)
	}
	for _, name := range append(slices.Sorted(maps.Keys(left)), failed...) {
		if !slices.ContainsFunc(lines, func(l line) bool { return l.Status == "missed" }) {
			v.Wrongf("%s: %s is not there", key, name)
		}
	}
	return v
}

// Clone is a copy to which more can be added.
func (w Wanted) Clone() Wanted { return maps.Clone(w) }
