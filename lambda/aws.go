package main

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// s3Config is the configuration for S3, which may be another server outside of
// Lambda.
func s3Config(config aws.Config, variable func(string) string) aws.Config {
	if endpoint := cmp.Or(variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL")); endpoint != "" {
		config.BaseEndpoint = &endpoint
	}
	return config
}
