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

// member is the member of an object at an index.
func (s *scanner) member(of *member, index int) *member {
	if index < len(of.members) {
		return of.members[index]
	}
	next := new(member)
	if index < membersLimit && s.shapes < shapesLimit {
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
func (m *member) matches(line []byte, at int) bool {
	end := at + len(m.name)
	if len(m.name) < 8 || end > len(line) {
		return m.name != "" && end <= len(line) && string(line[at:end]) == m.name
	}
	return binary.LittleEndian.Uint64(line[at:]) == m.ends[0] && binary.LittleEndian.Uint64(line[end-8:]) == m.ends[1] &&
		(len(m.name) <= 16 || string(line[at:end]) == m.name)
}
