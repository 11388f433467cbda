package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// Data is what must survive: the results, and the network and the databases if they are
// created. Its resources depend on the environment file only, never on the jobs, so
// that removing the last job deletes nothing here.
type Data struct {
	Network  *Network
	Clusters map[string]*Cluster // those that are created, by the keys of their databases
	bucket   awss3.Bucket        // of the results; nil if it exists already
	existing string              // the name of the bucket that exists
}

// NewData adds the Data stack of an environment, unless everything in it exists already.
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

// owns tells whether an environment makes anything that must survive. CloudFormation
// refuses an empty stack.
func owns(environment settings.Environment) bool {
	network := environment.Network
	return environment.Results.Bucket == "" || network.Create || network.S3Endpoint == settings.EndpointCreate || len(environment.CreatedDatabases()) > 0
}

// Results returns the bucket of the records, for another stack.
func (d *Data) Results(stack awscdk.Stack) awss3.IBucket {
	if d.bucket != nil {
		return d.bucket
	}
	return awss3.Bucket_FromBucketName(stack, jsii.String("Results"), &d.existing)
}

// arnInFindings is the bucket's ARN as findings of cdk-nag have it.
func (d *Data) arnInFindings(seen awss3.IBucket) string {
	if d.bucket == nil {
		return *seen.BucketArn()
	}
	id := d.bucket.Stack().GetLogicalId(d.bucket.Node().DefaultChild().(awscdk.CfnElement))
	return "<" + *id + ".Arn>"
}
