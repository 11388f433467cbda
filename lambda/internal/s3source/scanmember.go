package s3source

import "encoding/binary"

// member is what a place in a line held last.
type member struct {
	name     string    // with quotes and colon; empty if it must be read
	ends     [2]uint64 // its first and last eight characters
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
	m.name = string(name)
	if last := len(name) - 8; last >= 0 {
		m.ends = [2]uint64{binary.LittleEndian.Uint64(name), binary.LittleEndian.Uint64(name[last:])}
	}
}

// matches tells whether the line goes on with the member's name.
func (m *member) matches(rest []byte) bool {
	length := len(m.name)
	if length < 8 || length > len(rest) {
		return m.name != "" && length <= len(rest) && string(rest[:length]) == m.name
	}
	rest = rest[:length]
	return binary.LittleEndian.Uint64(rest) == m.ends[0] && binary.LittleEndian.Uint64(rest[length-8:]) == m.ends[1] &&
		(length <= 16 || string(rest) == m.name)
}
