package schema_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"tally/infra/schema"
	"tally/infra/schema/schematest"
)

// odd are values to write in place of any other.
var odd = []any{
	nil, true, 0, 1, -1, 300, 70000, 1.5,
	"", " ", "a", "A", "a.b", "a@b.c", "a\u00a0@b.c", "\u0085", "\ufeff", "값", "create", "iam", "secret", "csv", "10.11", "UTC", "off", "5%", "2026-02-30",
	[]any{}, []any{"a"}, []any{nil}, map[string]any{}, map[string]any{"a": "b"}, map[string]any{"값": "b"}, map[string]any{"1": "b"}, map[string]any{"name": "acme"}, map[string]any{"span": "previous-day"},
}

// Each key of some good files is left out, or is given each odd value, and each key
// that a file could have is added: where the reader accepts what comes out, so must
// the schema.
func TestSchemasRefuseNothingThatIsAccepted(t *testing.T) {
	for _, test := range []struct {
		name, schema string
		read         func(folder, text string) error
		files        []string
	}{
		{"environment", schema.Environment, readEnvironment, []string{existing, created, withSecret, bucketsOnly}},
		{"jobs", schema.Jobs, readJobs, []string{jobs, checked}},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := folderWithAuthority(t)
			accepted, refused, only := 0, 0, 0
			for _, file := range test.files {
				if err := test.read(folder, file); err != nil {
					t.Fatal(err)
				}
				for _, text := range variants(t, test.schema, file) {
					failure, bySchema := test.read(folder, text), schematest.Validate(t, test.schema, text)
					switch {
					case failure == nil && bySchema == nil:
						accepted++
					case failure == nil:
						t.Errorf("%s\n%v", text, bySchema)
					case bySchema == nil:
						only++
					default:
						refused++
					}
				}
			}
			t.Logf("%d accepted, %d refused by both, %d by the reader only", accepted, refused, only)
			if accepted < 100 || refused < 5*only {
				t.Error("the schema or the variants are too weak")
			}
		})
	}
}

// variants are files that differ from one in one key.
func variants(t *testing.T, path, file string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	var of, document any
	if err := errors.Join(json.Unmarshal(data, &of), yaml.Unmarshal([]byte(file), &document)); err != nil {
		t.Fatal(err)
	}
	var texts []string
	vary(of.(map[string]any), document, func() {
		text, err := json.Marshal(document) // JSON is YAML
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	})
	return texts
}

// vary changes value in place, calls back, and puts it back again.
func vary(of map[string]any, value any, changed func()) {
	switch value := value.(type) {
	case map[string]any:
		of = mapping(of)
		keys := map[string]any{"unknown": of["additionalProperties"]}
		properties, _ := of["properties"].(map[string]any)
		maps.Copy(keys, properties)
		for key := range value {
			if keys[key] == nil {
				keys[key] = of["additionalProperties"]
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			before, set := value[key]
			for _, other := range odd {
				value[key] = other
				changed()
			}
			delete(value, key)
			if set {
				changed()
				value[key] = before
				below, _ := keys[key].(map[string]any)
				vary(below, before, changed)
			}
		}
	case []any:
		for i, before := range value {
			for _, other := range odd {
				value[i] = other
				changed()
			}
			value[i] = before
			vary(of["items"].(map[string]any), before, changed)
		}
	}
}

// mapping is the schema itself, or that of the mapping if a word may stand for it.
func mapping(of map[string]any) map[string]any {
	forms, _ := of["anyOf"].([]any)
	for _, form := range forms {
		if form := form.(map[string]any); form["type"] == "object" {
			return form
		}
	}
	return of
}
