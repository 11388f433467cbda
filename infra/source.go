package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

// Source is what jobs count in: an environment's database, bucket or Athena database. Each
// kind has a type, and a line in sourceKinds.
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

// sourceKinds make the source with a key that jobs count in, if the environment has it.
var sourceKinds = []struct {
	kind job.Kind
	make func(environment settings.Environment, jobs job.File, data *Data, key string) (made Source, found bool)
}{
	{job.KindDatabase, newNamedDatabase},
	{job.KindBucket, newNamedBucket},
	{job.KindAthena, newNamedAthena},
}

// sourcesOf are what jobs count in.
func sourcesOf(environment settings.Environment, loaded settings.Settings, data *Data) []Source {
	var all []Source
	for _, kind := range sourceKinds {
		for _, key := range loaded.Used(kind.kind) {
			if made, found := kind.make(environment, loaded.Jobs, data, key); found {
				all = append(all, made)
			}
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
