package change

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Checkout is a commit of the project in a folder of its own.
type Checkout struct {
	Root   string // of the project, like the working tree's
	Commit string // its full hash

	worktree string
	from     string // root of the working tree
}

// CheckOut makes a git worktree of a revision below folder, with npm packages: those
// of the project at root if they are the same, else its own.
func CheckOut(ctx context.Context, root, revision, folder string) (*Checkout, error) {
	commit, err := commitOf(ctx, root, revision)
	if err != nil {
		return nil, err
	}
	within, err := git(ctx, root, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	checkout := &Checkout{Commit: commit, worktree: filepath.Join(folder, "base"), from: root}
	checkout.Root = filepath.Join(checkout.worktree, within)
	// Not to be interrupted, it takes no time: git would leave half a worktree.
	uncancelled := context.WithoutCancel(ctx)
	if _, err := git(uncancelled, root, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", checkout.worktree, commit); err != nil {
		return nil, err
	}
	if err := checkout.installPackages(ctx); err != nil {
		return nil, errors.Join(err, checkout.Remove())
	}
	return checkout, nil
}

// Remove deletes the worktree, also from git's list of them. It is not for ending
// early: what interrupts the program must not leave it behind.
func (c *Checkout) Remove() error {
	_, err := git(context.Background(), c.from, "worktree", "remove", "--force", c.worktree)
	return err
}

// Behind is how many commits of the checkout the working tree lacks.
func (c *Checkout) Behind(ctx context.Context) (int, error) {
	count, err := git(ctx, c.from, "rev-list", "--count", "HEAD.."+c.Commit)
	if err != nil {
		return 0, err
	}
	var behind int
	_, err = fmt.Sscan(count, &behind)
	return behind, err
}

func (c *Checkout) installPackages(ctx context.Context) error {
	if sameFile("package-lock.json", c.Root, c.from) && sameFile("package.json", c.Root, c.from) {
		return os.Symlink(filepath.Join(c.from, "node_modules"), filepath.Join(c.Root, "node_modules"))
	}
	install := command(ctx, c.Root, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	if said, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("install the npm packages of %s: %w\n%s", c.Commit, err, bytes.TrimSpace(said))
	}
	return nil
}

func sameFile(name, a, b string) bool {
	one, errOne := os.ReadFile(filepath.Join(a, name))
	other, errOther := os.ReadFile(filepath.Join(b, name))
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}

// git runs git at root and returns what it prints, without the blanks around it.
func git(ctx context.Context, root string, arguments ...string) (string, error) {
	output, err := gitOutput(ctx, root, arguments...)
	return strings.TrimSpace(string(output)), err
}

func gitOutput(ctx context.Context, root string, arguments ...string) ([]byte, error) {
	var complaint bytes.Buffer
	command := command(ctx, root, "git", arguments...)
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w\n%s", strings.Join(arguments, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return output, nil
}
