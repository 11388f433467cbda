package store

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// NewClient makes an S3 client. Where an endpoint is set (AWS_ENDPOINT_URL_S3, or
// AWS_ENDPOINT_URL, which configurations are read from) it addresses buckets by
// path: servers of that kind have no DNS name per bucket.
func NewClient(config aws.Config) *s3.Client {
	return s3.NewFromConfig(config, func(options *s3.Options) {
		options.UsePathStyle = options.BaseEndpoint != nil
	})
}
