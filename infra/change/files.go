package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

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
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		if name == "" {
			break
		}
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
