package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsathena"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Athena puts its answers under answersPrefix of the results bucket. They are deleted
// after answersDays.
const (
	answersPrefix = "athena/"
	answersDays   = 7
)

// scanLimit is how much a query may read before Athena ends it: half a dollar in
// us-east-1, or some fifty million records of five cases.
const scanLimit = 100e9 // bytes

// newQueryWorkgroup adds the workgroup in which people ask the records.
func newQueryWorkgroup(scope constructs.Construct, props CounterProps) awsathena.CfnWorkGroup {
	owner := awscdk.Stack_Of(scope).Account() // which must own the results bucket
	if props.Environment.Results.Bucket != "" {
		owner = nil // one that exists may be in another account
	}
	return newWorkgroup(scope, "Workgroup", props.Environment.AWSName(), "Questions about what Tally counted in "+props.Environment.Name,
		awsathena.CfnWorkGroup_WorkGroupConfigurationProperty{
			BytesScannedCutoffPerQuery: jsii.Number(scanLimit),
			ResultConfiguration: &awsathena.CfnWorkGroup_ResultConfigurationProperty{
				OutputLocation:          props.results.S3UrlForObject(jsii.String(answersPrefix)),
				ExpectedBucketOwner:     owner,
				EncryptionConfiguration: encryptionOf(props.Environment.Results),
			},
		})
}

// newWorkgroup adds a workgroup, whose settings nobody can override.
func newWorkgroup(scope constructs.Construct, id, name, description string, configuration awsathena.CfnWorkGroup_WorkGroupConfigurationProperty) awsathena.CfnWorkGroup {
	configuration.EnforceWorkGroupConfiguration = jsii.Bool(true)
	// The view, the saved queries and the SQL of jobs are written for this one.
	configuration.EngineVersion = &awsathena.CfnWorkGroup_EngineVersionProperty{SelectedEngineVersion: jsii.String("Athena engine version 3")}
	return awsathena.NewCfnWorkGroup(scope, jsii.String(id), &awsathena.CfnWorkGroupProps{
		Name:        jsii.String(name),
		Description: jsii.String(description),
		// Without it a workgroup that was ever used cannot be deleted. The saved queries
		// and the history are deleted with it, but no object (Athena API, DeleteWorkGroup).
		RecursiveDeleteOption:  jsii.Bool(true),
		WorkGroupConfiguration: &configuration,
	})
}

// encryptionOf encrypts answers as the records are, which they quote.
func encryptionOf(results settings.Results) *awsathena.CfnWorkGroup_EncryptionConfigurationProperty {
	if results.KMSKeyARN == "" {
		return &awsathena.CfnWorkGroup_EncryptionConfigurationProperty{EncryptionOption: jsii.String("SSE_S3")}
	}
	return &awsathena.CfnWorkGroup_EncryptionConfigurationProperty{
		EncryptionOption: jsii.String("SSE_KMS"), KmsKey: jsii.String(results.KMSKeyARN),
	}
}

// forgetAnswers is the lifecycle rule that deletes Athena's answers. An object that
// expires gets a delete marker, since the bucket keeps versions. The rule also deletes the
// marker, once it is as old and no version is left (S3 API, LifecycleExpiration). Nothing
// else in the bucket expires.
func forgetAnswers() *awss3.LifecycleRule {
	return &awss3.LifecycleRule{
		Id:                          jsii.String("forget-athena-answers"),
		Prefix:                      jsii.String(answersPrefix),
		Expiration:                  awscdk.Duration_Days(jsii.Number(answersDays)),
		NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(1)),
	}
}
