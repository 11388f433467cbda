package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// newRole may do what the function does, and no more. There is no DeleteObject: a
// deleted record would reopen its slot.
func newRole(stack awscdk.Stack, scope constructs.Construct, props CounterProps, logs awslogs.LogGroup) awsiam.Role {
	statements := []awsiam.PolicyStatement{
		allow("WriteLogs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, logs.LogGroupArn()),
	}
	if props.Environment.Network.Given() { // also when no job needs it: Lambda lets go of the network later
		statements = append(statements, networkInterfaces(), denyNetworkInterfaces(functionARN(stack, props)))
	}
	statements = append(statements, props.mayStore(stack)...)
	for _, database := range props.Databases {
		statements = append(statements, database.mayConnect(stack)...)
	}
	for _, bucket := range props.Buckets {
		statements = append(statements, bucket.mayCount(stack)...)
	}
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Count": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	acknowledgeWildcards(stack, role, props)
	return role
}

// acknowledgeWildcards is about the resources in the role that end in one.
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

// mayStore allows storing records and finding them again.
func (props CounterProps) mayStore(stack awscdk.Stack) []awsiam.PolicyStatement {
	bucket := props.results
	statements := []awsiam.PolicyStatement{
		allow("StoreRecords", []string{"s3:PutObject", "s3:GetObject"}, bucket.ArnForObjects(jsii.String(contract.RecordPrefix+"*"))),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String("FindRecords"),
			Actions:    jsii.Strings("s3:ListBucket"),
			Resources:  &[]*string{bucket.BucketArn()},
			Conditions: &map[string]any{"StringLike": map[string]string{"s3:prefix": contract.RecordPrefix + "*"}},
		}),
	}
	if key := props.Environment.Results.KMSKeyARN; key != "" {
		statements = append(statements, mayUseKey(stack, key, "s3", "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return statements
}

func allow(sid string, actions []string, resources ...*string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: optional(sid), Actions: jsii.Strings(actions...), Resources: &resources,
	})
}

// mayUseKey allows what a service does with a key for the function, and nothing
// else.
func mayUseKey(stack awscdk.Stack, key, service string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:    jsii.Strings(actions...),
		Resources:  jsii.Strings(key),
		Conditions: &map[string]any{"StringEquals": map[string]any{"kms:ViaService": service + "." + *stack.Region() + ".amazonaws.com"}},
	})
}
