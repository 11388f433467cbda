package s3source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"tally/lambda/internal/jsonscan"
)

var (
	errTooLong = fmt.Errorf("the record is longer than %d MB", longest>>20)
	byteOrder  = []byte("\ufeff") // some programs write it first
)

// jsonLines counts an object of JSON on each line. Empty lines are none.
func (r *reader) jsonLines(key string) error {
	for number := 1; ; number++ {
		line, err := r.line()
		if err != nil && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, errTooLong) {
			return &badInput{url: r.url(key), line: number, err: err}
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, byteOrder)
		}
		if err == nil {
			if jsonscan.IsBlank(line) {
				continue
			}
			if err = r.scanner.Scan(line); err == nil {
				if r.near.seen < nearbyLimit {
					r.near.look(line, r.scanner.Seen, r.expressions.Set.Fields())
				}
				err = r.count()
			}
			if err == nil {
				continue
			}
		}
		if err := r.settle(r.evaluator, key, number, err); err != nil {
			return err
		}
	}
}

// line is the next line, which is good until the next call. It is errTooLong for a
// line that is read and dropped, io.EOF behind the last one, and else what is wrong
// with the object.
func (r *reader) line() ([]byte, error) {
	line, err := r.buffer.ReadSlice('\n')
	if err == nil {
		return line, nil
	}
	r.long = r.long[:0]
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(r.long)+len(line) > longest {
			return nil, r.drop()
		}
		r.long = append(r.long, line...)
		line, err = r.buffer.ReadSlice('\n')
	}
	switch {
	case err != nil && err != io.EOF:
		return nil, err
	case len(r.long)+len(line) > longest:
		return nil, errTooLong
	case len(r.long) > 0:
		return append(r.long, line...), nil
	case len(line) == 0:
		return nil, io.EOF
	}
	return line, nil
}

// drop reads to the end of a line that is too long.
func (r *reader) drop() error {
	for {
		_, err := r.buffer.ReadSlice('\n')
		switch {
		case err == nil || err == io.EOF:
			return errTooLong
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}
