package awsconfig

import (
	"testing"
)

func TestFromEnvironment(t *testing.T) {
	variables := map[string]string{
		"AWS_REGION": "ap-northeast-2", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token",
	}
	variable := func(name string) string { return variables[name] }
	config, err := FromEnvironment(variable)
	if err != nil {
		t.Fatal(err)
	}
	found, err := config.Credentials.Retrieve(t.Context())
	if err != nil || config.Region != "ap-northeast-2" || found.AccessKeyID != "id" || found.SecretAccessKey != "key" || found.SessionToken != "token" {
		t.Errorf("got region %s and %+v (%v)", config.Region, found, err)
	}
	if config.BaseEndpoint != nil {
		t.Error("there is an endpoint that nobody set")
	}
	delete(variables, "AWS_REGION")
	if _, err := FromEnvironment(variable); err == nil || err.Error() != "AWS_REGION is not set" {
		t.Errorf("got %v", err)
	}
}
