package contract

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// RecordPrefix is where records live in the results bucket. The bucket policy
// and the function's role are limited to it.
const RecordPrefix = "counts/"

const slotFormat = "20060102T1504Z"

// SlotPrefix is the common start of the keys of all revisions of one slot:
// counts/date=<UTC date>/<job>-<yyyyMMddTHHmmZ>.rev
func SlotPrefix(job string, slot time.Time) string {
	slot = slot.UTC()
	return fmt.Sprintf("%sdate=%s/%s-%s.rev", RecordPrefix, slot.Format(time.DateOnly), job, slot.Format(slotFormat))
}

// RecordKey is the object key of one revision of a slot, 1 first.
func RecordKey(job string, slot time.Time, revision int) string {
	return SlotPrefix(job, slot) + strconv.Itoa(revision) + ".jsonl"
}

var revisionInKey = regexp.MustCompile(`\.rev([1-9][0-9]*)\.jsonl$`)

// RevisionOf reads the revision from a record's key; false when key is not one.
func RevisionOf(key string) (int, bool) {
	match := revisionInKey.FindStringSubmatch(key)
	if match == nil {
		return 0, false
	}
	revision, err := strconv.Atoi(match[1])
	return revision, err == nil
}
