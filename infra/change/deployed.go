package change

import (
	"context"
	"slices"

	"tally/infra/assembly"
)

// SinceDeploy compares the cloud assembly at head with what is deployed of one of its
// environments, which "tally fetch" wrote to the folder deployed. root is the
// project's, for its npm packages.
func SinceDeploy(ctx context.Context, root, environment, deployed, head string) (Report, error) {
	before, err := assembly.Read(deployed)
	if err != nil {
		return Report{}, err
	}
	after, err := assembly.Read(head)
	if err != nil {
		return Report{}, err
	}
	after = slices.DeleteFunc(after, func(stack assembly.Stack) bool { return stack.Environment() != environment })
	stacks, err := compare(ctx, root, before, after, true)
	return Report{Base: "the last deploy", Stacks: stacks}, err
}
