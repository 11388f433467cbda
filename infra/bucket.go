package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

// NamedBucket is a bucket that jobs count in, with the key that they name it by and what
// they need of it.
type NamedBucket struct {
	Key string
	settings.Bucket
	Access settings.Access
}

func (b NamedBucket) source() job.Source { return job.Source{Bucket: b.Key} }

func (b NamedBucket) configure(config *contract.Config) (unknown int) {
	config.Buckets[b.Key] = b.Name
	if b.RequesterPays {
		config.RequesterPays = append(config.RequesterPays, b.Key)
	}
	return 0
}

// allowCounting allows listing the keys below the prefixes that jobs name, reading those
// whose records they count, and using the bucket's key of KMS for that.
func (b NamedBucket) allowCounting(stack awscdk.Stack) []awsiam.PolicyStatement {
	statements := []awsiam.PolicyStatement{allowListing(stack, b.Name, b.Access.List, map[string]any{})}
	if len(b.Access.Read) == 0 {
		return statements
	}
	statements = append(statements, allow("", []string{"s3:GetObject"}, objectsBelow(stack, b.Name, b.Access.Read)...))
	if b.KMSKeyARN != "" {
		statements = append(statements, allowKey(stack, b.KMSKeyARN, "s3", "kms:Decrypt"))
	}
	return statements
}

func (b NamedBucket) acknowledge(stack awscdk.Stack, role awsiam.Role) {
	if len(b.Access.Read) > 0 {
		acknowledge(role, wildcardRule,
			"A job reads every object below the prefix that it names, and which there are is known only then. Nothing but s3:GetObject is allowed, and only below prefixes that jobs name.",
			findings(stack, objectsBelow(stack, b.Name, b.Access.Read)...)...)
	}
}

// allowListing allows listing the keys of a bucket that begin with prefixes, if the other
// conditions hold, too.
func allowListing(stack awscdk.Stack, bucket string, prefixes []string, conditions map[string]any) awsiam.PolicyStatement {
	if !slices.Contains(prefixes, "") { // else it is the whole bucket
		patterns := make([]string, len(prefixes))
		for i, prefix := range prefixes {
			patterns[i] = prefix + "*"
		}
		conditions["StringLike"] = map[string]any{"s3:prefix": patterns}
	}
	return allowIf(conditions, "", []string{"s3:ListBucket"}, bucketARN(stack, bucket, ""))
}

// objectsBelow are the objects of a bucket whose keys begin with prefixes.
func objectsBelow(stack awscdk.Stack, bucket string, prefixes []string) []*string {
	objects := make([]*string, len(prefixes))
	for i, prefix := range prefixes {
		objects[i] = bucketARN(stack, bucket, "/"+prefix+"*")
	}
	return objects
}

func bucketARN(stack awscdk.Stack, bucket, path string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("s3"), Resource: jsii.String(bucket + path),
		Region: jsii.String(""), Account: jsii.String(""), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}
