package infra

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// layers are the functions' layers. They hold data, so that new jobs deploy without a new
// binary.
type layers struct{ counter, monitor []awslambda.ILayerVersion }

func newLayers(scope constructs.Construct, props CounterProps) (layers, error) {
	scope = constructs.NewConstruct(scope, jsii.String("Layers"))
	jobs, err := newLayer(scope, "Jobs", "What to count", contract.JobsFile, props.JobsYAML)
	if err != nil {
		return layers{}, err
	}
	authorities, err := newLayer(scope, "RdsCa", "Certificate authorities of RDS in this region", contract.CAFile, props.Environment.RDSCA)
	if err != nil {
		return layers{}, err
	}
	all := layers{counter: []awslambda.ILayerVersion{jobs, authorities}, monitor: []awslambda.ILayerVersion{jobs}}
	checks := props.Environment.Checks
	if !checks.Off && len(checks.Jobs) == 0 {
		return all, nil
	}
	overrides, err := json.Marshal(checks)
	if err != nil {
		return layers{}, fmt.Errorf("encode the checks of %s: %w", props.Environment.Name, err)
	}
	own, err := newLayer(scope, "Checks", "What this environment says about checks", contract.ChecksFile, overrides)
	all.monitor = append(all.monitor, own)
	return all, err
}

// newLayer adds a layer that holds one file. CDK copies it at once, so that its folder can
// be deleted.
func newLayer(scope constructs.Construct, id, description, name string, data []byte) (awslambda.LayerVersion, error) {
	folder, err := os.MkdirTemp("", "tally-layer-")
	if err != nil {
		return nil, fmt.Errorf("make layer %s: %w", id, err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make layer %s: %w", id, err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return nil, fmt.Errorf("make layer %s: %w", id, err)
	}
	return awslambda.NewLayerVersion(scope, jsii.String(id), &awslambda.LayerVersionProps{
		Description:             jsii.String(description),
		Code:                    awslambda.Code_FromAsset(jsii.String(folder), nil),
		CompatibleRuntimes:      &[]awslambda.Runtime{awslambda.Runtime_PROVIDED_AL2023()},
		CompatibleArchitectures: &[]awslambda.Architecture{awslambda.Architecture_ARM_64()},
	}), nil
}
