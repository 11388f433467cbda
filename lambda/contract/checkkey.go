package contract

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// ChecksPrefix is the start of the keys of all results of checks.
const ChecksPrefix = "checks/"

// ChecksDayPrefix is the common start of the keys of all results of a UTC date's slots:
// checks/date=<UTC date>/
func ChecksDayPrefix(day time.Time) string { return ChecksPrefix + datePrefix(day) }

// CheckKey is the key of the results of a record:
// checks/date=<UTC date>/<job>-<yyyyMMddTHHmmZ>.rev<N>.jsonl
func CheckKey(job string, slot time.Time, revision int) string {
	return ChecksPrefix + strings.TrimPrefix(RecordKey(job, slot, revision), RecordPrefix)
}

// ParseCheckKey is the reverse of CheckKey. ok is false if key is not that of a record's
// results, such as the key of a comparison.
func ParseCheckKey(key string) (job string, slot time.Time, revision int, ok bool) {
	rest, ok := strings.CutPrefix(key, ChecksPrefix)
	if !ok {
		return "", time.Time{}, 0, false
	}
	return ParseRecordKey(RecordPrefix + rest)
}

// ReconcileKey is the key of the result of a comparison, by the end of the windows and the
// revisions of the two records:
// checks/date=<UTC date>/reconcile-<name>-<yyyyMMddTHHmmZ>.rev<L>-<R>.jsonl
func ReconcileKey(name string, end time.Time, left, right int) string {
	return fmt.Sprintf("%sreconcile-%s-%s.rev%d-%d.jsonl", ChecksDayPrefix(end), name, end.UTC().Format(slotFormat), left, right)
}

// ToTellPrefix is the common start of the keys of the markers of what is to be told, by the
// UTC date when it was counted: markers/to-tell/date=<UTC date>/
func ToTellPrefix(counted time.Time) string { return MarkersPrefix + "to-tell/" + datePrefix(counted) }

// ToldPrefix is the same for what was told: markers/told/date=<UTC date>/
func ToldPrefix(counted time.Time) string { return MarkersPrefix + "told/" + datePrefix(counted) }

// ToTellKey is the key of the marker that a message is due about results, by their key and the
// time when the record was counted.
func ToTellKey(counted time.Time, checks string) string {
	return ToTellPrefix(counted) + strings.TrimSuffix(path.Base(checks), ".jsonl")
}

// AgainKey is the key of the marker that a message is due about the end of a failure, by the key
// of its results and the next slot.
func AgainKey(next time.Time, checks string) string { return ToTellKey(next, checks) + ".again" }

// ToldKey is the key of the marker that the message went out which the marker at a ToTellKey
// or an AgainKey asks for.
func ToldKey(toTell string) string {
	return MarkersPrefix + "told/" + strings.TrimPrefix(toTell, MarkersPrefix+"to-tell/")
}

// SummaryKey is the key of the marker that the summary of a time went out:
// markers/summary/date=<UTC date>/<environment>-<yyyyMMddTHHmmZ>
// Those of the attempts at it have a dot and their number after that.
func SummaryKey(environment string, at time.Time) string {
	return MarkersPrefix + "summary/" + datePrefix(at) + environment + "-" + at.UTC().Format(slotFormat)
}

// MessagesPrefix is the common start of the keys of the markers that count the messages of an
// hour: markers/messages/<environment>/<yyyyMMddTHHmmZ>/
func MessagesPrefix(environment string, at time.Time) string {
	return MarkersPrefix + "messages/" + environment + "/" + at.UTC().Truncate(time.Hour).Format(slotFormat) + "/"
}

// OverduePrefix is the common start of the keys of the markers that count the attempts of a UTC
// date's sweeps to tell what is overdue: markers/overdue/<environment>/date=<UTC date>/
func OverduePrefix(environment string, at time.Time) string {
	return MarkersPrefix + "overdue/" + environment + "/" + datePrefix(at)
}
