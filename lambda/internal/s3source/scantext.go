package s3source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Eight bytes at a time: ones has a 1 in each, and highs the top bit.
const (
	ones  = 0x0101010101010101
	highs = ones << 7
)

// text reads a text, from its quote on.
func (s *scanner) text(line []byte, at int) int {
	at++
	for {
		for at+8 <= len(line) {
			eight := binary.LittleEndian.Uint64(line[at:])
			quote, backslash := eight^(ones*'"'), eight^(ones*'\\')
			// The lowest top bit that stands marks a quote or a backslash; those above it
			// may be wrong.
			found := ((quote - ones) | (backslash - ones)) &^ eight & highs
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
			return at + 1
		case character == '\\':
			s.escapes++
			if at = s.escape(line, at+1); at < 0 {
				return -1
			}
		default:
			at++
		}
	}
}

// escape reads what follows the backslash of an escape.
func (s *scanner) escape(line []byte, at int) int {
	if at >= len(line) {
		return s.fail(at)
	}
	switch line[at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return at + 1
	case 'u':
		for range 4 {
			if at++; at >= len(line) || !isHex(line[at]) {
				return s.fail(at)
			}
		}
		return at + 1
	}
	return s.fail(at)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
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

// isPlain tells whether there is nothing but ASCII without control characters, so
// that no text needs another look. The end of the line is looked at by character.
func isPlain(line []byte) bool {
	for len(line) >= 8 {
		eight := binary.LittleEndian.Uint64(line)
		if (eight|(eight-ones*' '))&highs != 0 {
			return false
		}
		line = line[8:]
	}
	for _, character := range bytes.TrimRight(line, "\r\n") {
		if character < ' ' || character >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasControls tells whether there are control characters before the end of the line.
func hasControls(line []byte) bool {
	for _, character := range bytes.TrimRight(line, "\r\n") {
		if character < ' ' {
			return true
		}
	}
	return false
}
