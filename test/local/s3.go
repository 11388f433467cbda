package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"sync"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// S3 speaks the S3 protocol over plain HTTP and keeps its objects in memory.
// It accepts any credentials. Clients must address buckets by path.
type S3 struct {
	Endpoint string // http://127.0.0.1:<port>

	objects *s3mem.Backend
	server  *http.Server

	mutex     sync.Mutex
	onCreated func(created)
	sequence  int64 // of events
}

// StartS3 starts an S3 server that has the given buckets.
func StartS3(ctx context.Context, buckets ...string) (*S3, error) {
	objects := s3mem.New()
	for _, bucket := range buckets {
		if err := objects.CreateBucket(bucket); err != nil {
			return nil, fmt.Errorf("create bucket %s: %w", bucket, err)
		}
	}
	api := gofakes3.New(objects, gofakes3.WithLogger(gofakes3.DiscardLog()), gofakes3.WithTimeSkewLimit(0))
	s := &S3{objects: objects}
	silent := log.New(io.Discard, "", 0) // who stops reading an answer need not be told of
	s.server = &http.Server{Handler: s.announce(api.Server()), ErrorLog: silent}
	var err error
	if s.Endpoint, err = serve(ctx, s.server); err != nil {
		return nil, fmt.Errorf("start S3: %w", err)
	}
	return s, nil
}

// Keys lists the keys of a bucket in order.
func (s *S3) Keys(bucket string) ([]string, error) {
	list, err := s.objects.ListBucket(bucket, nil, gofakes3.ListBucketPage{})
	if err != nil {
		return nil, fmt.Errorf("list bucket %s: %w", bucket, err)
	}
	var keys []string
	for _, object := range list.Contents {
		keys = append(keys, object.Key)
	}
	return keys, nil
}

// Put writes an object.
func (s *S3) Put(bucket, key string, content []byte) error {
	_, err := s.objects.PutObject(bucket, key, map[string]string{}, bytes.NewReader(content), int64(len(content)), nil)
	if err != nil {
		return fmt.Errorf("put object %s/%s: %w", bucket, key, err)
	}
	return nil
}

// Delete deletes an object, which on AWS nobody may do with a record.
func (s *S3) Delete(bucket, key string) error {
	if _, err := s.objects.DeleteObject(bucket, key); err != nil {
		return fmt.Errorf("delete object %s/%s: %w", bucket, key, err)
	}
	return nil
}

// Object reads an object.
func (s *S3) Object(bucket, key string) (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("read object %s/%s: %w", bucket, key, err)
		}
	}()
	object, err := s.objects.GetObject(bucket, key, nil)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(object.Contents)
	return body, errors.Join(err, object.Contents.Close())
}

// Close stops the server; its objects are gone.
func (s *S3) Close() error { return s.server.Close() }
