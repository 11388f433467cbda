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
	elsewhere := func(stack assembly.Stack) bool { return stack.Environment() != environment }
	stacks, err := compare(ctx, root, slices.DeleteFunc(before, elsewhere), slices.DeleteFunc(after, elsewhere), true)
	if err != nil {
		return Report{}, err
	}
	report := Report{Base: "the last deploy"}
	if part != "Counter" { // which loses nothing that Data uses
		if report.OutOfOrder, err = outOfOrder(stacks); err != nil {
			return Report{}, err
		}
	}
	report.Stacks = slices.DeleteFunc(stacks, func(stack Stack) bool { return part != "" && stack.name() != environment+"/"+part })
	return report, nil
}
