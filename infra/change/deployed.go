package change

import (
	"context"
	"slices"

	"tally/infra/assembly"
)

// SinceDeploy compares the cloud assembly at head with what is deployed of one of its
// environments, which "tally fetch" wrote to the folder deployed. root is the
// project's, for its npm packages. part is Data or Counter if only that is to be deployed.
func SinceDeploy(ctx context.Context, root, environment, part, deployed, head string) (Report, error) {
	before, err := assembly.Read(deployed)
	if err != nil {
		return Report{}, err
	}
	after, err := assembly.Read(head)
	if err != nil {
		return Report{}, err
	}
	other := func(stack assembly.Stack) bool {
		return stack.Environment() != environment || part != "" && stack.Name != environment+"/"+part
	}
	stacks, err := compare(ctx, root, slices.DeleteFunc(before, other), slices.DeleteFunc(after, other), true)
	if err != nil {
		return Report{}, err
	}
	order, err := outOfOrder(stacks)
	return Report{Base: "the last deploy", Stacks: stacks, OutOfOrder: order}, err
}
