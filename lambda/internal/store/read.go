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

func (s *Store) read(ctx context.Context, key string, decode func(io.Reader) ([]contract.Record, error)) ([]contract.Record, error) {
	pause := readPause
	for try := 1; ; try++ {
		var records []contract.Record
		err := within(ctx, requestTime, func(ctx context.Context) (err error) {
			records, err = s.readOnce(ctx, key, decode)
			return err
		})
		if err == nil {
			return records, nil
		}
		if try == readTries || errors.Is(err, count.ErrNoRecord) || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return nil, fmt.Errorf("read %s: %w", s.url(key), err)
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
		}
	}
}

func (s *Store) readOnce(ctx context.Context, key string, decode func(io.Reader) ([]contract.Record, error)) ([]contract.Record, error) {
	object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return nil, err
	}
	defer object.Body.Close()
	body := &body{from: object.Body}
	records, err := decode(body)
	switch {
	case body.broke != nil:
		return nil, fmt.Errorf("the object broke off: %w", body.broke)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", count.ErrNoRecord, err)
	}
	for _, record := range records {
		if contract.RecordKey(record.Job, record.ScheduledTime, record.Revision) != key {
			return nil, fmt.Errorf("%w: it holds job %q, slot %s, revision %d",
				count.ErrNoRecord, record.Job, record.ScheduledTime.Format(time.RFC3339), record.Revision)
		}
	}
	return records, nil
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
