package main

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// secretsConfig is the configuration for Secrets Manager. In a VPC without internet,
// Secrets Manager has an endpoint of its own, url.
func secretsConfig(config aws.Config, url string) aws.Config {
	if url != "" {
		config.BaseEndpoint = &url
	}
	return config
}

// s3Config is the configuration for S3. Outside Lambda, S3 may be another server.
func s3Config(config aws.Config, variable func(string) string) aws.Config {
	if endpoint := cmp.Or(variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL")); endpoint != "" {
		config.BaseEndpoint = &endpoint
	}
	return config
}
