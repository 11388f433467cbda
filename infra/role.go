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
	if len(props.Environment.Databases) > 0 { // also when no job uses them: Lambda lets go of the network later
		statements = append(statements, networkInterfaces())
	}
	statements = append(statements, props.mayStore(stack)...)
	for _, database := range props.Databases {
		statements = append(statements, database.mayConnect(stack)...)
	}
	for _, bucket := range props.Buckets {
		statements = append(statements, bucket.mayCount(stack)...)
	}
	return awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Count": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
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
