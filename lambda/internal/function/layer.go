package function

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// LayerFile is the path of a layer's file. name is relative to the layer root.
func LayerFile(variable func(string) string, name string) string {
	return filepath.Join(cmp.Or(variable(contract.LayerRootVariable), contract.LayerRoot), name)
}

// readJobs reads the jobs layer, and what the environment says about their checks.
func readJobs(variable func(string) string) (job.File, error) {
	path := LayerFile(variable, contract.JobsFile)
	jobs, document := job.ReadDeployed(path)
	if err := strictyaml.Join(document); err != nil {
		return job.File{}, fmt.Errorf("read jobs: %w", err)
	}
	overrides, err := readChecks(variable)
	if err != nil {
		return job.File{}, err
	}
	return jobs.WithChecks(overrides), nil
}

// readChecks reads what the environment says about checks, if it says anything.
func readChecks(variable func(string) string) (overrides job.CheckOverrides, err error) {
	content, err := os.ReadFile(LayerFile(variable, contract.ChecksFile))
	if errors.Is(err, fs.ErrNotExist) {
		return overrides, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &overrides)
	}
	if err != nil {
		return overrides, fmt.Errorf("read the environment's checks: %w", err)
	}
	return overrides, nil
}
