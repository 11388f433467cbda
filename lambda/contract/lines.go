package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
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
func (l Lines) Records() []Record {
	all := append([]Record{}, l.AllRows...)
	for _, group := range l.Groups {
		for i, record := range l.AllRows {
			record.Groups = group.Groups
			if record.Count != nil {
				record.Count = &group.Counts[i]
			}
			all = append(all, record)
		}
	}
	return all
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
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(group.Groups); err != nil {
			return fmt.Errorf("encode a group: %w", err)
		}
		groups, counts = bytes.TrimSuffix(text.Bytes(), []byte("\n")), group.Counts
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
