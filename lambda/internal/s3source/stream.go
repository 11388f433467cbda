package s3source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"tally/lambda/internal/jsonscan"
)

// How much is read at a time, and how long a record may be.
const (
	bufferSize = 256 << 10
	longest    = 4 << 20
)

var (
	errTooLong = fmt.Errorf("the record is longer than %d MB", longest>>20)
	byteOrder  = []byte("\ufeff") // some programs write it first
	lineEnd    = []byte("\n")
)

// stream is the plain content of an object, of which a part is in memory.
type stream struct {
	from        io.Reader
	text        []byte // what was read and is in memory
	at          int    // what of it was used
	err         error  // why there is no more; io.EOF after the last byte
	hasNonASCII bool   // there was more than ASCII

	// lines are the ends of lines before counted, an index of text.
	lines, counted int
	// onNewLine tells whether only blanks stand before rest on its line.
	onNewLine bool
}

func (s *stream) reset(from io.Reader) {
	if s.text == nil {
		s.text = make([]byte, 0, bufferSize)
	}
	*s = stream{from: from, text: s.text[:0], onNewLine: true}
	s.more()
	if bytes.HasPrefix(s.rest(), byteOrder) {
		s.at = len(byteOrder)
	}
}

// rest is what is in memory and was not used. It is good until more is called.
func (s *stream) rest() []byte { return s.text[s.at:] }

// line is the number of the line, from 1, on which rest begins.
func (s *stream) line() int {
	s.lines += bytes.Count(s.text[s.counted:s.at], lineEnd)
	s.counted = s.at
	return s.lines + 1
}

// more reads on, so that rest gets longer: twice as long while it is short, if there is as
// much. False means that there is no more, or that rest is longer than a record may be.
func (s *stream) more() bool {
	rest := len(s.rest())
	if s.err != nil || rest > longest {
		return false
	}
	s.line()
	size := cap(s.text)
	if rest > size/2 {
		size = min(2*size, longest+bufferSize)
	}
	into := s.text[:cap(s.text)]
	if size > cap(s.text) {
		into = make([]byte, size)
	}
	copy(into, s.rest())
	s.at, s.counted = 0, 0
	end := rest
	for end < len(into) && s.err == nil {
		var read int
		read, s.err = s.from.Read(into[end:])
		end += read
	}
	s.text = into[:end]
	s.hasNonASCII = s.hasNonASCII || isNonASCII(s.text[rest:])
	return end > rest
}

// ends tells whether nothing but blanks of JSON is left, which it skips.
func (s *stream) ends() bool {
	for {
		skipped := jsonscan.Blanks(s.rest())
		s.onNewLine = s.onNewLine || bytes.IndexByte(s.rest()[:skipped], '\n') >= 0
		if s.at += skipped; s.at < len(s.text) {
			return false
		}
		if !s.more() {
			return true
		}
	}
}

// whole tells whether rest is all that is left.
func (s *stream) whole() bool { return errors.Is(s.err, io.EOF) }

// failed is what is wrong with the object itself; nil after its last byte.
func (s *stream) failed() error {
	if s.whole() {
		return nil
	}
	return s.err
}

// use skips length bytes, of which one or more are not blank.
func (s *stream) use(length int) {
	s.at += length
	s.onNewLine = false
}

// skipLine goes to the next line, however long this one is.
func (s *stream) skipLine() {
	s.onNewLine = true
	for {
		if end := bytes.IndexByte(s.rest(), '\n'); end >= 0 {
			s.at += end + 1
			return
		}
		s.at = len(s.text)
		if !s.more() {
			return
		}
	}
}

// isNonASCII tells whether there is more than ASCII.
func isNonASCII(text []byte) bool {
	var seen uint64
	for ; len(text) >= 8; text = text[8:] {
		seen |= binary.LittleEndian.Uint64(text)
	}
	for _, character := range text {
		seen |= uint64(character)
	}
	return seen&0x8080808080808080 != 0
}
