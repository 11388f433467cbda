package infra

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// The context keys that choose what the app makes (cdk -c key=value).
const (
	ContextEnvironment  = "env"          // the one environment to make; all if absent
	ContextEnvironments = "environments" // folder of environment files
	ContextJobs         = "jobs"         // the jobs file
	ContextDeploying    = "deploying"    // "true" refuses the shipped placeholders
)

// NewApp makes a CDK app with the feature flags of cdk.json at root, so that the
// CLI, "go run ./infra/app" and tests make the same templates. Extra context
// wins over cdk.json; what the CLI passes wins over both. Without the CLI the
// cloud assembly goes to outdir.
func NewApp(root, outdir string, extra map[string]any) (awscdk.App, error) {
	data, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	if err != nil {
		return nil, fmt.Errorf("read feature flags: %w", err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read feature flags: cdk.json: %w", err)
	}
	for key, value := range extra {
		file.Context[key] = value
	}
	props := awscdk.AppProps{Context: &file.Context, AnalyticsReporting: jsii.Bool(false)}
	if os.Getenv("CDK_OUTDIR") == "" {
		props.Outdir = jsii.String(outdir)
	}
	return awscdk.NewApp(&props), nil
}

// ContextText reads a context value given as text; empty when absent.
func ContextText(app awscdk.App, key string) string {
	text, _ := app.Node().TryGetContext(jsii.String(key)).(string)
	return text
}
