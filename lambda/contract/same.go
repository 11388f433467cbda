package contract

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

// Same tells whether a stored record has the same lines: cases, groups, counts and statuses,
// of the same window and definition of the job. When and why they were counted is no
// difference. It reads a line at a time: a record may have 200,000.
func (l Lines) Same(stored io.Reader) (bool, error) {
	decoder := json.NewDecoder(stored)
	for i := range len(l.Groups) + 1 {
		for n, want := range l.AllRows {
			if i > 0 {
				want.Groups = l.Groups[i-1].Groups
				if want.Count != nil {
					want.Count = &l.Groups[i-1].Counts[n]
				}
			}
			var line Record
			if err := decoder.Decode(&line); err == io.EOF && i+n > 0 {
				return false, nil // the record has fewer lines
			} else if err != nil {
				return false, fmt.Errorf("decode line %d: %w", i*len(l.AllRows)+n+1, err)
			}
			if !sameLine(line, want) {
				return false, nil
			}
		}
	}
	return !decoder.More(), nil
}

func sameLine(a, b Record) bool {
	return a.CaseName == b.CaseName && a.Status == b.Status && a.JobSHA256 == b.JobSHA256 &&
		samePointer(a.Count, b.Count, func(a, b int64) bool { return a == b }) &&
		samePointer(a.WindowFrom, b.WindowFrom, time.Time.Equal) && samePointer(a.WindowTo, b.WindowTo, time.Time.Equal) &&
		a.Groups.Equal(b.Groups)
}

// Equal tells whether these are the same values of the same columns.
func (g Groups) Equal(other Groups) bool {
	return maps.EqualFunc(g, other, func(a, b *string) bool { return samePointer(a, b, func(a, b string) bool { return a == b }) })
}

func samePointer[T any](a, b *T, same func(T, T) bool) bool {
	return a == b || a != nil && b != nil && same(*a, *b)
}
