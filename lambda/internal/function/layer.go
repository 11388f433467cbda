package function

import (
	"cmp"
	"fmt"
	"path/filepath"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// LayerFile is the path of a layer's file. name is relative to the layer root.
func LayerFile(variable func(string) string, name string) string {
	return filepath.Join(cmp.Or(variable(contract.LayerRootVariable), contract.LayerRoot), name)
}

// readJobs reads the jobs layer.
func readJobs(variable func(string) string) (job.File, error) {
	path := LayerFile(variable, contract.JobsFile)
	jobs, document, _ := job.ReadFile(path, path)
	if err := strictyaml.Join(document); err != nil {
		return job.File{}, fmt.Errorf("read jobs: %w", err)
	}
	return jobs, nil
}
