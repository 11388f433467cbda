package jsonscan

// field is a field that is wanted, or one in which wanted fields lie.
type field struct {
	index    int // in Scanner.Values; -1 if only fields in it are wanted
	names    []string
	children []*field // by the same index as names
}

// newTree returns the root of wanted fields. A field's index is that of its path.
func newTree(paths [][]string) *field {
	root := &field{index: -1}
	for index, path := range paths {
		at := root
		for _, name := range path {
			next := at.child([]byte(name))
			if next == nil {
				next = &field{index: -1}
				at.names, at.children = append(at.names, name), append(at.children, next)
			}
			at = next
		}
		at.index = index
	}
	return root
}

// child returns the field of that name in f; nil if nobody wants it.
func (f *field) child(name []byte) *field {
	if f == nil {
		return nil
	}
	for i, known := range f.names {
		if known == string(name) {
			return f.children[i]
		}
	}
	return nil
}

// clear makes the values of f, and of the fields in it, nil.
func (f *field) clear(values []Value) {
	if f.index >= 0 {
		values[f.index] = Value{}
	}
	for _, child := range f.children {
		child.clear(values)
	}
}
