package function

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/contract"
	"tally/lambda/internal/awsconfig"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// Inputs are what each function is given besides its own configuration.
type Inputs struct {
	AWS aws.Config
	// Jobs waits until the jobs are read, with the checks of the environment.
	Jobs func() (job.File, error)
}

// ReadInputs reads Lambda's variables, and begins to read the jobs layer: that takes a quarter of
// a cold start, in which the function can make its clients. It connects to no server.
func ReadInputs() (Inputs, error) {
	jobs := sync.OnceValues(readJobs)
	go func() { _, _ = jobs() }() // whoever waits for the jobs sees the error
	account, err := awsconfig.FromEnvironment(os.Getenv)
	if err != nil {
		return Inputs{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	return Inputs{account, jobs}, nil
}

// For is the configuration of a service, such as S3, at the endpoint that a variable may
// name.
func (i Inputs) For(service string) aws.Config {
	return awsconfig.WithEndpoint(i.AWS, awsconfig.Endpoint(os.Getenv, service))
}

// LayerFile is the path of a layer's file. name is relative to the layer root.
func LayerFile(name string) string {
	return filepath.Join(cmp.Or(os.Getenv(contract.LayerRootVariable), contract.LayerRoot), name)
}

// readJobs reads the jobs layer, and what the environment says about checks, if it says anything.
func readJobs() (job.File, error) {
	jobs, document := job.ReadDeployed(LayerFile(contract.JobsFile))
	if err := strictyaml.Join(document); err != nil {
		return job.File{}, fmt.Errorf("read jobs: %w", err)
	}
	var overrides job.CheckOverrides
	content, err := os.ReadFile(LayerFile(contract.ChecksFile))
	if err == nil {
		err = json.Unmarshal(content, &overrides)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return job.File{}, fmt.Errorf("read the environment's checks: %w", err)
	}
	return jobs.WithChecks(overrides), nil
}
