package s3source

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
	"tally/lambda/internal/jsonscan"
)

// jsonLists counts the elements of lists: each the one at the path in a text of JSON, or the
// text itself. Without a path, objects may stand there instead. A text that is no JSON makes
// all of the object unreadable: nobody knows where its next record begins.
func (r *reader) jsonLists(path []string) error {
	in := &r.stream
	list := listReader{reader: r}
	for !in.ends() && !r.full() {
		var err error
		if len(path) == 0 && in.rest()[0] != '[' {
			err = list.record("{[ \t\r\n")
		} else {
			err = list.value(path)
		}
		switch {
		case err == nil:
			continue
		case errors.As(err, new(*badInput)), errors.As(err, new(*count.Failure)):
			return err
		case in.failed() != nil || r.brokeOff(err):
			return r.ended()
		}
		return r.bad(-list.number, err)
	}
	return r.ended()
}

// listReader reads lists of records. Its methods begin where rest begins, and consume what they
// read. An error is about the text, but for those of settle.
type listReader struct {
	*reader
	number int // of records
}

// value reads a value of JSON in which the list is at a path.
func (l *listReader) value(path []string) error {
	if len(path) == 0 {
		return l.sequence('[', ']', func() error { return l.record(" \t\r\n,]") })
	}
	found, names := false, []string(nil)
	err := l.sequence('{', '}', func() error {
		name, err := l.name()
		switch {
		case err != nil:
			return err
		case name == path[0] && !found:
			found = true
			return l.value(path[1:])
		case len(names) < maxNames:
			names = append(names, name)
		}
		return l.skipLong()
	})
	if err == nil && !found && len(names) > 0 && !l.full() {
		err = fmt.Errorf("there is no list %q; there are %s", strings.Join(path, "."), strings.Join(names, ", "))
		return &fault{err, damagedObject, []any{noList{}}}
	}
	return err
}

// maxNames is how many names an error lists.
const maxNames = 10

// skipLong reads a value that nobody wants, also where it is longer than a record may be.
func (l *listReader) skipLong() error {
	_, err := l.skip()
	if !errors.Is(err, errTooLong) {
		return err
	}
	switch l.stream.rest()[0] {
	case '[':
		return l.sequence('[', ']', l.skipLong)
	case '{':
		return l.sequence('{', '}', func() error {
			if _, err := l.name(); err != nil {
				return err
			}
			return l.skipLong()
		})
	}
	return err
}

// sequence reads a list or an object, with a function for what stands between its commas.
func (l *listReader) sequence(opening, closing byte, each func() error) error {
	next, err := l.next()
	if err == nil && next != opening {
		if next == 'n' { // null is a list without elements
			_, err := l.skip()
			return err
		}
		return fmt.Errorf("a value that should begin with %c begins with %c", opening, next)
	}
	for empty := true; err == nil; empty = false {
		l.stream.at++ // after the opening, or a comma
		if next, err = l.next(); err != nil || empty && next == closing {
			break
		}
		if err = each(); err != nil || l.full() {
			return err
		}
		if next, err = l.next(); err != nil || next == closing {
			break
		}
		if next != ',' {
			return fmt.Errorf("there is %c where a comma or %c should be", next, closing)
		}
	}
	if err == nil {
		l.stream.at++
	}
	return err
}

// record counts an object, which one of the bytes in mayFollow must follow.
func (l *listReader) record(mayFollow string) error {
	l.number++
	settle := func(err error) error { return l.settle(func() int { return -l.number }, err) }
	if l.stream.rest()[0] != '{' {
		if _, err := l.skip(); err != nil {
			return err
		}
		return settle(errors.New("is no object of JSON"))
	}
	length, err := l.jsonObject(mayFollow)
	if err != nil {
		return err
	}
	err = settle(l.count())
	l.stream.use(length)
	return err
}

// name reads the name of a member, and its colon.
func (l *listReader) name() (name string, err error) {
	quoted, err := l.skip()
	if err == nil && json.Unmarshal(quoted, &name) != nil {
		err = errors.New("the name of a member is no text")
	}
	if err != nil {
		return "", err
	}
	next, err := l.next()
	if err == nil && next != ':' {
		err = errors.New("a colon is missing after the name of a member")
	}
	if err == nil {
		l.stream.at++
		_, err = l.next()
	}
	return name, err
}

// next is the next byte that is no blank.
func (l *listReader) next() (byte, error) {
	if l.stream.ends() {
		return 0, jsonscan.ErrBreaksOff
	}
	return l.stream.rest()[0], nil
}

// skip reads a value of JSON that nobody wants. Its text is good until more is read.
func (l *listReader) skip() ([]byte, error) {
	in := &l.stream
	for {
		text := in.rest()
		end, err := l.scanner.Skip(text)
		if (err == nil && end == len(text) || err != nil && l.scanner.MayGoOn(text)) && in.more() {
			continue
		}
		if err != nil && len(text) > longest {
			err = errTooLong
		}
		if err != nil {
			return nil, err
		}
		in.at += end
		return text[:end], nil
	}
}
