package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The guest is an environment in an account whose rules others make.
func TestEveryRoleHasTheBoundaryAndTheStackTheTags(t *testing.T) {
	if _, exists := stacks["guest-Data"]; exists {
		t.Error("there is a Data stack, and everything that must survive exists already")
	}
	for id, role := range templateOf(t, "guest-Counter").ofType("AWS::IAM::Role") {
		if got := role.Properties["PermissionsBoundary"]; got != "arn:aws:iam::111122223333:policy/guest" {
			t.Errorf("%s has the boundary %v", id, got)
		}
	}
	if difference := cmp.Diff(map[string]string{"team": "data", "cost:center": "42"}, stacks["guest-Counter"].Tags); difference != "" {
		t.Errorf("tags of the stack (- want, + got):\n%s", difference)
	}
	if tags := stacks["existing-Counter"].Tags; len(tags) > 0 {
		t.Errorf("another environment has the tags %v", tags)
	}
}

func TestRecordsGoToTheBucketThatExists(t *testing.T) {
	want := []string{
		`kms:Decrypt kms:GenerateDataKey on arn:aws:kms:eu-central-1:111122223333:key/87654321-1234-1234-1234-123456789012 if {"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}`,
		"s3:GetObject on arn:aws:s3:::acme-guest-results/checks/* arn:aws:s3:::acme-guest-results/counts/* arn:aws:s3:::acme-guest-results/markers/* arn:aws:s3:::acme-guest-results/schedules/guest/*",
		"s3:GetObject on arn:aws:s3:::acme-guest-results/counts/*",
		`s3:ListBucket on arn:aws:s3:::acme-guest-results if {"StringLike":{"s3:prefix":["counts/*","checks/*","schedules/guest/*","markers/*"]}}`,
		`s3:ListBucket on arn:aws:s3:::acme-guest-results if {"StringLike":{"s3:prefix":["counts/*"]}}`,
		`s3:PutObject on arn:aws:s3:::acme-guest-results/checks/* arn:aws:s3:::acme-guest-results/counts/* arn:aws:s3:::acme-guest-results/markers/* arn:aws:s3:::acme-guest-results/schedules/guest/* if {"Null":{"s3:if-none-match":"false"}}`,
		`s3:PutObject on arn:aws:s3:::acme-guest-results/counts/* if {"Null":{"s3:if-none-match":"false"}}`,
	}
	// The counters have the same statements.
	if difference := cmp.Diff(want, slices.Compact(grants(t, "guest-Counter", "acme-guest-results", "key/8765"))); difference != "" {
		t.Errorf("grants (- want, + got):\n%s", difference)
	}
}

func TestASecretIsReadByTheFunctionAlone(t *testing.T) {
	const stack = "guest-Counter"
	want := []string{
		`kms:Decrypt on arn:aws:kms:eu-central-1:111122223333:key/12345678-1234-1234-1234-123456789012 if {"StringEquals":{"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"}}`,
		"secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-central-1:111122223333:secret:tally-reader-AbCdEf",
	}
	if difference := cmp.Diff(want, grants(t, stack, "secretsmanager", "key/1234")); difference != "" {
		t.Errorf("grants (- want, + got):\n%s", difference)
	}
	template := templateOf(t, stack)
	endpoints := template.ofType("AWS::EC2::VPCEndpoint")
	if len(endpoints) != 1 {
		t.Fatalf("%d endpoints, want one", len(endpoints))
	}
	for id, endpoint := range endpoints {
		p := endpoint.Properties
		if p["ServiceName"] != "com.amazonaws.eu-central-1.secretsmanager" || p["PrivateDnsEnabled"] != false {
			t.Errorf("%s is %v with private DNS %v; want none, which would take over the VPC's name", id, p["ServiceName"], p["PrivateDnsEnabled"])
		}
		// Two of the three subnets are in one zone, where an endpoint may have one.
		if got := asJSON(p["SubnetIds"]); got != `["subnet-0123456789abcdef0","subnet-0123456789abcdef1"]` {
			t.Errorf("%s is in %s", id, got)
		}
		for name, function := range template.ofType("AWS::Lambda::Function") {
			config := asJSON(function.Properties["Environment"])
			if knows := strings.Contains(config, `\"secrets_url\":\"https://`) && strings.Contains(config, id); knows != (name == vpcCounter) {
				t.Errorf("%s knows the endpoint: %t: %s", name, knows, config)
			}
		}
	}
	if messages := stacks[stack].Messages; !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, "$14.60 a month: 2 zones") }) {
		t.Errorf("synth does not say what the endpoint costs: %q", messages)
	}
}

// Where every database knows IAM, nothing costs money while idle.
func TestNoEndpointWithoutASecret(t *testing.T) {
	for _, environment := range owners {
		for id, endpoint := range templateOf(t, environment+"-Counter").ofType("AWS::EC2::VPCEndpoint") {
			t.Errorf("%s: %s is %v", environment, id, endpoint.Properties)
		}
	}
}
