package s3source

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tally/lambda/internal/jsonscan"
	"tally/lambda/spelling"
)

// nearby are the names that records have in the place of a field that none has. Only the
// first records are looked at: the names of all of them could be too many to keep.
type nearby struct {
	seen   int     // bytes of records that were looked at
	levels []level // by slot
	// list is the name of a list of objects that the first record holds; with anyList also
	// beside other values.
	list    string
	anyList bool
}

// level is how many names of a field's path were found, and the names beside the first
// one that was not.
type level struct {
	depth int
	names map[string]bool
}

// How many bytes of records are looked at for names, and how many names are kept.
const (
	nearbyLimit = 16 << 10
	namesLimit  = 1000
)

// look notes the names of a record, which is JSON. Seen are the types of the fields, by
// slot.
func (n *nearby) look(line []byte, seen []jsonscan.Types, paths [][]string) {
	first := n.seen == 0
	if n.seen += len(line); n.seen > nearbyLimit && !first || !first && !slices.Contains(seen, 0) {
		return
	}
	if n.levels == nil {
		n.levels = make([]level, len(paths))
	}
	var record map[string]json.RawMessage
	if json.Unmarshal(line, &record) != nil {
		return // it is not worth an error
	}
	for name, value := range record {
		var list []map[string]json.RawMessage
		if first && (n.anyList || len(record) == 1) && json.Unmarshal(value, &list) == nil && len(list) > 0 {
			n.list = name
		}
	}
	for slot, path := range paths {
		if seen[slot] != 0 {
			continue
		}
		at := record
		for depth, name := range path {
			n.levels[slot].add(depth, maps.Keys(at))
			next := at[name]
			if at = nil; json.Unmarshal(next, &at) != nil || at == nil {
				break
			}
		}
	}
}

// add adds names at a depth. Deeper names replace those that are there.
func (l *level) add(depth int, names func(yield func(string) bool)) {
	for name := range names {
		if depth > l.depth || l.names == nil {
			*l = level{depth: depth, names: map[string]bool{}}
		}
		if depth == l.depth && len(l.names) < namesLimit {
			l.names[name] = true
		}
	}
}

func (n *nearby) join(other nearby) {
	n.list = cmp.Or(n.list, other.list)
	if len(n.levels) == 0 {
		n.levels = make([]level, len(other.levels))
	}
	for slot, level := range other.levels {
		n.levels[slot].add(level.depth, maps.Keys(level.names))
	}
}

// nearest returns the name that is most like a field's, with the names that it lies in;
// "" if none is known.
func (n *nearby) nearest(slot int, path []string) string {
	if slot >= len(n.levels) {
		return ""
	}
	level := n.levels[slot]
	name, _ := spelling.Nearest(path[level.depth], slices.Sorted(maps.Keys(level.names)))
	if name == "" {
		return ""
	}
	return strings.Join(append(slices.Clone(path[:level.depth]), name), ".")
}
