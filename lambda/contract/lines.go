package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Lines are the lines of a slot's object: those of all rows together, then those of each
// group, in the same order of cases. A group's lines differ from those of all rows in
// Groups and Count only. So ten thousand groups need no [Record] for each case, which
// would take hundreds of megabytes.
type Lines struct {
	AllRows []Record
	Groups  []GroupCounts
}

// GroupCounts are the counts of one group, in the order of AllRows. The count of a case
// that failed has no meaning.
type GroupCounts struct {
	Groups Groups
	Counts []int64
}

// Records are all lines as records.
func (l Lines) Records() []Record { return slices.Collect(l.each) }

// each yields the lines as records, one after the other.
func (l Lines) each(yield func(Record) bool) {
	for _, record := range l.AllRows {
		if !yield(record) {
			return
		}
	}
	for _, group := range l.Groups {
		for i, record := range l.AllRows {
			record.Groups = group.Groups
			if record.Count != nil {
				record.Count = &group.Counts[i]
			}
			if !yield(record) {
				return
			}
		}
	}
}

// Reader reads the lines as they are stored. It encodes them while they are read: the
// object as a whole is never in memory.
func (l Lines) Reader() (*io.SectionReader, error) {
	r := &linesReader{lines: l, starts: make([]int64, 1, len(l.Groups)+2), block: -1}
	for _, record := range l.AllRows {
		record.Groups, record.Count = Groups{}, nil
		line, err := EncodeRecords([]Record{record})
		if err != nil {
			return nil, err
		}
		// No text in the line is the same: its quotes are escaped.
		before, after, found := bytes.Cut(line, []byte(`"groups":{},"count":null`))
		if !found {
			return nil, fmt.Errorf("encode record of case %s: groups and count are not side by side", record.CaseName)
		}
		r.forms = append(r.forms, form{before, after})
	}
	for i := range len(l.Groups) + 1 {
		if err := r.encode(i); err != nil {
			return nil, err
		}
		r.starts = append(r.starts, r.starts[i]+int64(len(r.text)))
	}
	return io.NewSectionReader(r, 0, r.starts[len(r.starts)-1]), nil
}

// linesReader holds one block at a time: the lines of all rows (block 0) or of a group.
type linesReader struct {
	lines  Lines
	forms  []form  // by case
	starts []int64 // of each block, in bytes of the object, and the object's length
	block  int     // the one in text
	text   []byte
}

// form is a case's line without groups and count, which stand between its parts.
type form struct{ before, after []byte }

// ReadAt implements [io.ReaderAt].
func (r *linesReader) ReadAt(into []byte, offset int64) (read int, err error) {
	block, found := slices.BinarySearch(r.starts, offset)
	if !found {
		block-- // the one that begins before
	}
	for ; read < len(into); block++ {
		if block > len(r.lines.Groups) {
			return read, io.EOF
		}
		if err := r.encode(block); err != nil {
			return read, err
		}
		read += copy(into[read:], r.text[offset+int64(read)-r.starts[block]:])
	}
	return read, nil
}

// encode writes a block to text.
func (r *linesReader) encode(block int) error {
	if block == r.block {
		return nil
	}
	groups, counts := []byte("{}"), []int64(nil)
	if block > 0 {
		group := r.lines.Groups[block-1]
		text, err := encodeLines([]Groups{group.Groups}, func(Groups) string { return "a group" })
		if err != nil {
			return err
		}
		groups, counts = bytes.TrimSuffix(text, []byte("\n")), group.Counts
	}
	r.block, r.text = block, r.text[:0]
	for i, form := range r.forms {
		r.text = append(append(r.text, form.before...), `"groups":`...)
		r.text = append(append(r.text, groups...), `,"count":`...)
		switch count := r.lines.AllRows[i].Count; {
		case count == nil:
			r.text = append(r.text, "null"...)
		case counts == nil:
			r.text = strconv.AppendInt(r.text, *count, 10)
		default:
			r.text = strconv.AppendInt(r.text, counts[i], 10)
		}
		r.text = append(r.text, form.after...)
	}
	return nil
}

// Same tells whether a stored record has the same lines: cases, groups, counts and statuses,
// of the same window and definition of the job. When and why they were counted is no
// difference. It reads a line at a time: a record may have 200,000.
func (l Lines) Same(stored io.Reader) (bool, error) {
	decoder, number := json.NewDecoder(stored), 0
	for want := range l.each {
		var line Record
		number++
		if err := decoder.Decode(&line); err == io.EOF && number > 1 {
			return false, nil // the record has fewer lines
		} else if err != nil {
			return false, fmt.Errorf("decode line %d: %w", number, err)
		}
		if !sameLine(line, want) {
			return false, nil
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
