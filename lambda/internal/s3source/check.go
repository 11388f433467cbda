package s3source

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/count"
)

// Check implements [count.Checker]: it lists the first page of the window and, for
// records, reads a byte of an object there. What the records hold is not looked at.
func (s *Source) Check(ctx context.Context, query count.Query) ([]count.Problem, error) {
	err := s.check(ctx, query)
	if err == nil {
		return nil, nil
	}
	found := failure(fmt.Errorf("bucket %s: %w", query.Job.Source.Bucket, err))
	if found.Permanent {
		return []count.Problem{{Field: "source", Err: found}}, nil
	}
	return nil, found
}

func (s *Source) check(ctx context.Context, query count.Query) error {
	run, err := s.run(query)
	if err != nil {
		return err
	}
	prefix := query.Job.Source.LiteralPrefix() // of an empty window, too
	if all := prefixes(query); len(all) > 0 {
		prefix = all[0]
	}
	lister := &lister{client: run.client, bucket: run.bucket, slots: make(chan struct{}, 1)}
	found, _, err := lister.request(ctx, span{prefix: prefix}, pageKeys)
	if err != nil || query.Job.Source.Format == "" {
		return err
	}
	for _, o := range found {
		if o.size > 0 { // else there is no byte to ask for
			return run.checkReadable(ctx, o)
		}
	}
	return nil
}

// checkReadable asks for an object's first byte.
func (r *run) checkReadable(ctx context.Context, o object) error {
	answer, err := r.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &o.key, Range: aws.String("bytes=0-0")})
	if err == nil {
		return answer.Body.Close()
	}
	err = fmt.Errorf("get %s: %w", r.url(o.key), err)
	switch codeOf(err) {
	case codeMissing: // it went away
		return nil
	case codeArchived, codeInvalid:
		if r.job.Source.Skips() {
			return nil
		}
	}
	return err
}
