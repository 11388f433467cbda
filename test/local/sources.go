package local

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// noteSources looks at all source files of the programs that this package compiles. "go
// test" repeats a cached result unless a file changed that the test itself looked at. It
// does not see the files that a compiler reads for the test.
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
