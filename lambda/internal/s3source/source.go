package s3source

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tally/lambda/internal/count"
)

// readers is how many objects are read at a time: S3 takes some 30 ms to begin with
// one, in which the others are read.
const readers = 8

// Options say which buckets there are and how to reach them.
type Options struct {
	Client Client
	// Buckets are the environment's, by key.
	Buckets map[string]string
}

// Source counts in the buckets of one environment.
type Source struct {
	options Options
}

var _ count.Source = (*Source)(nil)

// New makes a source. It asks S3 nothing yet.
func New(options Options) *Source {
	return &Source{options: options}
}

// Count implements [count.Source].
func (s *Source) Count(ctx context.Context, query count.Query) (count.Result, error) {
	result, err := s.count(ctx, query)
	if err != nil {
		return count.Result{}, failure(fmt.Errorf("bucket %s: %w", query.Job.Source.Bucket, err))
	}
	return result, nil
}

func (s *Source) count(ctx context.Context, query count.Query) (count.Result, error) {
	bucket, known := s.options.Buckets[query.Job.Source.Bucket]
	if !known {
		return count.Result{}, count.Permanentf("the environment has no bucket of that key")
	}
	plan, err := newPlan(query)
	if err != nil {
		return count.Result{}, err
	}
	run := &run{plan: plan, client: s.options.Client, bucket: bucket, sum: newTally(query.Job)}
	begun := time.Now()
	var ended time.Time
	if query.Job.Source.Format == "" {
		err = run.countObjects(ctx, prefixes(query))
		ended = time.Now()
	} else {
		ended, err = run.countRecords(ctx, prefixes(query))
	}
	if err != nil {
		return count.Result{}, err
	}
	sheet, err := run.sum.sheet()
	if err != nil {
		return count.Result{}, err
	}
	listed := &count.Window{From: begun.UTC().Truncate(time.Millisecond), To: ended.UTC().Truncate(time.Millisecond)}
	return count.Result{Lines: sheet.Lines(), Listed: listed, Skipped: run.sum.skipped}, nil
}

// prefixes are those to list.
func prefixes(query count.Query) []string {
	if query.Window == nil {
		return []string{query.Job.Source.Prefix}
	}
	return query.Job.Source.Prefixes(query.Window.From, query.Window.To)
}

// run is one count.
type run struct {
	*plan
	client Client
	bucket string

	mutex sync.Mutex
	sum   *tally
}

func (r *run) url(key string) string { return "s3://" + r.bucket + "/" + key }

// add adds what was counted of a part of the bucket, and empties it.
func (r *run) add(part *tally) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	defer part.reset()
	return r.sum.add(part)
}

// list lists prefixes page by page, with some requests at a time.
func (r *run) list(ctx context.Context, prefixes []string, requests int, page func([]object) error) error {
	lister := &lister{client: r.client, bucket: r.bucket, page: page, slots: make(chan struct{}, requests), limit: pageKeys}
	return lister.list(ctx, prefixes)
}

// pageKeys is the most that S3 lists at a time.
const pageKeys = 1000

// countObjects counts the objects themselves. As many pages are counted at a time
// as there are evaluators.
func (r *run) countObjects(ctx context.Context, prefixes []string) error {
	free := make(chan *evaluator, readers)
	for range readers {
		free <- r.evaluator()
	}
	err := r.list(ctx, prefixes, listers, func(page []object) error {
		e := <-free
		defer func() { free <- e }()
		for _, o := range page {
			if err := r.settle(e, o.key, 0, e.countObject(o)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for range readers {
		if err := r.add((<-free).tally); err != nil {
			return err
		}
	}
	return nil
}

// settle decides about a row that could not be counted: the job skips it, or the
// run fails. A failure of the run stays one.
func (r *run) settle(e *evaluator, key string, line int, err error) error {
	if err == nil {
		return nil
	}
	var failure *count.Failure
	switch {
	case errors.As(err, &failure):
		return err
	case r.job.Source.Skips():
		e.tally.skipped++
		return nil
	}
	return &badInput{url: r.url(key), line: line, err: err}
}
