package s3source

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// Eight bytes at a time: ones has a 1 in each, and highs the top bit.
const (
	ones  = 0x0101010101010101
	highs = ones << 7
)

// text reads a text, from its quote on.
func (s *scanner) text(line []byte, at int) int {
	at++
	start := at
	var high uint64
	for {
		for at+8 <= len(line) {
			eight := binary.LittleEndian.Uint64(line[at:])
			// With the second bit turned, a quote comes next to the control characters. The
			// lowest top bit that stands marks one of them or a backslash; those above it may
			// be wrong.
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
				s.why = errNotUTF8
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
func (s *scanner) escape(line []byte, at int) int {
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
func (s *scanner) number(line []byte, at int) int {
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

// digits is where digits end.
func digits(line []byte, at int) int {
	for at < len(line) && line[at]-'0' <= 9 {
		at++
	}
	return at
}

// unquote is what a valid text of JSON says.
func unquote(quoted []byte, escaped bool) []byte {
	if !escaped {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal(quoted, &text)
	return []byte(text)
}

// view is bytes as text, without a copy.
func view(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }
