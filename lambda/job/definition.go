package job

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

// CountingSHA256 identifies what the job counts: source, window, zone, cases, groups and
// distinct, as 64 hexadecimal digits. Counts of the same one can be compared. The schedule and
// the description are not in it.
func (j Job) CountingSHA256() string {
	return sha256Of(struct {
		Timezone string
		Source   Source
		Window   *Window
		GroupBy  []string
		Distinct string
		Cases    strictyaml.Map[Condition]
	}{j.Timezone, j.Source, j.Window, j.GroupBy, j.Distinct, j.Cases})
}

// CountedDay is the local date that a slot is about, as yyyy-mm-dd: the last one that its
// window holds a part of, or the slot's own without a window.
func (j Job) CountedDay(slot time.Time) string {
	at := slot
	if _, to, ok, _ := j.Range(slot); ok {
		at = to.Add(-time.Nanosecond)
	}
	return at.In(j.Zone).Format(time.DateOnly)
}

// sha256Of is the sum of a value's JSON.
func sha256Of(value any) string {
	definition, err := json.Marshal(value)
	if err != nil {
		panic("a job is not JSON: " + err.Error()) // strings and slices always are
	}
	return fmt.Sprintf("%x", sha256.Sum256(definition))
}

// SameCounting tells whether a record has counts of what the job counts now. Of a record without
// [contract.Record.CountingSHA256] the whole definition must be the same.
func (j Job) SameCounting(record contract.Record) bool {
	if record.CountingSHA256 == "" {
		return record.JobSHA256 == j.SHA256()
	}
	return record.CountingSHA256 == j.CountingSHA256()
}
