// Package awsconfig is the SDK's configuration inside of Lambda.
package awsconfig

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// FromEnvironment is what Lambda's own variables say of AWS: the region and the
// role's credentials. The SDK's package config would find the same, and link the
// clients of all other ways to credentials: 2.5 MB of the binary.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func FromEnvironment(variable func(string) string) (aws.Config, error) {
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
