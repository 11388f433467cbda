package main

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// secretsConfig is the configuration for Secrets Manager, which has an endpoint of
// its own in a VPC without a way to the region's.
func secretsConfig(config aws.Config, url string) aws.Config {
	if url != "" {
		config.BaseEndpoint = &url
	}
	return config
}

// s3Config is the configuration for S3, which may be another server outside of
// Lambda.
func s3Config(config aws.Config, variable func(string) string) aws.Config {
	if endpoint := cmp.Or(variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL")); endpoint != "" {
		config.BaseEndpoint = &endpoint
	}
	return config
}
