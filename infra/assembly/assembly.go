// Package assembly reads what synth writes, and writes as much of it as it reads: the cloud
// assembly, a folder with a manifest per environment and a template per stack (CDK's
// cloud-assembly-schema).
package assembly

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stack is a synthesized stack.
type Stack struct {
	Name                  string // such as dev/Data
	StackName             string // on AWS, such as tally-dev-data
	Target                string // where it is deployed, such as aws://111122223333/ap-northeast-2
	TemplateFile          string
	MetadataFile          string // what constructs have the CLI say, among others
	LookupRole            string // the ARN of CDK's role for questions, with ${AWS::…} in it
	TerminationProtection bool
	Tags                  map[string]string // CloudFormation puts them on the stack and what is in it
}

// Environment is the stage that the stack belongs to, such as dev.
func (s Stack) Environment() string {
	environment, _, _ := strings.Cut(s.Name, "/")
	return environment
}

// Account is where the stack is deployed; CDK's unknown-account, if the environment names
// none.
func (s Stack) Account() string {
	account, _, _ := strings.Cut(strings.TrimPrefix(s.Target, "aws://"), "/")
	return account
}

// Region is where the stack is deployed.
func (s Stack) Region() string { return s.Target[strings.LastIndexByte(s.Target, '/')+1:] }

// Read lists the stacks of all environments in the cloud assembly at folder, by name.
func Read(folder string) ([]Stack, error) {
	manifests, err := filepath.Glob(filepath.Join(folder, "assembly-*", "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("read cloud assembly: %w", err)
	}
	if len(manifests) == 0 {
		return nil, fmt.Errorf("read cloud assembly: %s holds no environment", folder)
	}
	var stacks []Stack
	for _, file := range manifests {
		found, err := readManifest(file)
		if err != nil {
			return nil, fmt.Errorf("read cloud assembly: %w", err)
		}
		stacks = append(stacks, found...)
	}
	slices.SortFunc(stacks, func(a, b Stack) int { return cmp.Compare(a.Name, b.Name) })
	return stacks, nil
}

// artifact is what the manifest of a folder says about a stack.
type artifact struct {
	Type                   string     `json:"type"`
	Environment            string     `json:"environment"`
	DisplayName            string     `json:"displayName"`
	Properties             properties `json:"properties"`
	AdditionalMetadataFile string     `json:"additionalMetadataFile"`
}

type properties struct {
	StackName             string            `json:"stackName"`
	TemplateFile          string            `json:"templateFile"`
	LookupRole            lookupRole        `json:"lookupRole"`
	TerminationProtection bool              `json:"terminationProtection"`
	Tags                  map[string]string `json:"tags"`
}

type lookupRole struct {
	ARN string `json:"arn"`
}

const stackType = "aws:cloudformation:stack"

func readManifest(file string) ([]Stack, error) {
	var manifest struct{ Artifacts map[string]artifact }
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var stacks []Stack
	for _, artifact := range manifest.Artifacts {
		if artifact.Type != stackType {
			continue
		}
		stacks = append(stacks, Stack{
			Name:                  artifact.DisplayName,
			StackName:             artifact.Properties.StackName,
			Target:                artifact.Environment,
			TemplateFile:          filepath.Join(filepath.Dir(file), artifact.Properties.TemplateFile),
			MetadataFile:          filepath.Join(filepath.Dir(file), artifact.AdditionalMetadataFile),
			LookupRole:            artifact.Properties.LookupRole.ARN,
			TerminationProtection: artifact.Properties.TerminationProtection,
			Tags:                  artifact.Properties.Tags,
		})
	}
	return stacks, nil
}

// Template is a stack together with the text of its template.
type Template struct {
	Stack
	Text string
}

// Write makes the folder, with as much of a cloud assembly of one environment as Read
// takes. What was in the folder before is deleted.
func Write(folder, environment string, templates []Template) error {
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	within := filepath.Join(folder, "assembly-"+environment)
	if err := os.MkdirAll(within, 0o755); err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	artifacts := map[string]artifact{}
	for _, template := range templates {
		file := template.StackName + ".template.json"
		if err := os.WriteFile(filepath.Join(within, file), []byte(template.Text), 0o644); err != nil {
			return fmt.Errorf("write cloud assembly: %w", err)
		}
		artifacts[template.StackName] = artifact{Type: stackType, Environment: template.Target, DisplayName: template.Name, Properties: properties{
			StackName: template.StackName, TemplateFile: file, TerminationProtection: template.TerminationProtection, Tags: template.Tags,
		}}
	}
	text, err := json.Marshal(map[string]any{"artifacts": artifacts})
	if err != nil {
		return fmt.Errorf("write cloud assembly: %w", err)
	}
	return os.WriteFile(filepath.Join(within, "manifest.json"), text, 0o644)
}
