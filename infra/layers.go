package infra

import (
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
type layers struct{ jobs, authorities awslambda.ILayerVersion }

func newLayers(scope constructs.Construct, jobsYAML, authorities []byte) (all layers, err error) {
	scope = constructs.NewConstruct(scope, jsii.String("Layers"))
	if all.jobs, err = newLayer(scope, "Jobs", "What to count", contract.JobsFile, jobsYAML); err != nil {
		return layers{}, err
	}
	all.authorities, err = newLayer(scope, "RdsCa", "Certificate authorities of RDS in this region", contract.CAFile, authorities)
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
