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

// synthesize runs the CDK app of the project at root, as the CDK CLI does, for one
// local environment, or for all if it is empty, and writes the cloud assembly to folder.
// Functions are not bundled: Build builds them for this machine.
func synthesize(ctx context.Context, root, folder, environment, jobs string) error {
	if err := noteSources(root); err != nil {
		return fmt.Errorf("synthesize: %w", err)
	}
	cdkContext, err := json.Marshal(map[string]any{
		"env":                     environment,
		"environments":            environments,
		"jobs":                    jobs,
		"aws:cdk:bundling-stacks": []string{},
	})
	if err != nil {
		return fmt.Errorf("synthesize: %w", err)
	}
	command := exec.CommandContext(ctx, "go", "run", "-trimpath", "./infra/app")
	command.Dir = root
	command.Env = append(os.Environ(),
		"CDK_OUTDIR="+folder,
		"CDK_CONTEXT_JSON="+string(cdkContext),
		"CDK_VALIDATION=false", // another test validates; it takes some 10 s
	)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("synthesize: %w\n%s", err, said)
	}
	return nil
}
