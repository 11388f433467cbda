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

// newLayers adds the layers. They hold data, so that new jobs deploy without a new
// binary.
func newLayers(scope constructs.Construct, jobsYAML, authorities []byte) (*[]awslambda.ILayerVersion, error) {
	scope = constructs.NewConstruct(scope, jsii.String("Layers"))
	jobs, err := newLayer(scope, "Jobs", "What to count", contract.JobsFile, jobsYAML)
	if err != nil {
		return nil, err
	}
	ca, err := newLayer(scope, "RdsCa", "Certificate authorities of RDS in this region", contract.CAFile, authorities)
	if err != nil {
		return nil, err
	}
	return &[]awslambda.ILayerVersion{jobs, ca}, nil
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
