package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/job"
)

// NamedBucket is a bucket that jobs count in, with the key that they name it by and what
// they need of it.
type NamedBucket struct {
	Key string
	settings.Bucket
	Access settings.Access
}

// source is the bucket as jobs name it.
func (b NamedBucket) source() job.Source { return job.Source{Bucket: b.Key} }

// allowCounting allows listing the keys below the prefixes that jobs name, reading those
// whose records they count, and using the bucket's key of KMS for that.
func (b NamedBucket) allowCounting(stack awscdk.Stack) []awsiam.PolicyStatement {
	statements := []awsiam.PolicyStatement{b.allowListing(stack)}
	if len(b.Access.Read) == 0 {
		return statements
	}
	statements = append(statements, allow("", []string{"s3:GetObject"}, b.objects(stack)...))
	if b.KMSKeyARN != "" {
		statements = append(statements, allowKey(stack, b.KMSKeyARN, "s3", "kms:Decrypt"))
	}
	return statements
}

func (b NamedBucket) allowListing(stack awscdk.Stack) awsiam.PolicyStatement {
	actions, bucket := []string{"s3:ListBucket"}, b.arn(stack, "")
	if slices.Contains(b.Access.List, "") { // a job counts in the whole bucket
		return allow("", actions, bucket)
	}
	patterns := make([]string, len(b.Access.List))
	for i, prefix := range b.Access.List {
		patterns[i] = prefix + "*"
	}
	return allowIf(map[string]any{"StringLike": map[string]any{"s3:prefix": patterns}}, "", actions, bucket)
}

func (b NamedBucket) objects(stack awscdk.Stack) []*string {
	resources := make([]*string, len(b.Access.Read))
	for i, prefix := range b.Access.Read {
		resources[i] = b.arn(stack, "/"+prefix+"*")
	}
	return resources
}

// findings are the names that cdk-nag gives the objects.
func (b NamedBucket) findings(stack awscdk.Stack) []string {
	var findings []string
	for _, objects := range b.objects(stack) {
		findings = append(findings, "Resource::"+*objects)
	}
	return findings
}

func (b NamedBucket) arn(stack awscdk.Stack, path string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("s3"), Resource: jsii.String(b.Name + path),
		Region: jsii.String(""), Account: jsii.String(""), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}
