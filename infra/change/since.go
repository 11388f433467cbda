package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"tally/infra/assembly"
)

// Since compares the project at root, as it is in the working tree, with a revision
// of its repository. It leaves nothing behind, also when ctx is cancelled.
func Since(ctx context.Context, root, revision string) (report Report, err error) {
	folder, err := os.MkdirTemp("", "tally-diff-")
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	checkout, err := CheckOut(ctx, root, revision, folder)
	if err != nil {
		return Report{}, fmt.Errorf("check out the base: %w", err)
	}
	defer func() { err = errors.Join(err, checkout.Remove()) }()
	base, head, err := synthesizeBoth(ctx, checkout, root, folder)
	if err != nil {
		return Report{}, err
	}
	stacks, err := Compare(ctx, root, base, head, false)
	return Report{Base: revision + " (" + checkout.Commit[:7] + ")", Behind: checkout.Behind, Stacks: stacks}, err
}

// synthesizeBoth ends the other side when one fails.
func synthesizeBoth(ctx context.Context, checkout *Checkout, root, folder string) (base, head []assembly.Stack, err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var both sync.WaitGroup
	side := func(name, root, out string, stacks *[]assembly.Stack) {
		both.Go(func() {
			made, err := Synthesize(ctx, root, filepath.Join(folder, out))
			if err != nil {
				fail(fmt.Errorf("%s does not synthesize: %w", name, err))
			}
			*stacks = made
		})
	}
	side("the base, "+checkout.Commit[:7]+",", checkout.Root, "of-base", &base)
	side("the working tree", root, "of-head", &head)
	both.Wait()
	return base, head, context.Cause(ctx)
}

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
	stacks, err := Compare(ctx, root, slices.DeleteFunc(before, elsewhere), slices.DeleteFunc(after, elsewhere), true)
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
