// Package functiontest gives tests of functions what Lambda and the stack give them.
package functiontest

import (
	"os"
	"path/filepath"
	"testing"

	"tally/lambda/contract"
)

// SetEnvironment sets the variables and makes the layers that the stack gives a function.
// There is no jobs layer if jobs is empty.
func SetEnvironment(t testing.TB, config, jobs string) {
	t.Helper()
	layers := t.TempDir()
	if jobs != "" {
		path := filepath.Join(layers, contract.JobsFile)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(jobs), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(contract.ConfigVariable, config)
	t.Setenv(contract.LayerRootVariable, layers)
	t.Setenv("AWS_REGION", "ap-northeast-2")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}
