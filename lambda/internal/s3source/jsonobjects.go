package s3source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"tally/lambda/internal/jsonscan"
)

// jsonObjects counts objects of JSON that follow each other, with or without ends of lines
// between and in them. What is no object ends with its line; if that line held objects before,
// nobody knows how many are lost, and all of the object is unreadable.
func (r *reader) jsonObjects() error {
	in := &r.stream
	for !in.ends() && !r.full() {
		length, err := r.jsonObject("{ \t\r\n")
		switch {
		case err == nil:
			err = r.settle(in.line, r.count())
			in.use(length)
		case in.failed() != nil || r.brokeOff(err):
			return r.ended()
		case !in.onNewLine:
			return r.bad(in.line(), err)
		default:
			overLines := r.overLines(err)
			err = r.settle(in.line, err)
			in.skipLine()
			for overLines && (len(in.rest()) > 0 || in.more()) && in.rest()[0] != '{' {
				in.skipLine() // it is indented, as what lies in an object over lines is
			}
		}
		if err != nil {
			return err
		}
	}
	return r.ended()
}

// jsonObject reads the object of JSON that begins here, and returns its length. One of the bytes
// in mayFollow must follow it, or nothing.
func (r *reader) jsonObject(mayFollow string) (length int, err error) {
	in := &r.stream
	for {
		text := in.rest()
		end, err := r.scanner.Object(text)
		if (err == nil && end == len(text) || err != nil && r.scanner.MayGoOn(text)) && in.more() {
			continue // it is read again, now that there is more
		}
		switch {
		case err == nil && end > longest, err != nil && len(text) > longest && r.scanner.MayGoOn(text):
			return 0, errTooLong
		case err == nil && end < len(text) && strings.IndexByte(mayFollow, text[end]) < 0:
			return 0, fmt.Errorf("is no JSON at byte %d", end+1)
		case err == nil:
			if r.near.seen < nearbyLimit {
				r.near.look(text[:end], r.scanner.Seen, r.expressions.Set.Fields())
			}
			return end, nil
		}
		if r.overLines(err) {
			err = jsonscan.ErrBreaksOff // the next lines do not continue it
		}
		return 0, err
	}
}

// overLines tells whether the object that an error is about goes on after its first line.
func (r *reader) overLines(err error) bool {
	first := bytes.IndexByte(r.stream.rest(), '\n')
	return first >= 0 && (errors.Is(err, errTooLong) || r.scanner.Wrong() > first)
}

// ended is what is wrong with an object of S3 that was read as far as it could be.
func (r *reader) ended() error {
	if err := r.stream.failed(); err != nil {
		return r.bad(r.stream.line(), err)
	}
	return nil
}

// brokeOff tells whether an error may come from the end of a sample.
func (r *reader) brokeOff(err error) bool {
	return r.sampled && r.stream.whole() && errors.Is(err, jsonscan.ErrBreaksOff)
}
