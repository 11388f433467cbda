package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/strictyaml"
)

// Data is what must survive: results, and the network and databases if they are
// created. Its resources depend on the environment file only, never on the jobs, so
// that removing the last job deletes nothing here.
type Data struct {
	Network  *Network
	Clusters map[string]*Cluster // those that are created, by the keys of their databases
	bucket   awss3.Bucket        // nil when the results bucket exists
	existing string              // its name then
}

// NewData adds the Data stack of an environment, unless all it would hold exists.
func NewData(scope constructs.Construct, environment settings.Environment) *Data {
	data := &Data{existing: environment.Results.Bucket}
	if !owns(environment) {
		data.Network = newNetwork(nil, environment)
		return data
	}
	stack := newStack(scope, "Data", environment, "what must survive (results, network, databases)")
	data.Network = newNetwork(stack, environment)
	if data.existing == "" {
		data.bucket = newResults(stack, environment.Results.KMSKeyARN)
	}
	data.Clusters = newClusters(stack, environment, data.Network)
	if environment.Protect {
		awscdk.RemovalPolicies_Of(stack).Retain(nil)
	} else {
		awscdk.RemovalPolicies_Of(stack).Destroy(nil)
	}
	return data
}

// owns tells whether an environment makes anything that must survive:
// CloudFormation takes no empty stack.
func owns(environment settings.Environment) bool {
	network := environment.Network
	return environment.Results.Bucket == "" || network.Create || network.S3Endpoint == settings.EndpointCreate ||
		slices.ContainsFunc(environment.Databases, func(database strictyaml.Entry[settings.Database]) bool { return database.Value.Create != "" })
}

// Results is the bucket of the records as seen from another stack.
func (d *Data) Results(stack awscdk.Stack) awss3.IBucket {
	if d.bucket != nil {
		return d.bucket
	}
	return awss3.Bucket_FromBucketName(stack, jsii.String("Results"), &d.existing)
}

// arnInFindings is what cdk-nag calls the bucket's ARN.
func (d *Data) arnInFindings(seen awss3.IBucket) string {
	if d.bucket == nil {
		return *seen.BucketArn()
	}
	id := d.bucket.Stack().GetLogicalId(d.bucket.Node().DefaultChild().(awscdk.CfnElement))
	return "<" + *id + ".Arn>"
}
