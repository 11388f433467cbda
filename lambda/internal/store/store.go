// Package store keeps records in S3, one immutable object per slot and revision.
package store

import (
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

const recordType = "application/x-ndjson" // JSON Lines

// Store keeps the objects of one results bucket.
type Store struct {
	client *s3.Client
	bucket string
}

var _ count.Store = (*Store)(nil)

// NewClient makes an S3 client. Where an endpoint is set (AWS_ENDPOINT_URL_S3, or
// AWS_ENDPOINT_URL, which configurations are read from) it addresses buckets by
// path: servers of that kind have no DNS name per bucket.
func NewClient(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(options *s3.Options) {
		options.UsePathStyle = options.BaseEndpoint != nil
	})
}

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
	err := s.list(ctx, contract.SlotPrefix(job, slot), func(listed string, _ int64) {
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
	records, err := s.read(ctx, key, contract.DecodeAllRows)
	if err != nil {
		return count.Stored{}, false, err
	}
	return count.Stored{Bucket: s.bucket, Key: key, Records: records}, true, nil
}

// Same implements [count.Store].
func (s *Store) Same(ctx context.Context, stored count.Stored, lines contract.Lines) (bool, error) {
	return get(ctx, s, stored.Key, lines.Same)
}

// Slots calls found for each record of a UTC date, of every job and revision, in no order.
// It lists records and reads none.
func (s *Store) Slots(ctx context.Context, day time.Time, found func(job string, slot time.Time)) error {
	return s.list(ctx, contract.DayPrefix(day), func(key string, _ int64) {
		if job, slot, _, ok := contract.ParseRecordKey(key); ok {
			found(job, slot)
		}
	})
}

// list lists the keys with a prefix, with the sizes of their objects, page by page.
func (s *Store) list(ctx context.Context, prefix string, found func(key string, size int64)) error {
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		var page *s3.ListObjectsV2Output
		err := within(ctx, requestTime, func(ctx context.Context) (err error) {
			page, err = pages.NextPage(ctx, listing.Pages(s.bucket, prefix))
			return err
		})
		if err != nil {
			return fmt.Errorf("list %s*: %w", s.url(prefix), err)
		}
		for _, object := range page.Contents {
			found(aws.ToString(object.Key), aws.ToInt64(object.Size))
		}
	}
	return nil
}

// Create implements [count.Store].
func (s *Store) Create(ctx context.Context, lines contract.Lines) (count.Stored, bool, error) {
	first := lines.AllRows[0]
	key := contract.RecordKey(first.Job, first.ScheduledTime, first.Revision)
	err := s.create(ctx, key, recordType, lines.Reader)
	if err == nil {
		return count.Stored{Bucket: s.bucket, Key: key, Records: lines.AllRows}, true, nil
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

func (s *Store) url(key string) string { return "s3://" + s.bucket + "/" + key }

// create writes an object that must not exist yet. It asks for the content again for each
// try. The error is errExists if there is one.
func (s *Store) create(ctx context.Context, key, contentType string, content func() (*io.SectionReader, error)) error {
	return createOnce(ctx, func() error {
		body, err := content()
		if err != nil {
			return err
		}
		return within(ctx, timeToSend(body.Size()), func(ctx context.Context) error {
			_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
				Bucket:      &s.bucket,
				Key:         &key,
				Body:        body,
				ContentType: &contentType,
				IfNoneMatch: aws.String("*"),
			})
			return err
		})
	})
}
