package s3source

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/count"
)

// readers is how many objects are read at a time: S3 takes some 30 ms to begin with
// one, in which the others are read.
const readers = 8

// Client is what the source asks of S3. [NewClient] makes one.
type Client interface {
	ListObjectsV2(ctx context.Context, input *s3.ListObjectsV2Input, options ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
	GetObject(ctx context.Context, input *s3.GetObjectInput, options ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

var _ Client = (*s3.Client)(nil)

// NewClient makes an S3 client that keeps a connection for each of the source's
// requests at a time. Where an endpoint is set it addresses buckets by path, as
// package store does.
func NewClient(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(options *s3.Options) {
		options.UsePathStyle = options.BaseEndpoint != nil
		options.DisableLogOutputChecksumValidationSkipped = true // a line for each object that has none
		if built, ok := config.HTTPClient.(*awshttp.BuildableClient); ok || config.HTTPClient == nil {
			if built == nil {
				built = awshttp.NewBuildableClient()
			}
			options.HTTPClient = built.WithTransportOptions(func(transport *http.Transport) {
				transport.MaxIdleConns = listers + readers
				transport.MaxIdleConnsPerHost = listers + readers
			})
		}
	})
}

// Options say which buckets there are and how to reach them.
type Options struct {
	Client Client
	// Buckets are the environment's, by key.
	Buckets map[string]string
	// RequesterPays are the keys of the buckets whose requests this account pays for.
	RequesterPays []string
}

// Source counts in the buckets of one environment.
type Source struct{ options Options }

var _ count.CheckedSource = (*Source)(nil)

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
	run, err := s.run(query)
	if err != nil {
		return count.Result{}, err
	}
	begun := time.Now()
	folders, err := run.folders(ctx, query)
	if err != nil {
		return count.Result{}, err
	}
	countIn := run.countObjects
	if query.Job.Source.ReadsRecords() {
		countIn = run.countRecords
	}
	if err := countIn(ctx, folders); err != nil {
		return count.Result{}, err
	}
	if run.sum.likely == 0 && run.sum.likelyInOtherUnit > 0 {
		return count.Result{}, count.Permanentf("%w", query.Job.Window.WrongUnit())
	}
	if err := run.jobsFault(); err != nil {
		return count.Result{}, err
	}
	if run.sum.timed == 0 && run.sum.untimed > 0 {
		return count.Result{}, count.Permanentf("window.column %w", run.noTimeError())
	}
	sheet, err := run.sum.sheet()
	if err != nil {
		return count.Result{}, err
	}
	listed := &count.Window{From: begun.UTC().Truncate(time.Millisecond), To: run.listed.UTC().Truncate(time.Millisecond)}
	lines, warnings, unknown := sheet.Lines(), run.sum.skipped.warnings(), run.unknown()
	mark(lines, unknown)
	if hint := run.inList(); hint != nil {
		warnings = append(warnings, hint.Error())
	}
	for _, field := range unknown {
		warnings = append(warnings, field.keys+": no record has "+field.said)
	}
	return count.Result{Counts: lines, Listed: listed, Skipped: run.sum.skipped.total, SkippedAll: run.sum.skippedAll(), Warnings: warnings}, nil
}
