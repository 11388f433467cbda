package local

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// Where the project keeps the environments that only ever run on one machine.
const (
	environments = "test/local"
	jobsFile     = "test/local/jobs.yaml"
)

// Synthesize runs the CDK app of the project at root, as the CDK CLI does, for one
// local environment, and returns its cloud assembly, written to folder. The
// function is not bundled: Start builds it for this machine.
func Synthesize(ctx context.Context, root, folder, environment string) (*Assembly, error) {
	if err := noteSources(root); err != nil {
		return nil, fmt.Errorf("synthesize: %w", err)
	}
	cdkContext, err := json.Marshal(map[string]any{
		"env":                     environment,
		"environments":            environments,
		"jobs":                    jobsFile,
		"aws:cdk:bundling-stacks": []string{},
	})
	if err != nil {
		return nil, fmt.Errorf("synthesize: %w", err)
	}
	command := exec.CommandContext(ctx, "go", "run", "./infra/app")
	command.Dir = root
	command.Env = append(os.Environ(),
		"CDK_OUTDIR="+folder,
		"CDK_CONTEXT_JSON="+string(cdkContext),
		"CDK_VALIDATION=false", // another test validates; it takes some 10 s
	)
	if said, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("synthesize %s: %w\n%s", environment, err, said)
	}
	return openAssembly(folder, environment)
}
