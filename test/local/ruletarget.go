package local

import (
	"encoding/json"
	"fmt"
	"strings"
)

// ruleTarget is what a rule fires.
type ruleTarget struct {
	Arn              any
	Input            string
	InputTransformer struct {
		InputPathsMap map[string]string
		InputTemplate string
	}
}

// readTarget reads the only target of a rule.
func readTarget(rule resource) (ruleTarget, error) {
	var properties struct {
		State   string
		Targets []ruleTarget
	}
	if err := convert(rule.Properties, &properties); err != nil {
		return ruleTarget{}, err
	}
	if properties.State != "ENABLED" {
		return ruleTarget{}, fmt.Errorf("its state is %q, want ENABLED", properties.State)
	}
	if len(properties.Targets) != 1 {
		return ruleTarget{}, fmt.Errorf("it has %d targets, want one", len(properties.Targets))
	}
	return properties.Targets[0], nil
}

// input is what EventBridge makes of an event with a constant input, or with an input
// transformer: each placeholder <name> becomes the JSON value at its path in the event
// (EventBridge user guide, "Amazon EventBridge input transformation").
func (t ruleTarget) input(event map[string]any) (string, error) {
	if t.Input != "" {
		return t.Input, nil
	}
	var values []string
	for name, path := range t.InputTransformer.InputPathsMap {
		value, err := valueAt(event, path)
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return "", fmt.Errorf("encode the value at %s: %w", path, err)
		}
		values = append(values, "<"+name+">", string(text))
	}
	text := strings.NewReplacer(values...).Replace(t.InputTransformer.InputTemplate)
	if !json.Valid([]byte(text)) {
		return "", fmt.Errorf("the input is not JSON: %s", text)
	}
	return text, nil
}

// valueAt is the value at a path of keys, such as $.detail.object.key.
func valueAt(event map[string]any, path string) (any, error) {
	keys := strings.Split(path, ".")
	if keys[0] != "$" {
		return nil, fmt.Errorf("the input path %s is not supported here", path)
	}
	value := any(event)
	for _, key := range keys[1:] {
		object, _ := value.(map[string]any)
		below, found := object[key]
		if !found {
			return nil, fmt.Errorf("the event has nothing at the input path %s", path)
		}
		value = below
	}
	return value, nil
}
