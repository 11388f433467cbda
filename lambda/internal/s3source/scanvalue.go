package s3source

import "tally/lambda/expression"

// value reads a value and, if it is wanted, sets its field. The last one of a name
// that comes twice holds.
func (s *scanner) value(line []byte, at int, of *member, depth int) int {
	if at = blanks(line, at); at == len(line) {
		return s.fail(at)
	}
	wanted := of.wanted
	if wanted != nil && len(wanted.children) > 0 { // its own field is set below
		wanted.clear(s.fields)
	}
	start, escapes, kind := at, s.escapes, expression.Composite
	switch line[at] {
	case '"':
		at, kind = s.text(line, at), expression.Text
	case '{':
		at = s.composite(line, at, of, '}', depth+1)
	case '[':
		at = s.composite(line, at, of, ']', depth+1)
	case 't':
		at, kind = s.word(line, at, "true"), expression.True
	case 'f':
		at, kind = s.word(line, at, "false"), expression.False
	case 'n':
		at, kind = s.word(line, at, "null"), expression.Nil
	default:
		at, kind = s.number(line, at), expression.Number
	}
	if at >= 0 && wanted != nil && wanted.slot >= 0 {
		field := expression.Field{Type: kind}
		switch kind {
		case expression.Text:
			field.Text = view(unquote(line[start:at], s.escapes != escapes))
		case expression.Number, expression.Composite:
			field.Text = view(line[start:at])
		}
		s.fields[wanted.slot] = field
		s.met.add(wanted.slot, kind)
	}
	return at
}

func (s *scanner) word(line []byte, at int, word string) int {
	if len(line)-at < len(word) || string(line[at:at+len(word)]) != word {
		return s.fail(at)
	}
	return at + len(word)
}
