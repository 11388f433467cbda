package s3source

import (
	"bytes"
	"encoding/json"

	"tally/lambda/expression"
)

// met remembers which fields any record has, and of which types they are: by slot, a
// bit for each type. Null is one; a field that no record has is 0.
type met []uint8

func (m met) add(slot int, kind expression.Type) {
	if slot < len(m) { // else nobody asks
		m[slot] |= 1 << kind
	}
}

func (m met) lacks(slot int) bool { return m[slot] == 0 }

func (m met) has(slot int, kind expression.Type) bool { return m[slot]&(1<<kind) != 0 }

func (m met) join(other met) {
	for slot, types := range other {
		m[slot] |= types
	}
}

// nearby are the names that records have in the place of a field that none has. The
// first records say them: all of them could be too many to keep.
type nearby struct {
	seen   int     // bytes of records that were looked at
	levels []level // by slot
}

// level is how many names of a field's path were found, and what else lies beside the
// first that was not.
type level struct {
	depth int
	names map[string]bool
}

// How much of the records is looked at for names, and how many of them are kept.
const (
	nearbyLimit = 16 << 10
	namesLimit  = 1000
)

// look notes the names of a record, which is JSON.
func (n *nearby) look(line []byte, met met, paths [][]string) {
	first := n.seen == 0
	if n.seen += len(line); n.seen > nearbyLimit && !first || bytes.IndexByte(met, 0) < 0 {
		return
	}
	if n.levels == nil {
		n.levels = make([]level, len(paths))
	}
	var record map[string]json.RawMessage
	if json.Unmarshal(line, &record) != nil {
		return // it is not worth an error
	}
	for slot, path := range paths {
		if !met.lacks(slot) {
			continue
		}
		at := record
		for depth, name := range path {
			n.levels[slot].add(depth, at)
			next := at[name]
			if at = nil; json.Unmarshal(next, &at) != nil || at == nil {
				break
			}
		}
	}
}

func (l *level) add(depth int, names map[string]json.RawMessage) {
	if depth > l.depth && len(names) > 0 {
		*l = level{depth: depth}
	}
	if l.names == nil {
		l.names = map[string]bool{}
	}
	for name := range names {
		if depth == l.depth && len(l.names) < namesLimit {
			l.names[name] = true
		}
	}
}

func (n *nearby) join(other nearby) {
	if n.levels == nil {
		n.levels = other.levels
		return
	}
	for slot, level := range other.levels {
		switch ours := &n.levels[slot]; {
		case level.depth > ours.depth || ours.names == nil:
			*ours = level
		case level.depth == ours.depth:
			for name := range level.names {
				ours.names[name] = true
			}
		}
	}
}
