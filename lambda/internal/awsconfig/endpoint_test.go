package awsconfig

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestEndpoint(t *testing.T) {
	var config aws.Config
	variables := map[string]string{}
	variable := func(name string) string { return variables[name] }
	if WithEndpoint(config, Endpoint(variable, "S3")).BaseEndpoint != nil {
		t.Error("there is an endpoint that nobody set")
	}
	variables["AWS_ENDPOINT_URL"] = "http://all"
	if got := *WithEndpoint(config, Endpoint(variable, "S3")).BaseEndpoint; got != "http://all" {
		t.Errorf("endpoint is %s", got)
	}
	variables["AWS_ENDPOINT_URL_S3"] = "http://s3"
	if got := *WithEndpoint(config, Endpoint(variable, "S3")).BaseEndpoint; got != "http://s3" || config.BaseEndpoint != nil {
		t.Errorf("endpoint is %s, and that of others %v", got, config.BaseEndpoint)
	}
}
