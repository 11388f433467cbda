package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

// Source is what jobs count in: an environment's database, bucket or Athena database. Each
// kind has a type, and a loop in sourcesOf.
type Source interface {
	// source is it as jobs name it.
	source() job.Source
	// configure tells the counter where it is. unknown is how many bytes that may take which only
	// CloudFormation knows.
	configure(config *contract.Config) (unknown int)
	// allowCounting allows what counting takes, and nothing else.
	allowCounting(stack awscdk.Stack) []awsiam.PolicyStatement
	// acknowledge says why resources of these statements end with a wildcard.
	acknowledge(stack awscdk.Stack, role awsiam.Role)
}

// sourcesOf are what jobs count in, as far as the environment has it.
func sourcesOf(environment settings.Environment, loaded settings.Settings, data *Data) []Source {
	var all []Source
	for _, key := range loaded.Used(job.KindDatabase) {
		if database, found := environment.Databases.Get(key); found {
			if cluster, created := data.Clusters[key]; created {
				database = cluster.locate(database)
			}
			all = append(all, NamedDatabase{key, database})
		}
	}
	for _, key := range loaded.Used(job.KindBucket) {
		if bucket, found := environment.Buckets.Get(key); found {
			all = append(all, NamedBucket{key, bucket, settings.BucketAccess(loaded.Jobs, key)})
		}
	}
	for _, key := range loaded.Used(job.KindAthena) {
		if athena, found := environment.Athena.Get(key); found {
			all = append(all, NamedAthena{key, athena})
		}
	}
	return all
}

// only are the sources of one kind.
func only[S Source](sources []Source) []S {
	var found []S
	for _, source := range sources {
		if one, is := source.(S); is {
			found = append(found, one)
		}
	}
	return found
}
