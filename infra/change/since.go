package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	behind, err := checkout.Behind(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("check out the base: %w", err)
	}
	base, head, err := synthesizeBoth(ctx, checkout, root, folder)
	if err != nil {
		return Report{}, err
	}
	stacks, err := Compare(ctx, root, base, head)
	return Report{Base: revision + " (" + checkout.Commit[:7] + ")", Behind: behind, Stacks: stacks}, err
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
