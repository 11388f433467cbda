package local

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// deployment is the function as its template describes it.
type deployment struct {
	variables map[string]string
	memoryMB  int
	timeout   time.Duration
	layers    []string // folders of the assembly
}

// bucketName stands for the results bucket, whose real name CloudFormation makes.
const bucketName = "tally-results"

// deploy reads the function from the template. A reference to something that has no
// stand-in here is an error.
func (a *Assembly) deploy() (deployment, error) {
	_, function, err := a.counter.only("AWS::Lambda::Function")
	if err != nil {
		return deployment{}, err
	}
	var properties struct {
		Environment struct{ Variables map[string]any }
		MemorySize  int
		Timeout     int
		Layers      []struct{ Ref string }
	}
	if err := convert(function.Properties, &properties); err != nil {
		return deployment{}, fmt.Errorf("read the function: %w", err)
	}
	deployed := deployment{
		variables: map[string]string{},
		memoryMB:  properties.MemorySize,
		timeout:   time.Duration(properties.Timeout) * time.Second,
	}
	for name, value := range properties.Environment.Variables {
		if deployed.variables[name], err = resolve(value, a.reference); err != nil {
			return deployment{}, fmt.Errorf("variable %s: %w", name, err)
		}
	}
	for _, layer := range properties.Layers {
		var content struct{ Content struct{ S3Key string } }
		if err := convert(a.counter.Resources[layer.Ref].Properties, &content); err != nil {
			return deployment{}, fmt.Errorf("layer %s: %w", layer.Ref, err)
		}
		deployed.layers = append(deployed.layers, a.asset(content.Content.S3Key))
	}
	return deployed, nil
}

// reference is the value of a reference from the Counter stack to another one. The only one
// that is known is to the results bucket of the Data stack.
func (a *Assembly) reference(function string, argument any) (string, error) {
	bucket, _, err := a.data.only("AWS::S3::Bucket")
	if err != nil {
		return "", err
	}
	if output, ok := argument.(map[string]any); ok && function == "Fn::GetStackOutput" {
		name, _ := output["OutputName"].(string)
		var value struct{ Value struct{ Ref string } }
		if err := convert(map[string]any{"Value": a.data.Outputs[name].Value}, &value); err != nil {
			return "", fmt.Errorf("output %s of the Data stack: %w", name, err)
		}
		if value.Value.Ref == bucket {
			return bucketName, nil
		}
	}
	return "", fmt.Errorf("%s %v does not refer to the results bucket", function, argument)
}

// unpackLayers merges the layers' folders into one, as Lambda does in /opt.
func (d deployment) unpackLayers(folder string) error {
	for _, layer := range d.layers {
		if err := os.CopyFS(folder, os.DirFS(layer)); err != nil {
			return fmt.Errorf("unpack layer %s: %w", filepath.Base(layer), err)
		}
	}
	return nil
}
