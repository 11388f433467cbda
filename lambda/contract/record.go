package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The two cases that every record holds besides the job's own.
const (
	CaseTotal = "total" // rows in the window
	CaseOther = "other" // rows that match no case
)

// Status says what a record's line is worth.
type Status string

// The statuses of a line.
const (
	StatusOK Status = "ok" // Count is exact
)

// Record is one line of a stored object: one case of one slot. Times are UTC.
type Record struct {
	Job           string            `json:"job"`
	CaseName      string            `json:"case_name"`
	Groups        map[string]string `json:"groups"` // column to value; empty without group_by
	Count         int64             `json:"count"`
	Status        Status            `json:"status"`
	ScheduledTime time.Time         `json:"scheduled_time"`
	LocalDate     string            `json:"local_date"` // the slot's date in the job's zone, yyyy-mm-dd
	WindowFrom    *time.Time        `json:"window_from"`
	WindowTo      *time.Time        `json:"window_to"` // exclusive; null without a window
	Late          bool              `json:"late"`      // counted more than LateAfter after the slot
	CountedAt     time.Time         `json:"counted_at"`
	Schedule      string            `json:"schedule"` // the expression that fired
	Revision      int               `json:"revision"` // 1 first; a repair adds the next
	JobSHA256     string            `json:"job_sha256"`
}

// LateAfter is how long after its slot a count is still on time.
const LateAfter = 10 * time.Minute

// EncodeRecords writes records as JSON Lines, one line each, as stored.
func EncodeRecords(records []Record) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	for _, record := range records {
		if err := encoder.Encode(record); err != nil {
			return nil, fmt.Errorf("encode record of case %s: %w", record.CaseName, err)
		}
	}
	return buffer.Bytes(), nil
}

// DecodeRecords reads what EncodeRecords wrote. An object without a line is an
// error: a stored slot always holds at least one case.
func DecodeRecords(data []byte) ([]Record, error) {
	var records []Record
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var record Record
		err := decoder.Decode(&record)
		if err == io.EOF {
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
