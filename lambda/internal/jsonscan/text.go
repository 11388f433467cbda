package jsonscan

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A text is read eight bytes at a time: ones has a 1 in each byte, highs the top bit.
const (
	ones  = 0x0101010101010101
	highs = ones << 7
)

// text reads a text with its quotes.
func (s *Scanner) text(line []byte, at int) int {
	at++
	start := at
	var high uint64
	for {
		for at+8 <= len(line) {
			eight := binary.LittleEndian.Uint64(line[at:])
			// Subtracting sets the top bit of each byte that is a control character, a quote
			// (which the second bit turned over puts next to them) or a backslash. Only the
			// lowest bit is sure: a borrow may set those above it.
			ends, backslash := eight^(ones*2), eight^(ones*'\\')
			found := ((ends - ones*0x21) | (backslash - ones)) &^ eight & highs
			high |= eight
			if found != 0 {
				at += bits.TrailingZeros64(found) / 8
				break
			}
			at += 8
		}
		if at >= len(line) {
			return s.fail(at)
		}
		switch character := line[at]; {
		case character == '"':
			if high&highs != 0 && !utf8.Valid(line[start:at]) {
				s.why = ErrNotUTF8
				return s.fail(at)
			}
			return at + 1
		case character == '\\':
			s.escapes++
			if at = s.escape(line, at+1); at < 0 {
				return -1
			}
		case character < ' ':
			s.why = errControl
			return s.fail(at)
		default: // near the end of the line
			high |= uint64(character)
			at++
		}
	}
}

// escape reads what follows the backslash of an escape.
func (s *Scanner) escape(line []byte, at int) int {
	switch {
	case at >= len(line) || strings.IndexByte(`"\/bfnrtu`, line[at]) < 0:
		return s.fail(at)
	case line[at] == 'u':
		for range 4 {
			if at++; at >= len(line) || strings.IndexByte("0123456789abcdefABCDEF", line[at]) < 0 {
				return s.fail(at)
			}
		}
	}
	return at + 1
}

// number reads a number.
func (s *Scanner) number(line []byte, at int) int {
	if at < len(line) && line[at] == '-' {
		at++
	}
	whole := at
	if at = digits(line, at); at == whole || line[whole] == '0' && at > whole+1 {
		return s.fail(whole)
	}
	if at < len(line) && line[at] == '.' {
		fraction := at + 1
		if at = digits(line, fraction); at == fraction {
			return s.fail(at)
		}
	}
	if at < len(line) && line[at]|0x20 == 'e' {
		if at++; at < len(line) && (line[at] == '+' || line[at] == '-') {
			at++
		}
		exponent := at
		if at = digits(line, exponent); at == exponent {
			return s.fail(at)
		}
	}
	return at
}

// digits returns where digits end.
func digits(line []byte, at int) int {
	for at < len(line) && line[at]-'0' <= 9 {
		at++
	}
	return at
}

// unquote returns what a valid text of JSON says.
func unquote(quoted []byte, escaped bool) []byte {
	if !escaped {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal(quoted, &text)
	return []byte(text)
}

// view returns bytes as a text that shares their memory.
func view(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }
