package s3source

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/klauspost/compress/zstd"

	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// reader reads objects, one after the other.
type reader struct {
	*evaluator
	decoders
	stream      stream
	scanner     *jsonscan.Scanner
	splitter    *splitter
	near        nearby
	sampled     bool  // the end of the text may be that of the sample
	recordLimit int64 // records to read; all, if 0
}

func newReader(r *run, zstd chan *zstd.Decoder) *reader {
	e := r.evaluator()
	return &reader{
		evaluator: e, decoders: decoders{zstd: zstd}, splitter: newSplitter(r.layout),
		scanner: jsonscan.New(e.expressions.Set.Fields(), e.row.Fields),
		near:    nearby{anyList: r.layout.Format == job.JSON},
	}
}

// records is how many were read.
func (r *reader) records() int64 {
	return r.tally.rowsRead() + r.tally.skipped.total - r.tally.skipped.inWindow()
}

// full tells whether enough was read.
func (r *reader) full() bool { return r.recordLimit > 0 && r.records() >= r.recordLimit }

var (
	// errBroken means that the connection broke, or that the answer is not the object.
	errBroken = errors.New("the object could not be read to its end")
	// errChangedHere is 412 of a server that does not know If-Match.
	errChangedHere = &smithy.GenericAPIError{Code: codeChanged, Message: "the ETag is another one"}
)

// read counts an object's records into the tally. The error is a *badInput if the object
// is at fault, errBroken if the connection is, and else S3's answer.
func (r *reader) read(ctx context.Context, o object) error {
	r.where = o.key
	input := &s3.GetObjectInput{Bucket: &r.bucket, Key: &o.key, RequestPayer: r.payer}
	if o.etag != "" {
		input.IfMatch = &o.etag
	}
	answer, err := r.client.GetObject(ctx, input)
	if err != nil {
		if code := codeOf(err); locks(code) {
			return r.bad(0, fmt.Errorf("%s: %w", permanent[code], err))
		}
		return fmt.Errorf("get %s: %w", r.url(o.key), err)
	}
	defer answer.Body.Close()
	switch got := aws.ToString(answer.ETag); {
	case o.etag != "" && got == "":
		return fmt.Errorf("get %s: %w: the answer has no ETag", r.url(o.key), errBroken)
	case o.etag != "" && got != o.etag:
		return fmt.Errorf("get %s: %w", r.url(o.key), errChangedHere)
	case answer.ContentLength != nil && *answer.ContentLength != o.size:
		return fmt.Errorf("get %s: %w: the answer has %d bytes, the listing %d", r.url(o.key), errBroken, *answer.ContentLength, o.size)
	case o.size == 0:
		return nil // also where the key says that nothing is compressed
	}
	body := &body{ctx: ctx, from: answer.Body, expected: o.size}
	err = r.countContent(body, aws.ToString(answer.ContentEncoding))
	if body.err != nil { // whatever the records made of it
		return fmt.Errorf("get %s: %w after %d bytes: %w", r.url(o.key), errBroken, body.got, body.err)
	}
	return err
}

// countContent counts the records of an object's content, which may be compressed.
func (r *reader) countContent(content io.Reader, encoding string) error {
	text, done, err := r.decode(content, r.where, encoding)
	defer done()
	if err != nil {
		return r.bad(0, err)
	}
	return r.countText(text)
}

// countText counts the records of an object's text.
func (r *reader) countText(text io.Reader) error {
	r.stream.reset(text)
	switch r.layout.Format {
	case job.CSVLines:
		return r.csv()
	case job.JSON:
		return r.jsonLists(r.layout.Path())
	}
	return r.jsonObjects()
}

// body is an object's content as S3 sends it. It remembers why it broke off, which is no
// fault of the object.
type body struct {
	ctx           context.Context // of the read
	from          io.Reader
	expected, got int64
	err           error
}

func (b *body) Read(into []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		b.err = err
		return 0, err
	}
	n, err := b.from.Read(into)
	b.got += int64(n)
	if err == io.EOF && b.got != b.expected {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}
