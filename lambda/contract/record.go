package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The cases that records hold besides the job's own.
const (
	CaseTotal   = "total"   // rows in the window
	CaseOther   = "other"   // rows that match no case
	CaseOverlap = "overlap" // rows that match more than one case of an exclusive job
)

// Status says whether a record's line has a count.
type Status string

// The statuses of a line.
const (
	StatusOK     Status = "ok"     // Count is exact
	StatusFailed Status = "failed" // this case could not be counted; Code and Message say why
	StatusMissed Status = "missed" // no run counted the slot in time, and its state is gone
)

// Origin says what had a slot counted.
type Origin string

// The origins of a record. One without an origin is older than they are.
const (
	OriginSchedule Origin = "schedule" // the job's rule or schedule, or an event that somebody sent
	OriginSweep    Origin = "sweep"    // the monitor, as there was no record in time
	OriginBackfill Origin = "backfill" // tally backfill
	OriginRecount  Origin = "recount"  // tally recount, or the job's recount_after
)

// InTime tells whether a slot was counted as soon as it could be, and not when somebody
// wanted it: only then its lag says something.
func (o Origin) InTime() bool { return o != OriginBackfill && o != OriginRecount }

// Groups are the values of a job's group_by columns, by column. A nil value is NULL. Empty
// Groups are all rows together.
type Groups map[string]*string

// Record is one line of a stored object: one case of one slot, for one group or for
// all rows together. Times are UTC.
type Record struct {
	Job           string     `json:"job"`
	CaseName      string     `json:"case_name"`
	Groups        Groups     `json:"groups"`
	Count         *int64     `json:"count"` // rows, or distinct values; null unless StatusOK
	Status        Status     `json:"status"`
	Code          string     `json:"code,omitempty"`    // of a failure: the SQLSTATE, if the database gave one
	Message       string     `json:"message,omitempty"` // of a failure: what the database said, without data
	ScheduledTime time.Time  `json:"scheduled_time"`
	LocalDate     string     `json:"local_date"` // the slot's date in the job's zone, yyyy-mm-dd
	WindowFrom    *time.Time `json:"window_from"`
	WindowTo      *time.Time `json:"window_to"`  // exclusive; null without a window
	Late          bool       `json:"late"`       // counted more than LateAfter after the slot
	CountedAt     time.Time  `json:"counted_at"` // of a missed slot: found missing
	Schedule      string     `json:"schedule"`   // the expression that fired
	// ScheduleTimezone is the IANA zone that evaluates Schedule; empty means UTC.
	ScheduleTimezone string `json:"schedule_timezone,omitempty"`
	Revision         int    `json:"revision"` // 1 first; a recount adds the next
	// Reason is why there is a revision above 1.
	Reason    string `json:"reason,omitempty"`
	Origin    Origin `json:"origin,omitempty"`
	JobSHA256 string `json:"job_sha256"`
	// CountingSHA256 identifies what was counted: counts of the same one can be compared. A
	// record without it is older than it is.
	CountingSHA256 string `json:"counting_sha256,omitempty"`
	// ListedFrom and ListedTo are when the listing of a bucket began and ended; nil for a
	// database. An object that was created or deleted in between may count or not.
	ListedFrom *time.Time `json:"listed_from,omitempty"`
	ListedTo   *time.Time `json:"listed_to,omitempty"`
	// QueryID is Athena's id of the query that counted; empty for other sources.
	QueryID string `json:"query_id,omitempty"`
	// BytesScanned is how many bytes that query read, which Athena bills.
	BytesScanned int64 `json:"bytes_scanned,omitzero"`
	// Skipped is how many objects and records of a bucket could not be read and are left
	// out (on_error: skip).
	Skipped int64 `json:"skipped,omitzero"`
	// UnknownFields are fields that the case, group_by or distinct names and that no record
	// of the input has.
	UnknownFields []string `json:"unknown_fields,omitempty"`
}

// OfAllRows are the records that count all rows together, without those of groups.
func OfAllRows(records []Record) []Record {
	var all []Record
	for _, record := range records {
		if len(record.Groups) == 0 {
			all = append(all, record)
		}
	}
	return all
}

// LateAfter is how long after its slot a count is on time.
const LateAfter = 10 * time.Minute

// EncodeRecords writes records as JSON Lines, one line each, as stored.
func EncodeRecords(records []Record) ([]byte, error) {
	return encodeLines(records, func(r Record) string { return "record of case " + r.CaseName })
}

// encodeLines writes values as JSON, a line each. The error says which value it is about.
func encodeLines[T any](values []T, which func(T) string) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			return nil, fmt.Errorf("encode %s: %w", which(value), err)
		}
	}
	return buffer.Bytes(), nil
}

// DecodeAll reads what EncodeRecords wrote. Empty data is an error: a record has at least
// one line.
func DecodeAll(from io.Reader) ([]Record, error) {
	return decodeLines(from, func(Record) bool { return true })
}

// DecodeAllRows reads only the lines of all rows together, which come first. It does not
// read the lines of groups.
func DecodeAllRows(from io.Reader) ([]Record, error) {
	return decodeLines(from, func(record Record) bool { return len(record.Groups) == 0 })
}

// decodeLines reads records as long as they are wanted.
func decodeLines(from io.Reader, wanted func(Record) bool) ([]Record, error) {
	var records []Record
	decoder := json.NewDecoder(from)
	for {
		var record Record
		err := decoder.Decode(&record)
		if err == io.EOF || err == nil && !wanted(record) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("decode record %d: %w", len(records)+1, err)
		}
		records = append(records, record)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("decode records: the object is empty")
	}
	return records, nil
}
