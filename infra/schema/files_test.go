package schema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/infra/schema"
	"tally/infra/schema/schematest"
)

const root = "../.."

func TestSchemasAreWritten(t *testing.T) {
	files, err := schema.Files(root)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		got, err := os.ReadFile(filepath.Join(root, path))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what the code says (%v); run: make schemas", path, err)
		}
	}
}

// Each file that a user may edit or copy names its schema in its first line, and
// its schema accepts it.
func TestFilesNameTheirSchemas(t *testing.T) {
	checked := 0
	for _, pattern := range []string{"infra/*.yaml", "infra/environments/*.yaml", "test/fixtures/*.yaml", "test/fixtures/athena/*.yaml", "test/local/*.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			checked++
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			path := schemaOf(file)
			line, _, _ := strings.Cut(string(text), "\n")
			named, found := strings.CutPrefix(line, "# yaml-language-server: $schema=")
			if !found || filepath.Join(filepath.Dir(file), named) != filepath.Join(root, path) {
				t.Errorf("%s: the first line %q does not name %s", file, line, path)
			}
			if err := schematest.Validate(t, path, string(text)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
	if checked < 11 {
		t.Errorf("%d files were checked", checked)
	}
}

func schemaOf(file string) string {
	if filepath.Base(file) == "jobs.yaml" {
		return schema.Jobs
	}
	return schema.Environment
}
