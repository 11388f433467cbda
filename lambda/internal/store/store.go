package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/listing"
)

const contentType = "application/x-ndjson" // JSON Lines

// Store keeps the records of one bucket.
type Store struct {
	client *s3.Client
	bucket string
}

var _ count.Store = (*Store)(nil)

// New makes a store on bucket. It asks S3 nothing yet.
func New(client *s3.Client, bucket string) *Store {
	return &Store{client: client, bucket: bucket}
}

// Latest implements [count.Store].
//
// It lists the slot's revisions instead of asking for one: listing needs
// s3:ListBucket on the prefix only, while S3 answers a request for a missing key
// with 403 unless the whole bucket may be listed.
func (s *Store) Latest(ctx context.Context, job string, slot time.Time) (count.Stored, bool, error) {
	latest, key := 0, ""
	err := s.list(ctx, contract.SlotPrefix(job, slot), func(listed string) {
		if _, _, revision, ok := contract.ParseRecordKey(listed); ok && revision > latest {
			latest, key = revision, listed
		}
	})
	if err != nil {
		return count.Stored{}, false, err
	}
	if latest == 0 {
		return count.Stored{}, false, nil
	}
	stored, err := s.read(ctx, key)
	return stored, err == nil, err
}

// Slots implements [count.Store].
func (s *Store) Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error {
	return s.list(ctx, contract.DayPrefix(day), func(key string) {
		if job, slot, _, ok := contract.ParseRecordKey(key); ok {
			found(job, slot)
		}
	})
}

// list lists the keys with a prefix, page by page.
func (s *Store) list(ctx context.Context, prefix string, found func(key string)) error {
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, listing.Pages(s.bucket, prefix))
		if err != nil {
			return fmt.Errorf("list %s*: %w", s.url(prefix), err)
		}
		for _, object := range page.Contents {
			found(aws.ToString(object.Key))
		}
	}
	return nil
}

// Create implements [count.Store].
func (s *Store) Create(ctx context.Context, records []contract.Record) (count.Stored, bool, error) {
	body, err := contract.EncodeRecords(records)
	if err != nil {
		return count.Stored{}, false, err
	}
	first := records[0]
	key := contract.RecordKey(first.Job, first.ScheduledTime, first.Revision)
	err = s.put(ctx, key, body)
	if err == nil {
		return count.Stored{Bucket: s.bucket, Key: key, Records: records}, true, nil
	}
	if !errors.Is(err, errExists) {
		return count.Stored{}, false, fmt.Errorf("put %s: %w", s.url(key), err)
	}
	stored, ok, err := s.Latest(ctx, first.Job, first.ScheduledTime)
	if err == nil && !ok {
		err = fmt.Errorf("put %s: S3 says that it exists, and lists nothing there", s.url(key))
	}
	return stored, false, err
}

func (s *Store) read(ctx context.Context, key string) (_ count.Stored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read %s: %w", s.url(key), err)
		}
	}()
	object, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return count.Stored{}, err
	}
	defer object.Body.Close()
	body, err := io.ReadAll(object.Body)
	if err != nil {
		return count.Stored{}, err
	}
	records, err := contract.DecodeRecords(body)
	if err != nil {
		return count.Stored{}, fmt.Errorf("%w: %w", count.ErrNoRecord, err)
	}
	for _, record := range records {
		if contract.RecordKey(record.Job, record.ScheduledTime, record.Revision) != key {
			return count.Stored{}, fmt.Errorf("%w: it holds job %q, slot %s, revision %d",
				count.ErrNoRecord, record.Job, record.ScheduledTime.Format(time.RFC3339), record.Revision)
		}
	}
	return count.Stored{Bucket: s.bucket, Key: key, Records: records}, nil
}

func (s *Store) url(key string) string { return "s3://" + s.bucket + "/" + key }

// put writes an object that must not exist yet.
func (s *Store) put(ctx context.Context, key string, body []byte) error {
	return createOnce(ctx, func() error {
		_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket:      &s.bucket,
			Key:         &key,
			Body:        bytes.NewReader(body),
			ContentType: aws.String(contentType),
			IfNoneMatch: aws.String("*"),
		})
		return err
	})
}
