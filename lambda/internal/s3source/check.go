package s3source

import (
	"context"
	"fmt"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// Check implements [count.Checker]: it lists the first page of each folder of the window
// and, for records, reads the first of them. What is odd about these is a warning.
func (s *Source) Check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	warnings, err := s.check(ctx, query)
	if err == nil {
		return warnings, nil
	}
	found := failure(fmt.Errorf("bucket %s: %w", query.Job.Source.Bucket, err))
	if found.Permanent {
		return []count.Problem{{Field: "source", Err: found}}, nil
	}
	return nil, found
}

// checkedFolders is how many folders are listed at most: a day has 25 hours at most.
const checkedFolders = 25

func (s *Source) check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	skips := query.Job.Source.Skips()
	query.Job.Source.OnError = job.OnErrorSkip // so that nothing ends the check
	run, err := s.run(query)
	if err != nil {
		return nil, err
	}
	folders, err := run.folders(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(folders) == 0 { // the window is empty, or there is no folder yet
		folders = query.Job.Source.LiteralPrefixes()
	}
	sample, lister := newSample(run), run.lister(1)
	for _, folder := range folders[:min(checkedFolders, len(folders))] {
		found, _, err := lister.request(ctx, span{prefix: folder}, pageKeys)
		if err != nil || !query.Job.Source.ReadsRecords() {
			return nil, err
		}
		for _, o := range found {
			if o.size == 0 { // there is no byte to ask for
				continue
			}
			err := sample.object(ctx, o)
			code := codeOf(err)
			wentAway, skipped := code == codeMissing, skips && locks(code)
			if err != nil && !wentAway && !skipped {
				return nil, err
			}
			if sample.enough() {
				return sample.warnings(), nil
			}
		}
	}
	return sample.warnings(), nil
}
