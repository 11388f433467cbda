package main

import (
	"testing"
)

func TestAWSConfig(t *testing.T) {
	variables := map[string]string{
		"AWS_REGION": "ap-northeast-2", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token",
	}
	variable := func(name string) string { return variables[name] }
	config, err := awsConfig(variable)
	if err != nil {
		t.Fatal(err)
	}
	found, err := config.Credentials.Retrieve(t.Context())
	if err != nil || config.Region != "ap-northeast-2" || found.AccessKeyID != "id" || found.SecretAccessKey != "key" || found.SessionToken != "token" {
		t.Errorf("got region %s and %+v (%v)", config.Region, found, err)
	}
	if config.BaseEndpoint != nil || s3Config(config, variable).BaseEndpoint != nil {
		t.Error("there is an endpoint that nobody set")
	}
	variables["AWS_ENDPOINT_URL"] = "http://all"
	if got := *s3Config(config, variable).BaseEndpoint; got != "http://all" {
		t.Errorf("endpoint is %s", got)
	}
	variables["AWS_ENDPOINT_URL_S3"] = "http://s3"
	if got := *s3Config(config, variable).BaseEndpoint; got != "http://s3" || config.BaseEndpoint != nil {
		t.Errorf("endpoint is %s, and that of others %v", got, config.BaseEndpoint)
	}
	delete(variables, "AWS_REGION")
	if _, err := awsConfig(variable); err == nil || err.Error() != "AWS_REGION is not set" {
		t.Errorf("got %v", err)
	}
}
