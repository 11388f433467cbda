package s3source

import (
	"context"
	"errors"
	"sync"

	"tally/lambda/internal/count"
)

// run is one count.
type run struct {
	*plan
	client Client
	bucket string

	large chan struct{} // a token for the object that may have many distinct values

	mutex sync.Mutex
	sum   *tally
	met   met    // by any record
	near  nearby // likewise
}

func (p *plan) run(client Client, bucket string) *run {
	sum := newTally(p.job)
	sum.distinct.large = true
	return &run{
		plan: p, client: client, bucket: bucket, sum: sum,
		large: make(chan struct{}, 1), met: make(met, len(p.expressions.Set.Fields())),
	}
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
	free := make(chan *evaluator, r.readers())
	for range r.readers() {
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
		if r.expressions.Distinct != nil {
			return r.add(e.tally) // there is memory for one set of values only
		}
		return nil
	})
	if err != nil {
		return err
	}
	for range r.readers() {
		if err := r.add((<-free).tally); err != nil {
			return err
		}
	}
	return nil
}

// readers is how many objects, or pages, are counted at a time: fewer where each
// keeps values in memory.
func (r *run) readers() int {
	if r.expressions.Distinct != nil {
		return distinctReaders
	}
	return readers
}

// settle decides about a row that could not be counted: the job skips it, or the
// run fails. A failure of the run stays one.
func (r *run) settle(e *evaluator, key string, line int, err error) error {
	if err == nil {
		return nil
	}
	var failure *count.Failure
	if errors.As(err, &failure) {
		return err
	}
	bad := &badInput{url: r.url(key), line: line, err: err}
	if !r.job.Source.Skips() || errors.Is(err, errNoZone) {
		return bad
	}
	e.tally.left.one(bad, false)
	return nil
}

// meet notes which fields the records of a reader had.
func (r *run) meet(of *reader) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.met.join(of.scanner.met)
	r.near.join(of.near)
}
