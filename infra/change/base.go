package change

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Checkout is a commit of the project in a folder of its own.
type Checkout struct {
	Root   string // of the project, like the working tree's
	Commit string // its full hash
	Behind int    // commits of it that the working tree lacks

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
	lacking, err := git(ctx, root, "rev-list", "--count", "HEAD.."+commit)
	if err != nil {
		return nil, err
	}
	checkout := &Checkout{Commit: commit, worktree: filepath.Join(folder, "base"), from: root}
	if checkout.Behind, err = strconv.Atoi(lacking); err != nil {
		return nil, err
	}
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

// Files writes what a revision of the project at root has at paths, which are files or folders
// relative to root, to the same places below folder. It returns the commit's full hash. What
// the revision does not have is left out.
func Files(ctx context.Context, root, revision, folder string, paths ...string) (commit string, err error) {
	if commit, err = commitOf(ctx, root, revision); err != nil {
		return "", err
	}
	list, err := git(ctx, root, append([]string{"ls-tree", "-r", "-z", "--name-only", commit, "--"}, paths...)...)
	if err != nil {
		return "", err
	}
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == 0 }) {
		content, err := gitOutput(ctx, root, "show", commit+":./"+name)
		if err != nil {
			return "", err
		}
		file := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, content, 0o644)); err != nil {
			return "", fmt.Errorf("write %s of %s: %w", name, revision, err)
		}
	}
	return commit, nil
}

// commitOf is the full hash of a revision.
func commitOf(ctx context.Context, root, revision string) (string, error) {
	commit, err := git(ctx, root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("git knows no commit %q; fetch it first (git fetch origin)", revision)
	}
	return commit, nil
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
