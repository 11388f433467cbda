package s3source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"unicode/utf8"
	"unsafe"

	"tally/lambda/job"
	"tally/lambda/pattern"
)

// splitter splits delimited text into records and fields: CSV (RFC 4180), and logs whose
// fields blanks separate. encoding/csv takes four times as long, and does not keep the line
// ends in fields as they are.
type splitter struct {
	delimiter     []byte
	quotes        job.Quotes
	blanks        bool // separate fields, any number of them; [ and ] quote, too, and \ escapes
	lastRawQuoted int  // the index of the last field in quotes, if nobody escapes quotes in them
	comment       byte // begins lines that are none; 0 is none

	fields []string
}

func newSplitter(layout job.RecordLayout) *splitter {
	s := &splitter{delimiter: utf8.AppendRune(nil, layout.CSV.Comma()), quotes: layout.CSV.Quotes}
	s.blanks, s.lastRawQuoted = string(s.delimiter) == " ", layout.LastRawQuoted
	if layout.CSV.Comment != "" {
		s.comment = layout.CSV.Comment[0]
	}
	return s
}

// errMore means that a record may not end where the text does.
var errMore = errors.New("the record goes on")

// unreadable is an error after which no record can be read.
type unreadable struct{ error }

func (u *unreadable) Unwrap() error { return u.error }

// byLines tells whether a record is always a line.
func (s *splitter) byLines() bool { return s.blanks || s.quotes == job.QuotesNone }

// view returns bytes as a text that shares their memory.
func view(bytes []byte) string { return unsafe.String(unsafe.SliceData(bytes), len(bytes)) }

// record splits the record that a text begins with, and returns its length. It has no fields
// if the line is empty or a comment. The fields share the memory of text, and are good until
// the next call. Whole says that text is all that there is.
func (s *splitter) record(text []byte, whole bool) (fields []string, length int, err error) {
	s.fields = s.fields[:0]
	end := bytes.IndexByte(text, '\n')
	if length = end + 1; end < 0 {
		if !whole {
			return nil, 0, errMore
		}
		end, length = len(text), len(text)
	}
	line := bytes.TrimSuffix(text[:end], []byte("\r"))
	switch {
	case len(line) == 0 || s.comment != 0 && line[0] == s.comment:
		return nil, length, nil
	case s.blanks:
		return s.words(line), length, nil
	case s.quotes == job.QuotesNone || bytes.IndexByte(line, '"') < 0:
		return s.plain(line), length, nil
	}
	return s.quoted(text, whole)
}

// plain splits a line without quotes.
func (s *splitter) plain(line []byte) []string {
	for field := range strings.SplitSeq(view(line), view(s.delimiter)) {
		s.fields = append(s.fields, field)
	}
	return s.fields
}

// words splits a line at blanks. A field in quotes, or in brackets as the time of Apache's
// and S3's logs, ends where its closing one stands before a blank.
func (s *splitter) words(line []byte) []string {
	for {
		line = bytes.TrimLeft(line, " ")
		if len(line) == 0 {
			return s.fields
		}
		var end int
		closing := closings[line[0]]
		switch {
		case closing == '"' && s.lastRawQuoted > 0:
			end = s.endOfRawQuoted(line)
		case closing == ']', closing != 0 && s.quotes != job.QuotesNone:
			end = closed(line, closing)
		}
		if end > 0 {
			s.fields = append(s.fields, unescape(line[1:end]))
			line = line[end+1:]
			continue
		}
		if end = bytes.IndexByte(line, ' '); end < 0 {
			end = len(line)
		}
		s.fields = append(s.fields, view(line[:end]))
		line = line[end:]
	}
}

var closings = [256]byte{'"': '"', '[': ']'}

// closed is where a field ends that an opening quote or bracket begins; 0 if nothing ends it.
func closed(line []byte, closing byte) int {
	for at := 1; ; at++ {
		next := bytes.IndexByte(line[at:], closing)
		if next < 0 {
			return 0
		}
		at += next
		if (at+1 == len(line) || line[at+1] == ' ') && (closing == ']' || !escaped(line[1:at])) {
			return at
		}
	}
}

// escaped tells whether a backslash, itself not escaped, stands at the end.
func escaped(before []byte) bool {
	return (len(before)-len(bytes.TrimRight(before, `\`)))%2 == 1
}

// followsQuoted matches what follows a field in quotes of S3's logs: a status, nothing, or the
// next field in quotes.
var followsQuoted = pattern.New(`^ (\d{3} |- |")`)

// endOfRawQuoted is where a field in quotes ends that may hold quotes: the last one at the last
// quote, the others where what follows is right.
func (s *splitter) endOfRawQuoted(line []byte) int {
	if len(s.fields) == s.lastRawQuoted {
		return bytes.LastIndexByte(line, '"')
	}
	for at := 1; ; at++ {
		next := bytes.IndexByte(line[at:], '"')
		if next < 0 {
			return 0
		}
		if at += next; followsQuoted.Regexp().Match(line[at+1:]) {
			return at
		}
	}
}

var backslashes = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

func unescape(field []byte) string {
	if bytes.IndexByte(field, '\\') < 0 {
		return view(field)
	}
	return backslashes.Replace(string(field))
}

// quoted splits a record that has a quote in its first line.
func (s *splitter) quoted(text []byte, whole bool) (fields []string, length int, err error) {
	lenient := s.quotes == job.QuotesLenient
	for at := 0; ; {
		var field string
		if at < len(text) && text[at] == '"' {
			if field, at, err = quotedField(text, at+1, s.delimiter, lenient, whole); err != nil {
				return nil, 0, err
			}
		} else {
			rest := text[at:]
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				if !whole {
					return nil, 0, errMore
				}
				end = len(rest)
			}
			if found := bytes.Index(rest[:end], s.delimiter); found >= 0 {
				end = found
			}
			if !lenient && bytes.IndexByte(rest[:end], '"') >= 0 {
				return nil, 0, inRecord(text[:at], csv.ErrBareQuote)
			}
			at += end
			if field = view(rest[:end]); at == len(text) || text[at] == '\n' {
				field = strings.TrimSuffix(field, "\r")
			}
		}
		s.fields = append(s.fields, field)
		switch {
		case at == len(text):
			return s.fields, at, nil
		case bytes.HasPrefix(text[at:], s.delimiter):
			at += len(s.delimiter)
		default: // the end of the line
			return s.fields, at + bytes.IndexByte(text[at:], '\n') + 1, nil
		}
	}
}

// quotedField reads a field after its opening quote. At is where the delimiter stands, or
// the end of the line.
func quotedField(text []byte, begin int, delimiter []byte, lenient, whole bool) (field string, at int, err error) {
	var said []byte // of a field in which a quote stands for two
	for from, at := begin, begin; ; {
		next := bytes.IndexByte(text[at:], '"')
		switch {
		case !whole && (next < 0 || at+next+1+utf8.UTFMax > len(text)):
			return "", 0, errMore
		case next < 0 && (!lenient || bytes.IndexByte(text[begin:], '\n') >= 0):
			return "", 0, &unreadable{csv.ErrQuote} // records may be lost in a quote that nothing closes
		case next < 0:
			return string(append(said, text[from:]...)), len(text), nil
		}
		quote := at + next
		after := text[quote+1:]
		switch {
		case len(after) > 0 && after[0] == '"':
			said = append(said, text[from:quote+1]...)
			from, at = quote+2, quote+2
			continue
		case len(after) == 0, bytes.HasPrefix(after, delimiter), after[0] == '\n', bytes.HasPrefix(after, []byte("\r\n")), string(after) == "\r":
			at = quote + 1
			if string(after) == "\r" {
				at++
			}
			if said == nil {
				return view(text[from:quote]), at, nil
			}
			return string(append(said, text[from:quote]...)), at, nil
		case !lenient:
			return "", 0, inRecord(text[:quote], csv.ErrQuote)
		}
		at = quote + 1 // a quote in the field
	}
}

// inRecord is an error about a record that was read so far. One that is not in its first line
// is the end of all.
func inRecord(read []byte, err error) error {
	if bytes.IndexByte(read, '\n') >= 0 {
		return &unreadable{err}
	}
	return err
}
