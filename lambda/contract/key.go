package contract

import (
	"fmt"
	"strconv"
	"time"

	"tally/lambda/pattern"
)

// RecordPrefix is the start of every record's key in the results bucket. The bucket policy
// and the function's role are limited to it.
const RecordPrefix = "counts/"

// SchedulesPrefix is the start of the keys of an environment's schedule history:
// schedules/<environment>/<number>.json
func SchedulesPrefix(environment string) string { return "schedules/" + environment + "/" }

// MarkersPrefix is the start of the keys of markers: small objects that say that something
// was done.
const MarkersPrefix = "markers/"

// RecountedPrefix is the common start of the keys of the markers of recounts of a UTC date's
// slots: markers/recounted/date=<UTC date>/
func RecountedPrefix(day time.Time) string {
	return MarkersPrefix + "recounted/" + datePrefix(day)
}

// RecountedKey is the key of the marker that a slot was counted again at an age, such as 1d:
// markers/recounted/date=<UTC date>/<job>-<yyyyMMddTHHmmZ>.<age>
func RecountedKey(job string, slot time.Time, age string) string {
	return fmt.Sprintf("%s%s-%s.%s", RecountedPrefix(slot), job, slot.UTC().Format(slotFormat), age)
}

// recountedName matches the key of a marker of a recount. The job's name ends before the last
// hyphen.
var recountedName = pattern.New(`^markers/recounted/date=[^/]+/([^/]+)-([^-/]+)\.([^-/.]+)$`)

// ParseRecountedKey is the reverse of RecountedKey. ok is false if key is not such a marker's.
func ParseRecountedKey(key string) (job string, slot time.Time, age string, ok bool) {
	match := recountedName.Regexp().FindStringSubmatch(key)
	if match == nil {
		return "", time.Time{}, "", false
	}
	slot, err := time.Parse(slotFormat, match[2])
	if err != nil || RecountedKey(match[1], slot, match[3]) != key {
		return "", time.Time{}, "", false
	}
	return match[1], slot, match[3], true
}

const slotFormat = "20060102T1504Z"

// datePrefix is the folder of a UTC date.
func datePrefix(day time.Time) string { return "date=" + day.UTC().Format(time.DateOnly) + "/" }

// DayPrefix is the common start of the keys of all records of a UTC date:
// counts/date=<UTC date>/
func DayPrefix(day time.Time) string {
	return RecordPrefix + datePrefix(day)
}

// SlotPrefix is the common start of the keys of all revisions of one slot:
// counts/date=<UTC date>/<job>-<yyyyMMddTHHmmZ>.rev
func SlotPrefix(job string, slot time.Time) string {
	return fmt.Sprintf("%s%s-%s.rev", DayPrefix(slot), job, slot.UTC().Format(slotFormat))
}

// RecordKey is the object key of one revision of a slot. The first revision is 1.
func RecordKey(job string, slot time.Time, revision int) string {
	return SlotPrefix(job, slot) + strconv.Itoa(revision) + ".jsonl"
}

// recordName matches a record's key. The job's name ends before the last hyphen.
var recordName = pattern.New(`^counts/date=[^/]+/([^/]+)-([^-/]+)\.rev([0-9]+)\.jsonl$`)

// ParseRecordKey is the reverse of RecordKey. ok is false if key is not a record's.
func ParseRecordKey(key string) (job string, slot time.Time, revision int, ok bool) {
	match := recordName.Regexp().FindStringSubmatch(key)
	if match == nil {
		return "", time.Time{}, 0, false
	}
	slot, noTime := time.Parse(slotFormat, match[2])
	revision, noNumber := strconv.Atoi(match[3])
	if noTime != nil || noNumber != nil || revision < 1 || RecordKey(match[1], slot, revision) != key {
		return "", time.Time{}, 0, false
	}
	return match[1], slot, revision, true
}
