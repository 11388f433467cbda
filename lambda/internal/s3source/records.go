package s3source

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"
)

// Listing is faster than reading: so many listed objects wait to be read, and so many
// requests list more, whose pages wait, too.
const (
	waiting    = 1000
	fewListers = 8
)

// countRecords counts the records in all objects, and says when the listing ended.
func (r *run) countRecords(ctx context.Context, prefixes []string) (listed time.Time, err error) {
	group, ctx := errgroup.WithContext(ctx)
	objects := make(chan object, waiting)
	group.Go(func() error {
		defer close(objects)
		err := r.list(ctx, prefixes, fewListers, func(page []object) error {
			for _, o := range page {
				select {
				case objects <- o:
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
			return nil
		})
		listed = time.Now()
		return err
	})
	zstd := newDecoders()
	for range r.readers() {
		group.Go(func() error {
			reader := newReader(r, zstd)
			for o := range objects {
				if err := reader.object(ctx, o); err != nil {
					return err
				}
			}
			r.meet(reader)
			return nil
		})
	}
	err = group.Wait()
	return listed, err
}

// tries is how often an object is read that breaks off or changes, with a pause
// that doubles.
const (
	tries = 4
	pause = 100 * time.Millisecond
)

// object counts an object's records once it is read to its end. One that has many
// distinct values is read again when no other such object is being read: their values
// are in memory until then.
func (r *reader) object(ctx context.Context, o object) error {
	defer func() { r.tally.distinct.large = false }()
	wait := pause
	for try := 1; ; try++ {
		err := r.read(ctx, o)
		if err == nil {
			return r.run.add(r.tally)
		}
		r.tally.reset()
		var bad *badInput
		switch {
		case errors.Is(err, errLarge):
			select {
			case r.run.large <- struct{}{}:
				defer func() { <-r.run.large }()
				r.tally.distinct.large = true
				try-- // it was none
				continue
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		case errors.As(err, &bad) && r.job.Source.Skips():
			r.tally.left.one(bad, true)
			return r.run.add(r.tally)
		case errors.Is(err, errBroken):
			if try == tries {
				return err
			}
		default:
			var gone bool
			if o, gone, err = r.again(ctx, o, err); gone || err != nil {
				return err
			}
			if try == tries {
				return errors.New(r.url(o.key) + ": changes all the time")
			}
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// again looks at an object anew that could not be read as it was listed. Gone, it
// counts no longer. Changed, it is read as it is now.
//
// It lists the key instead of asking for it: the function may list the prefix, and
// S3 denies a request for a missing key to those who may not list the whole bucket.
func (r *reader) again(ctx context.Context, o object, why error) (now object, gone bool, err error) {
	code := codeOf(why)
	if code != codeChanged && code != codeMissing && code != codeDenied {
		return o, false, why
	}
	lister := &lister{client: r.run.client, bucket: r.run.bucket, slots: make(chan struct{}, 1)}
	found, _, err := lister.request(ctx, span{prefix: o.key}, 1)
	switch {
	case err != nil:
		return o, false, err
	case len(found) == 0 || found[0].key != o.key:
		return o, true, nil
	case code == codeDenied && found[0].etag == o.etag:
		return o, false, why
	}
	return found[0], false, nil
}
