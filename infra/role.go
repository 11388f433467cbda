package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// newCounterRole may do what the function does, and no more. It cannot delete objects: a
// deleted record would let its slot be counted again.
func newCounterRole(stack awscdk.Stack, scope constructs.Construct, props CounterProps, logs awslogs.LogGroup) awsiam.Role {
	statements := []awsiam.PolicyStatement{allowWritingLogs(logs.LogGroupArn())}
	if props.Environment.Network.Given() { // also when no job needs it: Lambda lets go of the network later
		statements = append(statements, allowAttaching(), denyAttaching(stack, props.Environment.AWSName()))
	}
	statements = append(statements, props.allowStoring(stack)...)
	for _, database := range props.Databases {
		statements = append(statements, database.allowLogin(stack)...)
	}
	for _, bucket := range props.Buckets {
		statements = append(statements, bucket.allowCounting(stack)...)
	}
	role := newRole(scope, "Role", service("lambda"), "Count", statements...)
	acknowledgeWildcards(stack, role, props)
	return role
}

// acknowledgeWildcards says why resources in the role end with a wildcard.
func acknowledgeWildcards(stack awscdk.Stack, role awsiam.Role, props CounterProps) {
	const rule = "AwsSolutions-IAM5"
	if props.Environment.Network.Given() {
		acknowledge(role, rule,
			"Lambda needs these EC2 actions to attach the function to the VPC, and they have no narrower resource. The statement NotFromCode denies them to the function's own code.",
			"Resource::*")
	}
	acknowledge(role, rule,
		"The key of a record follows from its slot, so that only the prefix is known now. It holds records and nothing else; the function overwrites none (If-None-Match), and this stack lets nobody delete.",
		"Resource::"+props.Data.arnInFindings(props.results)+"/"+contract.RecordPrefix+"*")
	for _, bucket := range props.Buckets {
		if len(bucket.Access.Read) > 0 {
			acknowledge(role, rule,
				"A job reads every object below the prefix that it names, and which there are is known only then. Nothing but s3:GetObject is allowed, and only below prefixes that jobs name.",
				bucket.findings(stack)...)
		}
	}
}

// allowStoring allows storing records and finding them again.
func (props CounterProps) allowStoring(stack awscdk.Stack) []awsiam.PolicyStatement {
	bucket, records := props.results, contract.RecordPrefix+"*"
	statements := []awsiam.PolicyStatement{
		allow("StoreRecords", []string{"s3:PutObject", "s3:GetObject"}, bucket.ArnForObjects(jsii.String(records))),
		allowIf(map[string]any{"StringLike": map[string]any{"s3:prefix": records}}, "FindRecords", []string{"s3:ListBucket"}, bucket.BucketArn()),
	}
	if key := props.Environment.Results.KMSKeyARN; key != "" {
		statements = append(statements, allowKey(stack, key, "s3", "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return statements
}
