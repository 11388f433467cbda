package discover

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// texts are a text or a list of texts, as policies have both.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var value any
	err := json.Unmarshal(data, &value)
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	for _, one := range list {
		*t = append(*t, fmt.Sprint(one)) // numbers and booleans, too
	}
	return err
}

// demands are the endpoints and the VPCs that a bucket's policy demands: it denies what comes
// from elsewhere.
func demands(policy string) (endpoints, vpcs []string, err error) {
	var document struct {
		Statement []struct {
			Effect    string
			Action    texts
			Condition map[string]map[string]texts
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return nil, nil, fmt.Errorf("it is no JSON that is a policy: %w", err)
	}
	for _, statement := range document.Statement {
		if statement.Effect != "Deny" || statement.Action != nil && !slices.ContainsFunc(statement.Action, reads) {
			continue
		}
		for operator, keys := range statement.Condition {
			if !strings.HasPrefix(operator, "StringNot") && !strings.HasPrefix(operator, "ForAnyValue:StringNot") {
				continue
			}
			for key, values := range keys {
				switch strings.ToLower(key) {
				case "aws:sourcevpce":
					endpoints = append(endpoints, values...)
				case "aws:sourcevpc":
					vpcs = append(vpcs, values...)
				}
			}
		}
	}
	return endpoints, vpcs, nil
}

// reads tells whether an action of a policy is one of the counter's.
func reads(action string) bool {
	for _, own := range []string{"s3:getobject", "s3:listbucket"} {
		begin, any := strings.CutSuffix(strings.ToLower(action), "*")
		if begin == own || any && strings.HasPrefix(own, begin) {
			return true
		}
	}
	return false
}
