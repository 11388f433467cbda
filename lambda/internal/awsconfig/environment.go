// Package awsconfig makes the AWS SDK's configuration inside Lambda.
package awsconfig

import (
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
