package s3source

import (
	"errors"
	"io"
	"strings"
	"unsafe"
)

// view returns bytes as a text that shares their memory.
func view(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }

// unquoted reads a record from each line, without quotes.
func (r *reader) unquoted(delimiter string) func() ([]string, int, error) {
	var record []string
	number := 0
	return func() ([]string, int, error) {
		for {
			number++
			line, err := r.line()
			switch {
			case errors.Is(err, io.EOF):
				return nil, 0, err
			case errors.Is(err, errTooLong):
				return nil, number, err
			case err != nil:
				return nil, number, &unreadable{err}
			}
			text := strings.TrimSuffix(strings.TrimSuffix(view(line), "\n"), "\r")
			if text == "" {
				continue
			}
			record = record[:0]
			for field := range strings.SplitSeq(text, delimiter) {
				record = append(record, field)
			}
			return record, number, nil
		}
	}
}
