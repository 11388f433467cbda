// Package awsconfig makes the AWS SDK's configuration inside Lambda.
package awsconfig

import (
	"cmp"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// FromEnvironment makes the configuration from Lambda's own variables: the region and the
// role's credentials. The SDK's package config would find the same, but link the clients
// of all other sources of credentials: 2.5 MB of the binary.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func FromEnvironment(variable func(string) string) (aws.Config, error) {
	config := aws.Config{
		Region: variable("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"), variable("AWS_SESSION_TOKEN")),
		// The defaults of package config.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	}
	if config.Region == "" {
		return aws.Config{}, errors.New("AWS_REGION is not set")
	}
	return config, nil
}

// WithEndpoint is the configuration for a service with an endpoint of its own. An empty
// url is the region's.
func WithEndpoint(config aws.Config, url string) aws.Config {
	if url != "" {
		config.BaseEndpoint = &url
	}
	return config
}

// Endpoint is the endpoint that the variables name for a service, such as S3 in
// AWS_ENDPOINT_URL_S3. Outside Lambda it may be another server. Empty is the region's.
func Endpoint(variable func(string) string, service string) string {
	return cmp.Or(variable("AWS_ENDPOINT_URL_"+service), variable("AWS_ENDPOINT_URL"))
}
