package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// allowStoring allows storing objects with some prefixes in the results bucket and finding
// them again. A put needs If-None-Match, so that nothing is overwritten in a bucket without
// the policy of ours either (S3 user guide, "Enforce conditional writes on Amazon S3
// buckets").
func (props CounterProps) allowStoring(stack awscdk.Stack, prefixes ...string) []awsiam.PolicyStatement {
	bucket := props.results
	var objects []*string
	var patterns []string
	for _, prefix := range prefixes {
		objects = append(objects, bucket.ArnForObjects(jsii.String(prefix+"*")))
		patterns = append(patterns, prefix+"*")
	}
	onlyNew := map[string]any{"Null": map[string]string{"s3:if-none-match": "false"}}
	statements := []awsiam.PolicyStatement{
		allowIf(onlyNew, "Store", []string{"s3:PutObject"}, objects...),
		allow("Read", []string{"s3:GetObject"}, objects...),
		allowIf(map[string]any{"StringLike": map[string]any{"s3:prefix": patterns}}, "Find", []string{"s3:ListBucket"}, bucket.BucketArn()),
	}
	if key := props.Environment.Results.KMSKeyARN; key != "" {
		statements = append(statements, allowKey(stack, key, "s3", "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return statements
}

// wildcardRule is cdk-nag's rule about resources that end with a wildcard.
const wildcardRule = "AwsSolutions-IAM5"

// acknowledgeStoring says why allowStoring has wildcards.
func (props CounterProps) acknowledgeStoring(role awsiam.Role, prefixes ...string) {
	for _, prefix := range prefixes {
		acknowledge(role, wildcardRule,
			"The key of an object follows from its slot or number, so that only the prefix is known now. Nothing else has the prefix; nothing is overwritten (If-None-Match), and this stack lets nobody delete.",
			"Resource::"+props.Data.arnInFindings(props.results)+"/"+prefix+"*")
	}
}

// acknowledgeCounting says why resources in a counter's role end with a wildcard.
func (props CounterProps) acknowledgeCounting(stack awscdk.Stack, role awsiam.Role, p placement) {
	if p.inVPC {
		acknowledge(role, wildcardRule,
			"Lambda needs these EC2 actions to attach the function to the VPC, and they have no narrower resource. The statement NotFromCode denies them to the function's own code.",
			"Resource::*")
	}
	props.acknowledgeStoring(role, contract.RecordPrefix)
	for _, source := range p.sources {
		source.acknowledge(stack, role)
	}
}
