package s3source

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// run is one count.
type run struct {
	client Client
	bucket string
	payer  types.RequestPayer

	job         job.Job
	layout      job.RecordLayout // of records
	expressions job.Expressions
	filter      filter

	other, total, overlap int // their indexes in CaseNames; -1 for one that the job does not count

	large chan struct{} // a token for the object that may have many distinct values

	listed time.Time // when the listing ended

	mutex sync.Mutex
	sum   *tally
	seen  []jsonscan.Types // of each field, in any record
	near  nearby           // in any record
}

func (s *Source) run(query count.Query) (*run, error) {
	bucket, known := s.options.Buckets[query.Job.Source.Bucket]
	if !known {
		return nil, count.Permanentf("the environment has no bucket of that key")
	}
	expressions, err := query.Job.Compile()
	if err != nil {
		return nil, count.Permanentf("compile: %w", err)
	}
	r := &run{
		client: s.options.Client, bucket: bucket,
		job: query.Job, layout: query.Job.Source.Layout(), expressions: expressions, filter: newFilter(query, expressions.Set),
		large: make(chan struct{}, 1), sum: newTally(query.Job), seen: make([]jsonscan.Types, len(expressions.Set.Fields())),
	}
	if slices.Contains(s.options.RequesterPays, query.Job.Source.Bucket) {
		r.payer = types.RequestPayerRequester
	}
	cases := query.Job.CaseNames()
	r.other, r.total, r.overlap = slices.Index(cases, contract.CaseOther), slices.Index(cases, contract.CaseTotal), slices.Index(cases, contract.CaseOverlap)
	r.sum.distinct.large = true
	return r, nil
}

func (r *run) url(key string) string { return "s3://" + r.bucket + "/" + key }

// add adds what was counted of a part of the bucket, and empties it.
func (r *run) add(part *tally) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	defer part.reset()
	return r.sum.add(part)
}

// addFields adds which fields the records of a reader had.
func (r *run) addFields(of *reader) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for slot, types := range of.scanner.Seen {
		r.seen[slot] |= types
	}
	r.near.join(of.near)
}

// lister lists with some requests at a time.
func (r *run) lister(requests int) *lister {
	return &lister{client: r.client, bucket: r.bucket, payer: r.payer, requests: make(chan struct{}, requests), limit: pageKeys, folders: map[string][]string{}}
}

// countObjects counts the objects themselves. As many pages are counted at a time as
// there are evaluators.
func (r *run) countObjects(ctx context.Context, prefixes []string) error {
	free := make(chan *evaluator, r.readers())
	for range r.readers() {
		free <- r.evaluator()
	}
	err := r.lister(listers).list(ctx, prefixes, func(page []object) error {
		e := <-free
		defer func() { free <- e }()
		for _, o := range page {
			if err := e.settle(func() int { return 0 }, e.countObject(o)); err != nil {
				return err
			}
		}
		if r.expressions.Distinct != nil {
			return r.add(e.tally) // there is memory for one set of values only
		}
		return nil
	})
	r.listed = time.Now()
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

// readers is how many objects, or pages, are counted at a time: fewer where each keeps
// values in memory.
func (r *run) readers() int {
	if r.expressions.Distinct != nil {
		return distinctReaders
	}
	return readers
}

// settle decides about a row that could not be counted: the job skips it, or the run
// fails. A failure of the run stays one. line says where the row is.
func (e *evaluator) settle(line func() int, err error) error {
	if err == nil || errors.As(err, new(*count.Failure)) {
		return err
	}
	bad := e.bad(line(), err)
	if !e.job.Source.Skips() || errors.Is(err, errNoZone) {
		return bad
	}
	e.tally.skipped.add(bad, false)
	return nil
}
