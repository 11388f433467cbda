package local

import (
	"fmt"
	"slices"
)

// role is an IAM role of the template, with its own policies.
type role struct {
	AssumeRolePolicyDocument struct {
		Statement []struct{ Principal struct{ Service string } }
	}
	Policies []struct {
		PolicyDocument struct {
			Statement []roleStatement
		}
	}
}

type roleStatement struct {
	Effect           string
	Action, Resource any
}

// allows are the statements that allow something.
func (r role) allows() []roleStatement {
	var all []roleStatement
	for _, policy := range r.Policies {
		for _, statement := range policy.PolicyDocument.Statement {
			if statement.Effect == "Allow" {
				all = append(all, statement)
			}
		}
	}
	return all
}

// actions are those of a statement: a text or a list.
func (s roleStatement) actions() []string {
	switch action := s.Action.(type) {
	case string:
		return []string{action}
	case []any:
		var all []string
		for _, each := range action {
			if text, ok := each.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// roles are those of functions, by logical id.
func (a *Assembly) roles() (map[string]role, error) {
	all := map[string]role{}
	for id, resource := range a.counter.ofType("AWS::IAM::Role") {
		var read role
		if err := convert(resource.Properties, &read); err != nil {
			return nil, fmt.Errorf("role %s: %w", id, err)
		}
		if read.AssumeRolePolicyDocument.Statement[0].Principal.Service == "lambda.amazonaws.com" { // not of schedules
			all[id] = read
		}
	}
	return all, nil
}

// mayInvoke are the logical ids of the functions that the monitor's role allows to invoke.
func (a *Assembly) mayInvoke() (map[string]bool, error) {
	roles, err := a.roles()
	if err != nil {
		return nil, err
	}
	allowed := map[string]bool{}
	for _, role := range roles {
		for _, statement := range role.allows() {
			if slices.Equal(statement.actions(), []string{"lambda:InvokeFunction"}) {
				for _, function := range attributed(statement.Resource) {
					allowed[function] = true
				}
			}
		}
	}
	return allowed, nil
}

// attributed are the logical ids in {"Fn::GetAtt": [id, "Arn"]}, or in a list of these.
func attributed(value any) []string {
	switch value := value.(type) {
	case []any:
		var all []string
		for _, each := range value {
			all = append(all, attributed(each)...)
		}
		return all
	case map[string]any:
		if attribute, ok := value["Fn::GetAtt"].([]any); ok && len(attribute) == 2 {
			if id, ok := attribute[0].(string); ok {
				return []string{id}
			}
		}
	}
	return nil
}
