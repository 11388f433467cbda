package test

import (
	"strings"
	"testing"
)

// ofData is an attribute of a resource of the Data stack, as resolved shows it.
func ofData(environment, id, attribute string) string {
	return "<" + environment + "-Data " + id + "." + attribute + ">"
}

// resolved shows a value of the Counter stack as text: what refers to the Data stack
// by an output as what that output is.
func resolved(t *testing.T, environment string, value any) string {
	t.Helper()
	object, isObject := value.(map[string]any)
	if !isObject {
		return asJSON(value)
	}
	if join, ok := object["Fn::Join"].([]any); ok {
		var text strings.Builder
		for _, part := range join[1].([]any) {
			text.WriteString(resolved(t, environment, part))
		}
		return text.String()
	}
	reference, ok := object["Fn::GetStackOutput"].(map[string]any)
	if !ok {
		return asJSON(value)
	}
	name := reference["OutputName"].(string)
	output, exists := templateOf(t, environment+"-Data").Outputs[name]
	if !exists || reference["StackName"] != "tally-"+environment+"-data" {
		t.Fatalf("nothing is published as %v", reference)
	}
	attribute, ok := output.Value.(map[string]any)["Fn::GetAtt"].([]any)
	if !ok {
		return ofData(environment, asJSON(output.Value.(map[string]any)["Ref"]), "Ref")
	}
	return ofData(environment, attribute[0].(string), attribute[1].(string))
}
