package s3source

import (
	"bytes"
	"encoding/binary"
	"io"
)

// watched is the plain content of an object. It ends a record of CSV that is too long
// before it fills the memory, and notes whether there is more than ASCII.
type watched struct {
	from   io.Reader
	csv    bool
	quoted bool // records end where their quotes do, which may be nowhere
	got    int  // since it was set to zero, before each record of quoted
	beyond bool
	last   byte // that is no end of a line
}

func (w *watched) Read(into []byte) (int, error) {
	if !w.csv {
		return w.from.Read(into)
	}
	if w.quoted && w.got > longest {
		return 0, errTooLong
	}
	n, err := w.from.Read(into)
	w.got += n
	w.beyond = w.beyond || isBeyond(into[:n])
	if text := bytes.TrimRight(into[:n], "\r\n"); len(text) > 0 {
		w.last = text[len(text)-1]
	}
	return n, err
}

// isBeyond tells whether there is more than ASCII.
func isBeyond(text []byte) bool {
	var seen uint64
	for ; len(text) >= 8; text = text[8:] {
		seen |= binary.LittleEndian.Uint64(text)
	}
	for _, character := range text {
		seen |= uint64(character)
	}
	return seen&0x8080808080808080 != 0
}
