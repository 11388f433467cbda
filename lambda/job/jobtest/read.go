// Package jobtest reads jobs files for tests.
package jobtest

import (
	"os"
	"path/filepath"
	"testing"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// Read reads the text of a jobs file. A file that is wrong fails the test.
func Read(t testing.TB, text string) job.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jobs.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, document, _ := job.ReadFile(path, "jobs.yaml")
	if err := strictyaml.Join(document); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return file
}
