package main

import (
	"cmp"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// awsConfig is what Lambda's own variables say of AWS: the region and the role's
// credentials. The SDK's package config would find the same, and link the clients
// of all other ways to credentials: 2.5 MB of the binary.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func awsConfig(variable func(string) string) (aws.Config, error) {
	config := aws.Config{
		Region: variable("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")),
		// As package config has them unless told otherwise.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	}
	if config.Region == "" {
		return aws.Config{}, errors.New("AWS_REGION is not set")
	}
	return config, nil
}

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
