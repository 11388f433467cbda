package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// NamedBucket is a bucket that jobs count in, with the key they name it by and what
// they need of it.
type NamedBucket struct {
	Key string
	settings.Bucket
	Access settings.Access
}

// mayCount allows listing the keys that jobs name, reading those whose records they
// count, and using the bucket's key for that.
func (b NamedBucket) mayCount(stack awscdk.Stack) []awsiam.PolicyStatement {
	statements := []awsiam.PolicyStatement{b.mayList(stack)}
	if len(b.Access.Read) == 0 {
		return statements
	}
	statements = append(statements, allow("", []string{"s3:GetObject"}, b.objects(stack)...))
	if b.KMSKeyARN != "" {
		statements = append(statements, mayUseKey(stack, b.KMSKeyARN, "s3", "kms:Decrypt"))
	}
	return statements
}

func (b NamedBucket) mayList(stack awscdk.Stack) awsiam.PolicyStatement {
	props := &awsiam.PolicyStatementProps{
		Actions:   jsii.Strings("s3:ListBucket"),
		Resources: &[]*string{b.arn(stack, "")},
	}
	if !slices.Contains(b.Access.List, "") { // else the whole bucket is listed, without a prefix
		patterns := make([]string, len(b.Access.List))
		for i, prefix := range b.Access.List {
			patterns[i] = prefix + "*"
		}
		props.Conditions = &map[string]any{"StringLike": map[string]any{"s3:prefix": patterns}}
	}
	return awsiam.NewPolicyStatement(props)
}

func (b NamedBucket) objects(stack awscdk.Stack) []*string {
	resources := make([]*string, len(b.Access.Read))
	for i, prefix := range b.Access.Read {
		resources[i] = b.arn(stack, "/"+prefix+"*")
	}
	return resources
}

func (b NamedBucket) arn(stack awscdk.Stack, path string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("s3"), Resource: jsii.String(b.Name + path),
		Region: jsii.String(""), Account: jsii.String(""), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}
