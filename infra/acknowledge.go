package infra

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// wildcardRule is cdk-nag's rule about resources that end with a wildcard.
const wildcardRule = "AwsSolutions-IAM5"

// acknowledge says in the code of a resource why a finding of cdk-nag about it is accepted
// and what protects it instead; "make policy" shows both. If a rule has several findings
// (AwsSolutions-IAM5), name those that are accepted: others are still reported. Reasons
// are ASCII, since cdk-nag reads other texts in Base64 only.
//
// It writes the metadata that cdk-nag reads (its README, "Suppressing a Rule"), so that
// the app does not load cdk-nag on every synth.
func acknowledge(construct constructs.IConstruct, rule, reason string, findings ...string) {
	key := jsii.String("cdk_nag")
	acknowledgement := map[string]any{"id": rule, "reason": reason}
	if len(findings) > 0 {
		acknowledgement["applies_to"] = findings
	}
	resource, isL1 := construct.(awscdk.CfnResource)
	if !isL1 {
		resource = construct.Node().DefaultChild().(awscdk.CfnResource)
	}
	var rules []any
	if metadata, exists := resource.GetMetadata(key).(map[string]any); exists {
		rules = metadata["rules_to_suppress"].([]any)
	}
	resource.AddMetadata(key, map[string]any{"rules_to_suppress": append(rules, acknowledgement)})
}

// findings are the names that cdk-nag gives resources of a policy.
func findings(stack awscdk.Stack, resources ...*string) []string {
	var names []string
	for _, resource := range resources {
		name := "Resource::" + *resource
		if *awscdk.Token_IsUnresolved(stack.Account()) {
			name = strings.ReplaceAll(name, *stack.Account(), "<AWS::AccountId>")
		}
		names = append(names, name)
	}
	return names
}
