package infra

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
// wins over cdk.json, and the CLI's context over both. Without the CLI the
// cloud assembly is written to outdir.
func NewApp(root, outdir string, extra map[string]any) (awscdk.App, error) {
	flags, err := featureFlags(root)
	if err != nil {
		return nil, err
	}
	maps.Copy(flags, extra)
	props := awscdk.AppProps{Context: &flags, AnalyticsReporting: jsii.Bool(false)}
	if os.Getenv("CDK_OUTDIR") == "" {
		props.Outdir = jsii.String(outdir)
	}
	return awscdk.NewApp(&props), nil
}

// featureFlags reads the context of cdk.json. It adds what the CLI adds by default: paths,
// which "cdk diff" shows instead of logical ids.
func featureFlags(root string) (map[string]any, error) {
	data, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	if err != nil {
		return nil, fmt.Errorf("read feature flags: %w", err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read feature flags: cdk.json: %w", err)
	}
	flags := map[string]any{
		"aws:cdk:enable-path-metadata":  true,
		"aws:cdk:enable-asset-metadata": true,
		// Synth reports more, and says what to do.
		"@aws-cdk/core:stackResourceLimit": 0,
	}
	maps.Copy(flags, file.Context)
	return flags, nil
}

// Recover, when deferred, makes a panic an error. The CDK library reports its errors as
// panics, with a trace that helps nobody.
func Recover(err *error) {
	if failure := recover(); failure != nil {
		*err = fmt.Errorf("synthesize: %v", failure)
	}
}

// Synth writes the cloud assembly. The error begins with what is too large for AWS and
// what to do about it. CDK reports some of that, too, in other words.
func Synth(app awscdk.App) error {
	failure := synth(app)
	large, err := tooLargeStacks(*app.Outdir())
	return errors.Join(append(large, cmp.Or(failure, err))...)
}

func synth(app awscdk.App) (err error) {
	defer Recover(&err)
	app.Synth(nil)
	return nil
}
