package s3source

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"tally/lambda/internal/listing"
)

// listers is how many list requests are under way at a time, pageKeys the most that S3
// lists in one.
const (
	listers  = 48
	pageKeys = 1000
)

// lister lists a bucket. S3 lists a thousand keys at a time, in their order, and
// each page must be asked for with the last key of the one before. So a listing
// that goes on is split into ranges of keys that are listed side by side: see
// split.go.
type lister struct {
	client   Client
	bucket   string
	payer    types.RequestPayer
	requests chan struct{}       // that are under way
	limit    int                 // keys of a page
	folders  map[string][]string // directly below a prefix

	page  func([]object) error
	walks *errgroup.Group
}

// span is the keys of a prefix after one key, up to and including another. Empty
// bounds are the prefix's own.
type span struct{ prefix, after, until string }

// list calls page, concurrently, with the pages of some prefixes, none of which may be
// within another one. Each object that is there all the time is in exactly one page.
func (l *lister) list(ctx context.Context, prefixes []string, page func([]object) error) error {
	l.page = page
	l.walks, ctx = errgroup.WithContext(ctx)
	for _, prefix := range prefixes {
		l.start(ctx, span{prefix: prefix})
	}
	if l.walks.Wait() != nil {
		return context.Cause(ctx) // why it ended, if that made the requests fail
	}
	return nil
}

// start walks a span beside others. An error ends all of them.
func (l *lister) start(ctx context.Context, s span) {
	l.walks.Go(func() error { return l.walk(ctx, s) })
}

// walk lists a span page by page and gives parts of it away while there are
// requests to spare: the whole prefix after a page, a part of it after two, because
// many end there. A split that finds nothing to give away is tried again only after
// twice as many pages.
func (l *lister) walk(ctx context.Context, s span) error {
	wait, pause := 2, 1
	if s.after == "" {
		wait = 1
	}
	for {
		found, more, err := l.request(ctx, s, l.limit)
		if err != nil {
			return err
		}
		end := sort.Search(len(found), func(i int) bool { return found[i].key > s.until })
		if s.until != "" && end < len(found) {
			found, more = found[:end], false
		}
		if len(found) > 0 {
			if err := l.page(found); err != nil {
				return err
			}
		}
		if !more || len(found) == 0 {
			return nil
		}
		first, last := found[0].key, found[len(found)-1].key
		s.after = last
		if wait--; wait > 0 || !l.idle() {
			continue
		}
		parts, err := l.split(ctx, s, first)
		if err != nil {
			return err
		}
		for _, part := range parts[1:] {
			l.start(ctx, part)
		}
		s = parts[0]
		if len(parts) == 1 {
			pause *= 2
		}
		wait = pause
	}
}

// idle tells whether half of the requests are to spare.
func (l *lister) idle() bool { return len(l.requests) <= cap(l.requests)/2 }

// errSamePage is an answer with which a listing would never end.
var errSamePage = errors.New("the answer is no page of the listing: its keys are not in order, or were listed before")

func (l *lister) failed(prefix string, err error) error {
	return fmt.Errorf("list s3://%s/%s*: %w", l.bucket, prefix, err)
}

// request lists up to limit objects of a span, and says whether the prefix has more.
func (l *lister) request(ctx context.Context, s span, limit int) ([]object, bool, error) {
	select {
	case l.requests <- struct{}{}:
		defer func() { <-l.requests }()
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
	input := &s3.ListObjectsV2Input{
		Bucket: &l.bucket, Prefix: &s.prefix, MaxKeys: aws.Int32(int32(limit)),
		EncodingType: types.EncodingTypeUrl, // XML cannot hold every key
		RequestPayer: l.payer,
	}
	if s.after != "" {
		input.StartAfter = &s.after
	}
	pages := listing.Pages(l.bucket, s.prefix)
	page, err := l.client.ListObjectsV2(ctx, input, pages)
	for err == nil && len(page.Contents) == 0 && aws.ToBool(page.IsTruncated) && page.NextContinuationToken != nil {
		input.ContinuationToken = page.NextContinuationToken // S3 need not list a key each time
		page, err = l.client.ListObjectsV2(ctx, input, pages)
	}
	if err != nil {
		return nil, false, l.failed(s.prefix, err)
	}
	found, last := make([]object, len(page.Contents)), s.after
	for i, listed := range page.Contents {
		found[i] = objectOf(listed)
		if found[i].key <= last { // it would count twice, or for ever
			return nil, false, l.failed(s.prefix, errSamePage)
		}
		last = found[i].key
	}
	return found, aws.ToBool(page.IsTruncated), nil
}
