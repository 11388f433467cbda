package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"tally/infra/assembly"
)

// The limits of AWS on what grows with the jobs and sources of an environment.
const (
	resourceLimit    = 500       // of a stack (CloudFormation quotas)
	templateLimit    = 1_000_000 // bytes (likewise, 1 MB)
	rolePolicyLimit  = 10_240    // characters of a role's inline policies, without blanks (IAM quotas)
	queuePolicyLimit = 20        // statements (SQS quotas)
	// referenceSize is for a reference, which is an ARN or a name once deployed.
	referenceSize = 100 // characters
)

// tooLargeStacks reports the stacks of the cloud assembly at folder that AWS would refuse
// at deploy because they are too large.
func tooLargeStacks(folder string) (problems []error, err error) {
	stacks, err := assembly.Read(folder)
	if err != nil {
		return nil, err
	}
	for _, stack := range stacks {
		template, err := os.ReadFile(stack.TemplateFile)
		if err != nil {
			return nil, err
		}
		large, err := tooLarge(template)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stack.Name, err)
		}
		for _, what := range large {
			problems = append(problems, fmt.Errorf("%s has %s; split environment %s: give some of its jobs a file of their own, and that an environment (docs/environments.md)",
				stack.Name, what, stack.Environment()))
		}
	}
	return problems, nil
}

// tooLarge says what in a template is above its limit.
func tooLarge(text []byte) ([]string, error) {
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, err
	}
	var found []string
	above := func(what string, size, limit int) {
		if size > limit {
			found = append(found, fmt.Sprintf("%d %s, where AWS allows %d", size, what, limit))
		}
	}
	above("resources", len(template.Resources), resourceLimit)
	above("bytes of template", len(text), templateLimit)
	roles := map[string]int{}
	for id, resource := range template.Resources {
		switch resource.Type {
		case "AWS::IAM::Role":
			roles[id] += sizeOf(resource.Properties["Policies"])
		case "AWS::IAM::Policy":
			for _, role := range list(resource.Properties["Roles"]) {
				if reference, ok := role.(map[string]any); ok {
					roles[fmt.Sprint(reference["Ref"])] += sizeOf(resource.Properties["PolicyDocument"])
				}
			}
		case "AWS::SQS::QueuePolicy":
			if document, ok := resource.Properties["PolicyDocument"].(map[string]any); ok {
				above("statements in the policy of a queue", len(list(document["Statement"])), queuePolicyLimit)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(roles)) {
		above("characters in the policies of role "+id, roles[id], rolePolicyLimit)
	}
	return found, nil
}

func list(value any) []any {
	elements, _ := value.([]any)
	return elements
}

// sizeOf is the size of a policy in characters, once its references are texts.
func sizeOf(value any) int {
	switch value := value.(type) {
	case []any:
		size := 2
		for _, element := range value {
			size += sizeOf(element) + 1
		}
		return size
	case map[string]any:
		size := 2
		for key, element := range value {
			if key == "Ref" || strings.HasPrefix(key, "Fn::Get") {
				return referenceSize
			}
			size += len(key) + len(`"":,`) + sizeOf(element)
		}
		return size
	case string:
		return len(value) + len(`""`)
	}
	return len(fmt.Sprint(value))
}
