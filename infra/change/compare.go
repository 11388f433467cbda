package change

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tally/infra/assembly"
)

//go:embed compare.mjs
var script string

// Compare compares the stacks of two cloud assemblies with the npm packages of the
// project at root, an absolute path. The stacks come in order of their names. All characters
// beyond ASCII are equal if the base is fetched from CloudFormation, which gives them as
// question marks.
func Compare(ctx context.Context, root string, base, head []assembly.Stack, fetched bool) ([]Stack, error) {
	stacks := pairUp(base, head)
	files := make([]pair, len(stacks))
	for i, stack := range stacks {
		files[i] = pair{Base: templateOf(stack.Base), Head: templateOf(stack.Head), Fetched: fetched}
	}
	input, err := json.Marshal(files)
	if err != nil {
		return nil, fmt.Errorf("compare templates: %w", err)
	}
	// Node looks for packages where it runs.
	command := command(ctx, root, filepath.Join(root, "node_modules", ".bin", "node"), "--input-type=module", "--eval", script)
	command.Stdin = bytes.NewReader(input)
	command.Env = append(os.Environ(), "FORCE_COLOR=0")
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("compare templates: %w\n%s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	var differences []Difference
	if err := json.Unmarshal(output, &differences); err != nil {
		return nil, fmt.Errorf("compare templates: %w", err)
	}
	if len(differences) != len(stacks) {
		return nil, fmt.Errorf("compare templates: compare.mjs answered %d of %d stacks", len(differences), len(stacks))
	}
	for i := range stacks {
		stacks[i].Difference = differences[i]
	}
	return stacks, nil
}

// pair is what compare.mjs compares: two template files, either of which may be absent.
type pair struct {
	Base string `json:"base,omitempty"`
	Head string `json:"head,omitempty"`
	// Fetched is set if the base comes from CloudFormation.
	Fetched bool `json:"fetched"`
}

// pairUp finds the stacks of both sides that are the same on AWS. One that gets
// another name there, or another account or region, is a new stack, and the old one
// is left behind.
func pairUp(base, head []assembly.Stack) []Stack {
	var stacks []Stack
	for _, now := range head {
		stacks = append(stacks, Stack{Head: &now})
	}
	for _, before := range base {
		same := func(s Stack) bool { return s.Head.Target == before.Target && s.Head.StackName == before.StackName }
		if i := slices.IndexFunc(stacks[:len(head)], same); i >= 0 {
			stacks[i].Base = &before
		} else {
			stacks = append(stacks, Stack{Base: &before})
		}
	}
	slices.SortStableFunc(stacks, func(a, b Stack) int { return cmp.Compare(a.name(), b.name()) })
	return stacks
}

func templateOf(stack *assembly.Stack) string {
	if stack == nil {
		return ""
	}
	return stack.TemplateFile
}
