package local

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// noteSources looks at what the programs that this package compiles are made from.
// "go test" repeats a result from its cache unless something changed that the test
// itself looked at; what a compiler reads on its behalf it does not see.
func noteSources(root string) error {
	for _, name := range []string{"infra", "lambda", "go.mod", "cdk.json"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			_, err = os.Stat(path)
			return err
		})
		if err != nil {
			return fmt.Errorf("look at the sources: %w", err)
		}
	}
	return nil
}
