package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// line is one line of a stored record, as a stranger reads it.
type line struct {
	Job           string             `json:"job"`
	CaseName      string             `json:"case_name"`
	Groups        map[string]*string `json:"groups"`
	Count         *int64             `json:"count"`
	Status        string             `json:"status"`
	ScheduledTime time.Time          `json:"scheduled_time"`
	WindowFrom    *time.Time         `json:"window_from"`
	WindowTo      *time.Time         `json:"window_to"`
	Revision      int                `json:"revision"`
}

func readLines(object []byte) (lines []line, err error) {
	scanner := bufio.NewScanner(bytes.NewReader(object))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var l line
		if err := json.Unmarshal(scanner.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(lines)+1, err)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, errors.New("it is empty")
	}
	return lines, scanner.Err()
}

// name is the line's key in [Record.Counts].
func (l line) name() string {
	name := l.CaseName
	for _, column := range slices.Sorted(maps.Keys(l.Groups)) {
		value := "NULL"
		if v := l.Groups[column]; v != nil {
			value = *v
		}
		name += " " + column + "=" + value
	}
	return name
}

func (l line) shown() string {
	if l.Count == nil {
		return l.Status
	}
	return fmt.Sprintf("%s %d", l.Status, *l.Count)
}

// about says what is wrong with the slot and the window of a line.
func (l line) about(key string, want Record) string {
	if own := Key(l.Job, l.ScheduledTime, l.Revision); own != key {
		return "the line is of " + own
	}
	if l.Status == "missed" {
		return ""
	}
	for _, bound := range []struct {
		name string
		got  *time.Time
		want time.Time
	}{{"from", l.WindowFrom, want.From}, {"to", l.WindowTo, want.To}} {
		switch {
		case bound.want.IsZero() && bound.got != nil:
			return "it has a window"
		case !bound.want.IsZero() && (bound.got == nil || !bound.got.Equal(bound.want)):
			return fmt.Sprintf("the window is %s %v, want %v", bound.name, bound.got, bound.want)
		}
	}
	return ""
}

// Counts are the counts of a stored record, by the names of [Record.Counts]. failed are the lines
// that have none.
func Counts(object []byte) (counts map[string]int64, failed []string, err error) {
	lines, err := readLines(object)
	counts = map[string]int64{}
	for _, line := range lines {
		if line.Count == nil {
			failed = append(failed, line.name())
			continue
		}
		counts[line.name()] = *line.Count
	}
	return counts, failed, err
}
