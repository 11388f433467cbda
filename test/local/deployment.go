package local

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// deployment is a function as its template describes it.
type deployment struct {
	id, name  string
	variables map[string]string
	limits    limits
	memoryMB  int
	timeout   time.Duration
	layers    []string // folders of the assembly
	actions   []string // that its role allows
}

// bucketName stands for the results bucket, whose real name CloudFormation makes.
const bucketName = "tally-results"

// stackID stands for the id of the Counter stack.
const stackID = "arn:aws:cloudformation:" + region + ":" + accountID + ":stack/tally-local-counter/1"

// topicARN is the ARN of a topic of the stack.
func topicARN(name string) string { return "arn:aws:sns:" + region + ":" + accountID + ":" + name }

// deploy reads the functions from the template, by their logical ids. A reference to
// something that has no stand-in here is an error.
func (a *Assembly) deploy() (map[string]deployment, error) {
	roles, err := a.roles()
	if err != nil {
		return nil, err
	}
	all := map[string]deployment{}
	for id, function := range a.counter.ofType("AWS::Lambda::Function") {
		deployed, err := a.deployFunction(id, function)
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", id, err)
		}
		for _, role := range attributed(function.Properties["Role"]) {
			for _, statement := range roles[role].allows() {
				deployed.actions = append(deployed.actions, statement.actions()...)
			}
		}
		all[id] = deployed
	}
	for id, resource := range a.counter.ofType("AWS::Lambda::EventInvokeConfig") {
		config := struct {
			FunctionName         struct{ Ref string }
			MaximumRetryAttempts int
			DestinationConfig    struct{ OnFailure struct{ Destination any } }
		}{MaximumRetryAttempts: defaultRetries}
		if err := convert(resource.Properties, &config); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		deployed := all[config.FunctionName.Ref]
		deployed.limits.retries = config.MaximumRetryAttempts
		deployed.limits.destination = config.DestinationConfig.OnFailure.Destination != nil
		all[config.FunctionName.Ref] = deployed
	}
	return all, nil
}

func (a *Assembly) deployFunction(id string, function resource) (deployment, error) {
	var properties struct {
		FunctionName                 string
		Environment                  struct{ Variables map[string]any }
		MemorySize                   int
		Timeout                      int
		ReservedConcurrentExecutions int
		Layers                       []struct{ Ref string }
	}
	err := convert(function.Properties, &properties)
	if err != nil {
		return deployment{}, err
	}
	deployed := deployment{
		id: id, name: properties.FunctionName,
		limits:    limits{concurrency: properties.ReservedConcurrentExecutions, retries: defaultRetries},
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

// reference is the value of a reference of the Counter stack: to itself, to a topic in it, or
// to the results bucket of the Data stack.
func (a *Assembly) reference(function string, argument any) (string, error) {
	if function == "Ref" && argument == "AWS::StackId" {
		return stackID, nil
	}
	if id, _ := argument.(string); function == "Ref" && a.counter.Resources[id].Type == "AWS::SNS::Topic" {
		name, _ := a.counter.Resources[id].Properties["TopicName"].(string)
		return topicARN(name), nil
	}
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
	return "", fmt.Errorf("%s %v refers neither to the results bucket nor to a topic", function, argument)
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
