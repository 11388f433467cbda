package awsconfig

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
)

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
