package s3source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/count"
)

// How much a check reads: the first records of the first objects.
const (
	sampledRecords = 100
	sampledObjects = 10
	sampledBytes   = 256 << 10 // of an object as it is stored
	inflatedBytes  = 1 << 20   // of what is in them
)

// sample counts the first records of some objects, as a run with on_error: skip does, to
// find out what is odd about them.
type sample struct {
	*reader
	objects int
	odd     []error // besides what the tally left out
}

func newSample(r *run) *sample { return &sample{reader: newReader(r, newDecoders())} }

// records is how many were read.
func (s *sample) records() int64 {
	return s.tally.read() + s.tally.left.total - s.tally.left.uncounted()
}

func (s *sample) full() bool { return s.objects == sampledObjects || s.records() >= sampledRecords }

// object reads the beginning of an object. An error is about S3.
func (s *sample) object(ctx context.Context, o object) error {
	s.objects++
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: &o.key, Range: aws.String(fmt.Sprintf("bytes=0-%d", sampledBytes-1)),
	})
	if err != nil {
		return fmt.Errorf("get %s: %w", s.url(o.key), err)
	}
	defer answer.Body.Close()
	stored, err := io.ReadAll(io.LimitReader(answer.Body, sampledBytes))
	if err != nil {
		return fmt.Errorf("get %s: %w: %w", s.url(o.key), errBroken, err)
	}
	whole := int64(len(stored)) == o.size
	text, err := s.inflate(stored, o.key, aws.ToString(answer.ContentEncoding))
	if err != nil && whole {
		s.odd = append(s.odd, &badInput{url: s.url(o.key), err: err})
	}
	text, cut := firstLines(text, sampledRecords-int(s.records()), whole && err == nil && len(text) < inflatedBytes)
	if err := s.countText(bytes.NewReader(text), o.key); err != nil && (!cut || !errors.As(err, new(*unreadable))) {
		s.odd = append(s.odd, err)
	}
	return nil
}

// inflate returns the beginning of what is in an object, also where that breaks off.
func (s *sample) inflate(stored []byte, key, encoding string) ([]byte, error) {
	plain, done, err := s.decode(bytes.NewReader(stored), key, encoding)
	defer done()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(plain, inflatedBytes))
}

// firstLines returns the first lines of a text, without a last line that may be broken
// off: only in a whole text it is good without its end. Cut tells whether text is missing.
func firstLines(text []byte, lines int, whole bool) (first []byte, cut bool) {
	end := 0
	for range lines {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			if whole {
				return text, false
			}
			break
		}
		end += next + 1
	}
	return text[:end], end < len(text) || !whole
}

// warnings say what is odd about the records that were read.
func (s *sample) warnings() []count.Problem {
	s.addFields(s.reader)
	s.sum = s.tally
	var all []count.Problem
	warn := func(field string, err error) {
		all = append(all, count.Problem{Field: field, Err: err, Warning: true})
	}
	for _, err := range s.odd {
		warn("source", err)
	}
	for _, refused := range s.sum.left.byKind() {
		warn("source", refused.first)
	}
	if s.sum.timed == 0 && s.sum.untimed > 0 {
		warn("window.column", s.untimed())
	}
	if s.sum.likely == 0 && s.sum.otherwise > 0 {
		warn("window.column", s.job.Window.WrongUnit())
	}
	for _, unknown := range s.unknown() {
		warn(unknown.keys, fmt.Errorf("none of the first %d records has %s", s.records(), unknown.said))
	}
	return all
}
