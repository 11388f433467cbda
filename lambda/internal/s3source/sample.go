package s3source

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/count"
	"tally/lambda/job"
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

func newSample(r *run) *sample {
	s := &sample{reader: newReader(r, newDecoders())}
	s.recordLimit = sampledRecords
	return s
}

// enough tells whether enough was read.
func (s *sample) enough() bool { return s.objects == sampledObjects || s.full() }

// object reads the beginning of an object. An error is about S3.
func (s *sample) object(ctx context.Context, o object) error {
	s.objects++
	s.where = o.key
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: &o.key, RequestPayer: s.payer, Range: aws.String(fmt.Sprintf("bytes=0-%d", sampledBytes-1)),
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
	text, err := s.inflate(stored, aws.ToString(answer.ContentEncoding))
	if err != nil && whole {
		s.odd = append(s.odd, s.bad(0, err))
	}
	s.sampled = !whole || err != nil || len(text) == inflatedBytes
	if s.sampled && s.layout.Format == job.CSVLines { // a record that was cut may look whole
		text = text[:bytes.LastIndexByte(text, '\n')+1]
	}
	if err := s.countText(bytes.NewReader(text)); err != nil {
		s.odd = append(s.odd, err)
	}
	return nil
}

// inflate returns the beginning of what is in an object, also where that breaks off.
func (s *sample) inflate(stored []byte, encoding string) ([]byte, error) {
	plain, done, err := s.decode(bytes.NewReader(stored), s.where, encoding)
	defer done()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(plain, inflatedBytes))
}

// warnings say what is odd about the records that were read.
func (s *sample) warnings() []count.Problem {
	s.addFields(s.reader)
	s.sum = s.tally // the run's sum is what the sample has read
	var all []count.Problem
	warn := func(field string, err error) {
		all = append(all, count.Problem{Field: field, Err: err, Warning: true})
	}
	for _, err := range s.odd {
		warn("source", err)
	}
	for i := range kindNames {
		if found, ok := s.sum.skipped.causes[kind(i)]; ok {
			warn("source", found.first)
		}
	}
	if s.sum.timed == 0 && s.sum.untimed > 0 {
		warn("window.column", s.noTimeError())
	}
	if s.sum.likely == 0 && s.sum.likelyInOtherUnit > 0 {
		warn("window.column", s.job.Window.WrongUnit())
	}
	if hint := s.inList(); hint != nil {
		warn("source.format", hint)
	}
	for _, unknown := range s.unknown() {
		warn(unknown.keys, fmt.Errorf("none of the first %d records has %s", s.records(), unknown.said))
	}
	return all
}
