package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// template is a CloudFormation template, as far as the tests look into it.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type           string
	Properties     map[string]any
	DeletionPolicy string
	DependsOn      any
}

func templateOf(t *testing.T, name string) template {
	t.Helper()
	found, exists := allStacks()[name]
	if !exists {
		t.Fatalf("no stack %s", name)
	}
	return parse(t, found.Template)
}

func parse(t *testing.T, text json.RawMessage) template {
	t.Helper()
	var parsed template
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// ofType lists the resources of the given types.
func (t template) ofType(types ...string) map[string]resource {
	found := map[string]resource{}
	for id, resource := range t.Resources {
		if slices.Contains(types, resource.Type) {
			found[id] = resource
		}
	}
	return found
}

// statement is one statement of an IAM or resource policy. Single values are lists.
type statement struct {
	Effect    string
	Actions   []string
	Resources []string // references as JSON
	Principal string   // as JSON; empty in an identity policy
	Condition string   // as JSON
}

// statements are all policy statements anywhere in the template: of roles (trust
// policies too), policies, buckets and queues.
func (t template) statements() []statement {
	var found []statement
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, element := range value {
				walk(element)
			}
		case map[string]any:
			if effect, ok := value["Effect"].(string); ok {
				found = append(found, statement{
					Effect:    effect,
					Actions:   texts(value["Action"]),
					Resources: texts(value["Resource"]),
					Principal: asJSON(value["Principal"]),
					Condition: asJSON(value["Condition"]),
				})
				return
			}
			for _, element := range value {
				walk(element)
			}
		}
	}
	for _, resource := range t.Resources {
		walk(resource.Properties)
	}
	return found
}

// grants lists, a line each, what a stack's roles are allowed on resources that hold
// one of the texts.
func grants(t *testing.T, stack string, texts ...string) []string {
	t.Helper()
	var found []string
	for _, statement := range templateOf(t, stack).statements() {
		resources := strings.Join(statement.Resources, " ")
		if statement.Principal != "" || !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(resources, text) }) {
			continue
		}
		line := strings.Join(statement.Actions, " ") + " on " + resources
		if statement.Condition != "" {
			line += " if " + statement.Condition
		}
		found = append(found, line)
	}
	slices.Sort(found)
	return found
}

func texts(value any) []string {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	var found []string
	for _, element := range list {
		if element != nil {
			found = append(found, asJSON(element))
		}
	}
	return found
}

// asJSON shows a value; plain text without quotes.
func asJSON(value any) string {
	if value == nil {
		return ""
	}
	if text, ok := value.(string); ok {
		return text
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it came from JSON
	}
	return strings.TrimSpace(text.String())
}
