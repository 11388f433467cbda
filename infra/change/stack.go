package change

import (
	"fmt"
	"maps"
	"strings"

	"tally/infra/assembly"
)

// Stack is what changes about one stack.
type Stack struct {
	Base, Head *assembly.Stack // nil where the stack is not there
	Difference
}

// Difference is what compare.mjs says of two templates.
type Difference struct {
	Resources []Resource
	Assets    []Asset
	Text      string // the rest of the template: permissions, network rules, outputs
}

// Asset is a function, layer or dashboard that gets new content.
type Asset struct{ Path, Type string }

// name is the stack's, such as dev/Data.
func (s Stack) name() string { return s.either().Name }

func (s Stack) either() *assembly.Stack {
	if s.Head != nil {
		return s.Head
	}
	return s.Base
}

func (s Stack) changed() bool {
	return s.givesUp() || len(s.notes()) > 0 || len(s.Resources) > 0 || s.Text != ""
}

// givesUp tells whether the stack may be deleted from then on, and what is in it.
func (s Stack) givesUp() bool {
	return s.Base != nil && s.Head != nil && s.Base.TerminationProtection && !s.Head.TerminationProtection
}

// notes are the other changes that no template holds, or that need no more than a line.
func (s Stack) notes() []string {
	if s.Base == nil {
		return []string{"a new stack, " + s.Head.StackName}
	}
	if s.Head == nil {
		return []string{fmt.Sprintf("the stack is no longer made: %s and its resources (%d) stay, unmanaged, until somebody deletes it (aws cloudformation delete-stack --stack-name %[1]s)",
			s.Base.StackName, len(s.Resources))}
	}
	var notes []string
	if !s.Base.TerminationProtection && s.Head.TerminationProtection {
		notes = append(notes, "termination protection is switched on")
	}
	if !maps.Equal(s.Base.Tags, s.Head.Tags) {
		notes = append(notes, fmt.Sprintf("the stack's tags change from %v to %v", s.Base.Tags, s.Head.Tags)) // printed in order of their keys
	}
	if len(s.Assets) > 0 {
		notes = append(notes, newContent(s.Assets))
	}
	return notes
}

// newContent names what only gets new content, in one line.
func newContent(assets []Asset) string {
	kinds := map[string]string{"AWS::Lambda::Function": "new code of ", "AWS::Lambda::LayerVersion": "new layer ", "AWS::CloudWatch::Dashboard": "new widgets of "}
	names := make([]string, len(assets))
	for i, asset := range assets {
		names[i] = kinds[asset.Type] + nameOf(asset.Path)
	}
	return strings.Join(names, ", ")
}
