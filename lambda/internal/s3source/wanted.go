package s3source

import "tally/lambda/expression"

// node is a field that is wanted, or that wanted fields lie in.
type node struct {
	slot     int // of the row; -1 if only what lies in it is wanted
	names    []string
	children []*node
}

// newNode is the root of paths; their indexes are the slots.
func newNode(paths [][]string) *node {
	root := &node{slot: -1}
	for slot, path := range paths {
		at := root
		for _, name := range path {
			next := at.child([]byte(name))
			if next == nil {
				next = &node{slot: -1}
				at.names, at.children = append(at.names, name), append(at.children, next)
			}
			at = next
		}
		at.slot = slot
	}
	return root
}

func (n *node) child(name []byte) *node {
	if n == nil {
		return nil
	}
	for i, known := range n.names {
		if known == string(name) {
			return n.children[i]
		}
	}
	return nil
}

// clear makes the fields of n and below it nil; of nothing, none.
func (n *node) clear(fields []expression.Field) {
	if n == nil {
		return
	}
	if n.slot >= 0 {
		fields[n.slot] = expression.Field{}
	}
	for _, child := range n.children {
		child.clear(fields)
	}
}
