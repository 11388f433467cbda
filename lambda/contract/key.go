package contract

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
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

// ParseRecountedKey is the reverse of RecountedKey. ok is false if key is not such a marker's.
func ParseRecountedKey(key string) (job string, slot time.Time, age string, ok bool) {
	job, slot, age = cutName(key)
	if job == "" || age == "" || strings.Contains(age, ".") || RecountedKey(job, slot, age) != key {
		return "", time.Time{}, "", false
	}
	return job, slot, age, true
}

// cutName takes the last part of a key apart: <job>-<yyyyMMddTHHmmZ>.<rest>. The job's name ends
// before the last hyphen. What is no such key gives parts that do not make the key again.
func cutName(key string) (job string, slot time.Time, rest string) {
	name := path.Base(key)
	hyphen := max(0, strings.LastIndexByte(name, '-'))
	at, rest, _ := strings.Cut(name[hyphen:], ".")
	slot, _ = time.Parse("-"+slotFormat, at)
	return name[:hyphen], slot, rest
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

// ParseRecordKey is the reverse of RecordKey. ok is false if key is not a record's.
func ParseRecordKey(key string) (job string, slot time.Time, revision int, ok bool) {
	job, slot, rest := cutName(key)
	revision, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(rest, "rev"), ".jsonl"))
	if job == "" || err != nil || revision < 1 || RecordKey(job, slot, revision) != key {
		return "", time.Time{}, 0, false
	}
	return job, slot, revision, true
}
