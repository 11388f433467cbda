package s3source

import "encoding/binary"

// member is what a place in a line held last.
type member struct {
	name     string // with quotes and colon; empty if it must be read
	first    uint64 // its first eight characters
	mask     uint64 // of those that it has
	last     uint64 // its last eight characters, if it has more
	wanted   *node
	members  []*member // of the value, if it is an object, in their order
	elements *member   // of the value, if it is an array: all of them, and none is wanted
}

// What is remembered at most: members of an object, and in all.
const (
	membersLimit = 256
	shapesLimit  = 10_000
)

// another is a member of an object behind those that are remembered.
func (s *scanner) another(of *member) *member {
	next := new(member)
	if len(of.members) < membersLimit && s.shapes < shapesLimit {
		s.shapes++
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

// matches tells whether the line goes on with the member's name. A name near the
// line's end is read instead.
func (m *member) matches(rest []byte) bool {
	length := len(m.name)
	if length == 0 || len(rest) < max(length, 8) || binary.LittleEndian.Uint64(rest)&m.mask != m.first {
		return false
	}
	return length <= 8 || binary.LittleEndian.Uint64(rest[length-8:]) == m.last && (length <= 16 || string(rest[:length]) == m.name)
}
