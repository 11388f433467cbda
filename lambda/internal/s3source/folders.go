package s3source

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/internal/count"
	"tally/lambda/internal/listing"
)

// folders are the prefixes to list for a query: none is within another one.
func (r *run) folders(ctx context.Context, query count.Query) ([]string, error) {
	source := query.Job.Source
	prefixes := source.AllPrefixes()
	if query.Window != nil {
		prefixes = source.Folders(query.Window.From, query.Window.To)
	}
	lister := r.lister(1)
	var all []string
	for _, prefix := range prefixes {
		found, err := lister.expand(ctx, "", prefix)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.Sort(all)
	var kept []string
	for _, prefix := range all {
		if last := len(kept) - 1; last < 0 || !strings.HasPrefix(prefix, kept[last]) {
			kept = append(kept, prefix)
		}
	}
	return kept, nil
}

// expand lists the folders that each * in a prefix stands for. The prefix goes on after a
// folder that was found.
func (l *lister) expand(ctx context.Context, found, prefix string) ([]string, error) {
	before, after, any := strings.Cut(prefix, "*/")
	if !any {
		return []string{found + prefix}, nil
	}
	folders, err := l.foldersIn(ctx, found+before)
	var all []string
	for _, folder := range folders {
		expanded, err := l.expand(ctx, folder, after)
		if err != nil {
			return nil, err
		}
		all = append(all, expanded...)
	}
	return all, err
}

// foldersIn lists the folders directly below a prefix, once: each period of a window asks for them.
func (l *lister) foldersIn(ctx context.Context, before string) (all []string, err error) {
	if known, listed := l.folders[before]; listed {
		return known, nil
	}
	input := &s3.ListObjectsV2Input{
		Bucket: &l.bucket, Prefix: &before, Delimiter: aws.String("/"), EncodingType: types.EncodingTypeUrl, RequestPayer: l.payer,
	}
	for {
		page, err := l.client.ListObjectsV2(ctx, input, listing.Pages(l.bucket, before))
		if err != nil {
			return nil, l.failed(before, err)
		}
		for _, folder := range page.CommonPrefixes {
			all = append(all, aws.ToString(folder.Prefix))
		}
		if !aws.ToBool(page.IsTruncated) {
			l.folders[before] = all
			return all, nil
		}
		if next := page.NextContinuationToken; aws.ToString(next) == aws.ToString(input.ContinuationToken) {
			return nil, l.failed(before, errSamePage)
		}
		input.ContinuationToken = page.NextContinuationToken
	}
}
