package change

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// tied are the types of resources that AWS does not delete while something uses them:
// CloudFormation tries for a while, says that it failed, and leaves them behind.
var tied = []string{"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::SecurityGroup"}

// outOfOrder says which resources of the Data stack a deploy would delete although what is
// deployed as Counter uses them. Data is updated first, so that they would be left behind, and
// the running counter would lose its network.
func outOfOrder(stacks []Stack) ([]string, error) {
	at := func(part string) int {
		return slices.IndexFunc(stacks, func(s Stack) bool { return strings.HasSuffix(s.name(), part) && s.Base != nil })
	}
	data, counter := at("/Data"), at("/Counter")
	if data < 0 || counter < 0 {
		return nil, nil
	}
	used, err := os.ReadFile(stacks[counter].Base.TemplateFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(stacks[data].Base.TemplateFile)
	if err != nil {
		return nil, err
	}
	var template struct {
		Resources map[string]struct {
			Metadata map[string]any
		}
		Outputs map[string]struct{ Value json.RawMessage }
	}
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, fmt.Errorf("template of %s: %w", stacks[data].name(), err)
	}
	var found []string
	for id, resource := range template.Resources {
		going := slices.IndexFunc(stacks[data].Resources, func(r Resource) bool {
			return r.Impact == willDestroy && slices.Contains(tied, r.Type) && r.Path == resource.Metadata["aws:cdk:path"]
		})
		if going < 0 {
			continue
		}
		for name, output := range template.Outputs {
			if strings.Contains(string(output.Value), `"`+id+`"`) && strings.Contains(string(used), `"`+name+`"`) {
				found = append(found, fmt.Sprintf("%s: %s (%s) is deleted, and %s as it is deployed still uses it",
					stacks[data].name(), stacks[data].Resources[going].name(), stacks[data].Resources[going].Type, stacks[counter].Base.StackName))
				break
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
