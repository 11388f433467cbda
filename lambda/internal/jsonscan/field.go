package jsonscan

// field is a field that is wanted, or one in which wanted fields lie.
type field struct {
	name     string // in the field that it lies in
	index    int    // in Scanner.Values; -1 if only fields in it are wanted
	children []*field
}

// newTree returns the root of wanted fields. A field's index is that of its path.
func newTree(paths [][]string) *field {
	root := &field{index: -1}
	for index, path := range paths {
		at := root
		for _, name := range path {
			next := at.child([]byte(name))
			if next == nil {
				next = &field{name: name, index: -1}
				at.children = append(at.children, next)
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
	for _, child := range f.children {
		if child.name == string(name) {
			return child
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
