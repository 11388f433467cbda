package s3source

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"tally/lambda/internal/pause"
)

// Listing is faster than reading. So up to waiting listed objects wait to be read, while
// fewListers requests list more, whose pages wait, too.
const (
	waiting    = 1000
	fewListers = 8
)

// countRecords counts the records in all objects.
func (r *run) countRecords(ctx context.Context, prefixes []string) error {
	group, ctx := errgroup.WithContext(ctx)
	objects := make(chan object, waiting)
	group.Go(func() error {
		defer close(objects)
		err := r.lister(fewListers).list(ctx, prefixes, func(page []object) error {
			for _, o := range page {
				select {
				case objects <- o:
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
			return nil
		})
		r.listed = time.Now()
		return err
	})
	zstd := newDecoders()
	for range r.readers() {
		group.Go(func() error {
			reader := newReader(r, zstd)
			for o := range objects {
				if err := reader.countWithRetries(ctx, o); err != nil {
					return err
				}
			}
			r.addFields(reader)
			return nil
		})
	}
	return group.Wait()
}

// tries is how often an object is read that breaks off or changes, with a pause
// that doubles.
const (
	tries      = 4
	firstPause = 100 * time.Millisecond
)

// countWithRetries counts an object's records once it is read to its end. One that has many
// distinct values is read again when no other such object is being read: their values are
// in memory until then.
func (r *reader) countWithRetries(ctx context.Context, o object) error {
	for try, wait := 1, firstPause; ; try, wait = try+1, 2*wait {
		err := r.read(ctx, o)
		if errors.Is(err, errLarge) {
			r.tally.reset()
			select {
			case r.large <- struct{}{}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			r.tally.distinct.large = true
			defer func() {
				r.tally.distinct.large = false
				<-r.large
			}()
			err = r.read(ctx, o)
		}
		if err == nil {
			return r.add(r.tally)
		}
		r.tally.reset()
		bad, isBad := errors.AsType[*badInput](err)
		switch {
		case isBad && r.job.Source.Skips():
			r.tally.skipped.add(bad, true)
			return r.add(r.tally)
		case errors.Is(err, errBroken):
			if try == tries {
				return err
			}
		default:
			var gone bool
			if o, gone, err = r.relist(ctx, o, err); gone || err != nil {
				return err
			}
			if try == tries {
				return errors.New(r.url(o.key) + ": changes all the time")
			}
		}
		if !pause.For(ctx, wait) {
			return context.Cause(ctx)
		}
	}
}

// relist lists an object that could not be read as it was listed. One that is gone counts
// no longer. One that changed is read as it is now.
//
// It lists the key instead of asking for it: S3 denies a request for a missing key to
// those who may not list the whole bucket.
func (r *reader) relist(ctx context.Context, o object, why error) (now object, gone bool, err error) {
	code := codeOf(why)
	if code != codeChanged && code != codeMissing && code != codeDenied {
		return o, false, why
	}
	found, _, err := r.lister(1).request(ctx, span{prefix: o.key}, 1)
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
