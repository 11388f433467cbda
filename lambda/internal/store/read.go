package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/pause"
)

// A read that fails is tried again: the SDK repeats requests, but not a body that
// breaks off, and a refusal may pass. What S3 does not answer at all is not.
const (
	readTries = 3
	readPause = 50 * time.Millisecond // doubled after each try
)

// Read reads all lines of a record, those of groups, too.
func (s *Store) Read(ctx context.Context, key string) ([]contract.Record, error) {
	return s.read(ctx, key, contract.DecodeAll)
}

// ReadAllRows reads the lines of all rows together, and none of groups.
func (s *Store) ReadAllRows(ctx context.Context, key string) ([]contract.Record, error) {
	return s.read(ctx, key, contract.DecodeAllRows)
}

func (s *Store) read(ctx context.Context, key string, decode func(io.Reader) ([]contract.Record, error)) ([]contract.Record, error) {
	records, err := get(ctx, s, key, func(object io.Reader) ([]contract.Record, error) { return decodeAt(key, object, decode) })
	if errors.Is(err, errMalformed) {
		err = fmt.Errorf("%w: %w", count.ErrNoRecord, err)
	}
	if err != nil {
		return nil, err
	}
	return records, nil
}

// decodeAt reads a record and sees that it is the one that its key names.
func decodeAt(key string, object io.Reader, decode func(io.Reader) ([]contract.Record, error)) ([]contract.Record, error) {
	records, err := decode(object)
	for _, record := range records {
		if contract.RecordKey(record.Job, record.ScheduledTime, record.Revision) != key {
			return nil, fmt.Errorf("it holds job %q, slot %s, revision %d", record.Job, record.ScheduledTime.Format(time.RFC3339), record.Revision)
		}
	}
	return records, err
}

// errMalformed means that an object arrived whole and is not what it should be.
var errMalformed = errors.New("the object is malformed")

// get reads an object. What decode returns is an errMalformed.
func get[T any](ctx context.Context, s *Store, key string, decode func(io.Reader) (T, error)) (content T, err error) {
	wait := readPause
	for try := 1; ; try++ {
		err := within(ctx, requestTime, func(ctx context.Context) (err error) {
			content, err = getOnce(ctx, s, key, decode)
			return err
		})
		if err == nil {
			return content, nil
		}
		if try == readTries || errors.Is(err, errMalformed) || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return content, fmt.Errorf("read %s: %w", s.url(key), err)
		}
		pause.For(ctx, wait) // the next try says whether the context has ended
		wait *= 2
	}
}

func getOnce[T any](ctx context.Context, s *Store, key string, decode func(io.Reader) (T, error)) (content T, err error) {
	object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return content, err
	}
	defer object.Body.Close()
	body := &body{from: object.Body}
	content, err = decode(body)
	switch {
	case body.broke != nil:
		err = fmt.Errorf("the object broke off: %w", body.broke)
	case err != nil:
		err = fmt.Errorf("%w: %w", errMalformed, err)
	}
	return content, err
}

// body is an object as S3 sends it. It remembers why it broke off: for who decodes it,
// a broken connection looks like a damaged record.
type body struct {
	from  io.Reader
	broke error
}

func (b *body) Read(into []byte) (int, error) {
	n, err := b.from.Read(into)
	if err != nil && err != io.EOF {
		b.broke = err
	}
	return n, err
}
