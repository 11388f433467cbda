package docs

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr/builtin"
	"github.com/google/go-cmp/cmp"
)

// TestWhatIsLeftOutOfTheLanguage compares the table with every function that the
// expression language has.
func TestWhatIsLeftOutOfTheLanguage(t *testing.T) {
	listed := map[string]bool{}
	for _, row := range readPages(t)["docs/s3.md"].table(t, "left out").rows {
		for _, code := range codesOf(row[0]) {
			listed[code] = true
		}
	}
	refused := map[string]bool{}
	for _, name := range builtin.Names {
		for _, arguments := range []string{"(size)", "([size], # > 0)"} {
			err := load(t, jobWith(name+arguments))
			if err == nil || !strings.Contains(err.Error(), "unknown function "+name+" ") {
				continue
			}
			refused[name] = true
			if !strings.Contains(err.Error(), "; ") {
				t.Errorf("%s is refused, and nothing says what to write: %v", name, err)
			}
		}
	}
	for form, condition := range map[string]string{"let": "let x = size; x > 5", ";": `size > 5; key == "a"`, "{a: 1}": "{a: 1} == {a: 1}"} {
		if err := load(t, jobWith(condition)); err == nil || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s is not refused with what to write: %v", condition, err)
		}
		refused[form] = true
	}
	if differs := cmp.Diff(slices.Sorted(maps.Keys(refused)), slices.Sorted(maps.Keys(listed))); differs != "" {
		t.Errorf("what is refused (-) and the table (+) differ:\n%s", differs)
	}
}

// TestConditionsAreRead compiles the whole conditions among the translations from SQL.
func TestConditionsAreRead(t *testing.T) {
	read := 0
	for _, row := range readPages(t)["docs/s3.md"].table(t, "SQL").rows {
		condition := codesOf(row[1])[0]
		if err := load(t, jobOfRecords(condition)); err != nil && !strings.Contains(err.Error(), "expected bool") {
			t.Errorf("%s: %v", condition, err)
		}
		read++
	}
	if read < 10 {
		t.Errorf("read %d conditions", read)
	}
}

// jobWith is a job that counts objects, as YAML.
func jobWith(condition string) string {
	return "- {name: a, schedule: cron(5 0 * * ? *), source: {bucket: uploads, prefix: a/}, cases: {b: '" + condition + "'}}\n"
}

func jobOfRecords(condition string) string {
	return "- {name: a, schedule: cron(5 0 * * ? *), source: {bucket: uploads, prefix: a/, format: jsonl}, cases: {b: '" + condition + "'}}\n"
}
