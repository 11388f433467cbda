package jsonscan

// object reads an object: names, each with a value.
func (s *Scanner) object(line []byte, at int, of *member, depth int) int {
	at, empty := s.open(line, at, '}', depth)
	if empty {
		return at
	}
	for i := 0; ; i++ {
		var next *member
		if i < len(of.members) {
			next = of.members[i]
		} else {
			next = s.another(of)
		}
		if next.matches(line[at:]) {
			at += len(next.name)
		} else if at = s.name(line, at, of, next); at < 0 {
			return -1
		}
		switch { // most values are texts and numbers that nobody wants
		case at == len(line) || next.wanted != nil:
			at = s.value(line, at, next, depth)
		case line[at] == '"':
			at = s.text(line, at)
		case line[at]-'0' <= 9:
			at = s.number(line, at)
		default:
			at = s.value(line, at, next, depth)
		}
		if at < 0 {
			return -1
		}
		switch { // as comma does, sooner
		case at < len(line) && line[at] == ',':
			at = blanks(line, at+1)
			continue
		case at < len(line) && line[at] == '}':
			return at + 1
		}
		var ends bool
		if at, ends = s.comma(line, at, '}'); ends {
			return at
		}
	}
}

// array reads an array. Nothing in it is wanted by itself.
func (s *Scanner) array(line []byte, at int, of *member, depth int) int {
	at, empty := s.open(line, at, ']', depth)
	if empty {
		return at
	}
	if of.elements == nil {
		of.elements = new(member)
	}
	for {
		if at < len(line) && line[at] == '"' { // as value does, sooner
			at = s.text(line, at)
		} else {
			at = s.value(line, at, of.elements, depth)
		}
		if at < 0 {
			return -1
		}
		if at < len(line) && line[at] == ']' { // as comma does, sooner
			return at + 1
		}
		var ends bool
		if at, ends = s.comma(line, at, ']'); ends {
			return at
		}
	}
}

// open reads the bracket that begins an object or an array, and the one that ends it if
// it is empty. It also returns true for an error.
func (s *Scanner) open(line []byte, at int, closing byte, depth int) (end int, empty bool) {
	if depth > deepest {
		s.why = errDeep
		return s.fail(at), true
	}
	if at = blanks(line, at+1); at < len(line) && line[at] == closing {
		return at + 1, true
	}
	return at, false
}

// comma reads what follows an element: a comma, or the bracket that ends the object or
// the array. It also returns true for an error.
func (s *Scanner) comma(line []byte, at int, closing byte) (end int, ends bool) {
	at = blanks(line, at)
	switch {
	case at == len(line):
	case line[at] == ',':
		return blanks(line, at+1), false
	case line[at] == closing:
		return at + 1, true
	}
	return s.fail(at), true
}

// name reads a name and its colon, and keeps them in the table.
func (s *Scanner) name(line []byte, at int, of, into *member) int {
	start, escapes := at, s.escapes
	if at == len(line) || line[at] != '"' {
		return s.fail(at)
	}
	if at = s.text(line, at); at < 0 {
		return -1
	}
	into.wanted = of.wanted.child(unquote(line[start:at], s.escapes != escapes))
	end := at
	if at = blanks(line, at); at == len(line) || line[at] != ':' {
		return s.fail(at)
	}
	if end == at {
		into.remember(line[start : at+1])
	} else {
		into.name = ""
	}
	return at + 1
}

// value reads a value and, if it is wanted, keeps it. Of a name that comes twice the last
// value holds.
func (s *Scanner) value(line []byte, at int, of *member, depth int) int {
	if at = blanks(line, at); at == len(line) {
		return s.fail(at)
	}
	wanted := of.wanted
	if wanted != nil && len(wanted.children) > 0 {
		wanted.clear(s.Values)
	}
	start, escapes, kind := at, s.escapes, Composite
	switch line[at] {
	case '"':
		at, kind = s.text(line, at), Text
	case '{':
		at = s.object(line, at, of, depth+1)
	case '[':
		at = s.array(line, at, of, depth+1)
	case 't':
		at, kind = s.word(line, at, "true"), True
	case 'f':
		at, kind = s.word(line, at, "false"), False
	case 'n':
		at, kind = s.word(line, at, "null"), Nil
	default:
		at, kind = s.number(line, at), Number
	}
	if at < 0 || wanted == nil || wanted.index < 0 {
		return at
	}
	value := Value{Type: kind}
	switch kind {
	case Text:
		value.Text = view(unquote(line[start:at], s.escapes != escapes))
	case Number, Composite:
		value.Text = view(line[start:at])
	}
	s.Values[wanted.index] = value
	s.Seen[wanted.index].Add(kind)
	return at
}

func (s *Scanner) word(line []byte, at int, word string) int {
	if end := min(len(line)-at, len(word)); end < len(word) || string(line[at:at+end]) != word {
		if string(line[at:at+end]) == word[:end] {
			at = len(line) // it breaks off
		}
		return s.fail(at)
	}
	return at + len(word)
}
