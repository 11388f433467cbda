package jsonscan

import "encoding/binary"

// member is a place in the table of names: a member of an object as the last line had
// it, with the members of its own value. The members of an object stand in the order in
// which the line had them, so the name that a line most likely has next is known, and is
// compared eight bytes at a time.
type member struct {
	name     string // with quotes and colon; empty if it must be read
	first    uint64 // the first eight bytes of name
	mask     uint64 // of the bytes in first that name has
	last     uint64 // the last eight bytes of name, if it has more than eight
	wanted   *field
	members  []*member // if the value is an object
	elements *member   // if the value is an array: one for all its elements, none of which is wanted
}

// How many members the table holds, of one object and in all.
const (
	membersLimit = 256
	tableLimit   = 10_000
)

// another returns a new member of an object. Where the table is full it is not kept.
func (s *Scanner) another(of *member) *member {
	next := new(member)
	if len(of.members) < membersLimit && s.known < tableLimit {
		s.known++
		of.members = append(of.members, next)
	}
	return next
}

// remember keeps a name with quotes and colon.
func (m *member) remember(name []byte) {
	if m.name == string(name) {
		return
	}
	m.name = string(name)
	var eight [8]byte
	copy(eight[:], name)
	m.first, m.mask = binary.LittleEndian.Uint64(eight[:]), ^uint64(0)
	if len(name) < 8 {
		m.mask >>= 64 - 8*len(name)
	} else {
		m.last = binary.LittleEndian.Uint64(name[len(name)-8:])
	}
}

// matches tells whether the line goes on with the member's name. It is false for a name
// near the line's end, where fewer than eight bytes are left.
func (m *member) matches(rest []byte) bool {
	length := len(m.name)
	if length == 0 || len(rest) < max(length, 8) || binary.LittleEndian.Uint64(rest)&m.mask != m.first {
		return false
	}
	return length <= 8 || binary.LittleEndian.Uint64(rest[length-8:]) == m.last && (length <= 16 || string(rest[:length]) == m.name)
}
