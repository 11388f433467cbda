package function

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/awsconfig"
	"tally/lambda/job"
)

// Inputs are what each function is given besides its own configuration.
type Inputs struct {
	Jobs job.File // with the checks of the environment
	AWS  aws.Config

	variable func(string) string
}

// ReadInputs reads the jobs layer and Lambda's variables. It connects to no server.
func ReadInputs(variable func(string) string) (Inputs, error) {
	jobs, err := readJobs(variable)
	if err != nil {
		return Inputs{}, err
	}
	overrides, err := readChecks(variable)
	if err != nil {
		return Inputs{}, err
	}
	account, err := awsconfig.FromEnvironment(variable)
	if err != nil {
		return Inputs{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	return Inputs{jobs.WithChecks(overrides), account, variable}, nil
}

// For is the configuration of a service, such as S3, at the endpoint that a variable may
// name.
func (i Inputs) For(service string) aws.Config {
	return awsconfig.WithEndpoint(i.AWS, awsconfig.Endpoint(i.variable, service))
}
