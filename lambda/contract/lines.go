package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Lines are the lines of a slot's object: those of all rows together, and then those
// of each group in the same order of cases. A group's line differs from that of all
// rows in Groups and Count only. So ten thousand groups need no record of their own
// for each case, which would take hundreds of megabytes.
type Lines struct {
	AllRows []Record
	Groups  []GroupCounts
}

// GroupCounts are the counts of one group, in the order of AllRows. The count of a
// case that failed means nothing.
type GroupCounts struct {
	Groups Groups
	Counts []int64
}

// Records are all lines, one after the other.
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

// LinesReader reads lines as they are stored. It writes them while they are read: the
// object as a whole is never in memory.
type LinesReader struct {
	lines Lines
	forms []form
	next  int    // 0 for all rows, then the group's index plus 1
	block []byte // the lines of one group
	rest  []byte // what was not read of block
	at    int64
	size  int64
}

var _ io.ReadSeeker = (*LinesReader)(nil)

// form is the line of a case around what groups change of it.
type form struct{ before, after []byte }

// Reader reads the lines from the first one on.
func (l Lines) Reader() (*LinesReader, error) {
	r := &LinesReader{lines: l}
	for _, record := range l.AllRows {
		record.Groups, record.Count = Groups{}, nil
		line, err := EncodeRecords([]Record{record})
		if err != nil {
			return nil, err
		}
		// No text holds this part: its quotes would be escaped there.
		before, after, found := bytes.Cut(line, []byte(`"groups":{},"count":null`))
		if !found {
			return nil, fmt.Errorf("encode record of case %s: groups and count are not side by side", record.CaseName)
		}
		r.forms = append(r.forms, form{before, after})
	}
	for i := range len(l.Groups) + 1 {
		if err := r.write(i); err != nil {
			return nil, err
		}
		r.size += int64(len(r.block))
	}
	return r, nil
}

// write makes the block of all rows (0) or of a group.
func (r *LinesReader) write(index int) error {
	groups, counts := []byte("{}"), []int64(nil)
	if index > 0 {
		group := r.lines.Groups[index-1]
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(group.Groups); err != nil {
			return fmt.Errorf("encode a group: %w", err)
		}
		groups, counts = bytes.TrimSuffix(text.Bytes(), []byte("\n")), group.Counts
	}
	r.block = r.block[:0]
	for i, form := range r.forms {
		r.block = append(append(r.block, form.before...), `"groups":`...)
		r.block = append(append(r.block, groups...), `,"count":`...)
		switch count := r.lines.AllRows[i].Count; {
		case count == nil:
			r.block = append(r.block, "null"...)
		case counts == nil:
			r.block = strconv.AppendInt(r.block, *count, 10)
		default:
			r.block = strconv.AppendInt(r.block, counts[i], 10)
		}
		r.block = append(r.block, form.after...)
	}
	return nil
}

// Read implements [io.Reader].
func (r *LinesReader) Read(into []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next > len(r.lines.Groups) {
			return 0, io.EOF
		}
		if err := r.write(r.next); err != nil {
			return 0, err
		}
		r.rest = r.block
		r.next++
	}
	n := copy(into, r.rest)
	r.rest = r.rest[n:]
	r.at += int64(n)
	return n, nil
}

// Seek implements [io.Seeker]: the SDK asks for the size, and starts again.
func (r *LinesReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	switch {
	case offset < 0 || offset > r.size:
		return r.at, fmt.Errorf("seek to byte %d of %d", offset, r.size)
	case offset == r.size:
		r.next, r.rest, r.at = len(r.lines.Groups)+1, nil, r.size
		return r.at, nil
	case offset < r.at:
		r.next, r.rest, r.at = 0, nil, 0
	}
	_, err := io.CopyN(io.Discard, r, offset-r.at)
	return r.at, err
}
