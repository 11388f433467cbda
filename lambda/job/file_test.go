package job_test

import (
	"os"
	"path/filepath"
	"testing"

	"tally/infra/schema"
	"tally/infra/schema/schematest"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// read reads a jobs file with the text. The error lists every problem. If there is none,
// the JSON Schema must accept the text too.
func read(t *testing.T, text string) (job.File, error) {
	t.Helper()
	file, document := readWithDocument(t, text)
	err := strictyaml.Join(document)
	schematest.NoFalseAlarm(t, schema.Jobs, "jobs.yaml", text, err)
	return file, err
}

func mustRead(t *testing.T, text string) job.File {
	t.Helper()
	file, err := read(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func readWithDocument(t *testing.T, text string) (job.File, *strictyaml.Document) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "jobs.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file, document, data := job.ReadFile(path, "jobs.yaml")
	if string(data) != text {
		t.Errorf("the data is %q, want the file as it is", data)
	}
	return file, document
}
