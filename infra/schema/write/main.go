// Command write writes the schemas of package schema into the project.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"tally/infra/schema"
	"tally/infra/settings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	files, err := schema.Files(root)
	if err != nil {
		return err
	}
	for path, text := range files {
		if err := os.WriteFile(filepath.Join(root, path), text, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return nil
}
