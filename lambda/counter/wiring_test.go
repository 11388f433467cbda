package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestEndpointOfS3(t *testing.T) {
	var config aws.Config
	variables := map[string]string{}
	variable := func(name string) string { return variables[name] }
	if withEndpoint(config, s3Endpoint(variable)).BaseEndpoint != nil {
		t.Error("there is an endpoint that nobody set")
	}
	variables["AWS_ENDPOINT_URL"] = "http://all"
	if got := *withEndpoint(config, s3Endpoint(variable)).BaseEndpoint; got != "http://all" {
		t.Errorf("endpoint is %s", got)
	}
	variables["AWS_ENDPOINT_URL_S3"] = "http://s3"
	if got := *withEndpoint(config, s3Endpoint(variable)).BaseEndpoint; got != "http://s3" || config.BaseEndpoint != nil {
		t.Errorf("endpoint is %s, and that of others %v", got, config.BaseEndpoint)
	}
}
