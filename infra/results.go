package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// newResults adds the private bucket of the records, of the results of checks and, for some
// days, of Athena's answers. It is encrypted with a key of KMS if keyARN is not empty, else with
// S3's own. It tells EventBridge of new objects, whether a rule asks or not: Data does not
// depend on the jobs.
func newResults(stack awscdk.Stack, keyARN string) awss3.Bucket {
	encryption, key, bucketKey := awss3.BucketEncryption_S3_MANAGED, awskms.IKey(nil), (*bool)(nil)
	if keyARN != "" {
		encryption, key = awss3.BucketEncryption_KMS, awskms.Key_FromKeyArn(stack, jsii.String("ResultsKey"), &keyARN)
		bucketKey = jsii.Bool(true) // saves requests to KMS, which cost money
	}
	bucket := awss3.NewBucket(stack, jsii.String("Results"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:        encryption,
		EncryptionKey:     key,
		BucketKeyEnabled:  bucketKey,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		Versioned:         jsii.Bool(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("abort-unfinished-uploads"),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}, forgetAnswers()},
	})
	// By CloudFormation's own property: EventBridgeEnabled of CDK brings a function that sets it.
	bucket.Node().DefaultChild().(awss3.CfnBucket).AddPropertyOverride(jsii.String("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"), true)
	bucket.AddToResourcePolicy(denyOverwriting(bucket))
	acknowledge(bucket, "AwsSolutions-S1",
		"Access logs would need a second bucket, with more objects than this one has. Reading is limited by IAM and the blocked public access; records cannot be overwritten (bucket policy), and versions keep what a deletion hides. To see who reads them, switch on CloudTrail data events for this bucket in the account's trail.")
	output(stack, "ResultsBucket", "Where the records are stored, under "+contract.RecordPrefix, bucket.BucketName())
	return bucket
}

// denyOverwriting refuses a put of a record, of checks' results, of the schedule history or of
// a marker without If-None-Match, so that S3 itself keeps the first one. It exempts the parts of a multipart upload, which have no such
// header, but not completing the upload (S3 user guide, "Enforce conditional writes on
// Amazon S3 buckets").
func denyOverwriting(bucket awss3.Bucket) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("RecordsAreNeverOverwritten"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()},
		Actions:    jsii.Strings("s3:PutObject"),
		Resources: &[]*string{
			bucket.ArnForObjects(jsii.String(contract.RecordPrefix + "*")),
			bucket.ArnForObjects(jsii.String(contract.ChecksPrefix + "*")),
			bucket.ArnForObjects(jsii.String(contract.SchedulesPrefix("*") + "*")),
			bucket.ArnForObjects(jsii.String(contract.MarkersPrefix + "*")),
		},
		Conditions: &map[string]any{
			"Null": map[string]string{"s3:if-none-match": "true"},
			"Bool": map[string]string{"s3:ObjectCreationOperation": "true"},
		},
	})
}

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

// acknowledgeStoring says why allowStoring has wildcards.
func (props CounterProps) acknowledgeStoring(role awsiam.Role, prefixes ...string) {
	for _, prefix := range prefixes {
		acknowledge(role, wildcardRule,
			"The key of an object follows from its slot or number, so that only the prefix is known now. Nothing else has the prefix; nothing is overwritten (If-None-Match), and this stack lets nobody delete.",
			"Resource::"+props.Data.arnInFindings(props.results)+"/"+prefix+"*")
	}
}
