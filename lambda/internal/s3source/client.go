package s3source

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

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
