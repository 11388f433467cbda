package local

import (
	"fmt"
	"strings"
)

// template is the part of a CloudFormation template that one machine needs.
type template struct {
	Resources map[string]resource `json:"Resources"`
	Outputs   map[string]output   `json:"Outputs"`
}

type resource struct {
	Type       string         `json:"Type"`
	Properties map[string]any `json:"Properties"`
}

type output struct {
	Value any `json:"Value"`
}

// ofType returns the resources of a CloudFormation type by their logical ids.
func (t template) ofType(kind string) map[string]resource {
	found := map[string]resource{}
	for id, resource := range t.Resources {
		if resource.Type == kind {
			found[id] = resource
		}
	}
	return found
}

// only returns the single resource of a type.
func (t template) only(kind string) (string, resource, error) {
	found := t.ofType(kind)
	if len(found) != 1 {
		return "", resource{}, fmt.Errorf("the template has %d resources of type %s, want one", len(found), kind)
	}
	for id, resource := range found {
		return id, resource, nil
	}
	panic("unreachable")
}

// resolve turns a value with intrinsic functions into text. reference says what a
// Ref, Fn::GetAtt, Fn::ImportValue or Fn::GetStackOutput stands for on this
// machine; its argument is the intrinsic's value.
func resolve(value any, reference func(function string, argument any) (string, error)) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case map[string]any:
		if len(value) != 1 {
			break
		}
		for function, argument := range value {
			if function == "Fn::Join" {
				return join(argument, reference)
			}
			return reference(function, argument)
		}
	}
	return "", fmt.Errorf("cannot resolve %v", value)
}

func join(argument any, reference func(string, any) (string, error)) (string, error) {
	pair, ok := argument.([]any)
	if !ok || len(pair) != 2 {
		return "", fmt.Errorf("Fn::Join takes a separator and a list, not %v", argument)
	}
	separator, isText := pair[0].(string)
	parts, isList := pair[1].([]any)
	if !isText || !isList {
		return "", fmt.Errorf("Fn::Join takes a separator and a list, not %v", argument)
	}
	var texts []string
	for _, part := range parts {
		text, err := resolve(part, reference)
		if err != nil {
			return "", err
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, separator), nil
}
