// Package schematest checks files against the schemas of the project, with a validator
// of JSON Schema. Only tests import it.
package schematest

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/dlclark/regexp2"
	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tally/infra/settings"
	"tally/lambda/strictyaml"
)

// Validate returns what the schema at path, relative to the project's root, refuses in a
// YAML text; nil if nothing.
func Validate(t testing.TB, path, text string) error {
	t.Helper()
	schema, err := compile(path)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return err
	}
	return schema.Validate(value)
}

// NoFalseAlarm fails a test if the schema at path refuses text, the content of file,
// although its reader accepts it. failure has the problems of all files.
func NoFalseAlarm(t testing.TB, path, file, text string, failure error) {
	t.Helper()
	var problems strictyaml.Problems
	if failure != nil && !errors.As(failure, &problems) {
		return // no file was read
	}
	if slices.ContainsFunc(problems, func(p strictyaml.Problem) bool { return p.File == file }) {
		return
	}
	if err := Validate(t, path, text); err != nil {
		t.Errorf("%s refuses what is accepted:\n%s\n%v", path, text, err)
	}
}

var compiled sync.Map // by path

func compile(path string) (*jsonschema.Schema, error) {
	if schema, done := compiled.Load(path); done {
		return schema.(*jsonschema.Schema), nil
	}
	root, err := settings.Root(".")
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(javaScript)
	schema, err := compiler.Compile(filepath.Join(root, path))
	if err != nil {
		return nil, err
	}
	compiled.Store(path, schema)
	return schema, nil
}

// expression is a regular expression as editors read it.
type expression struct{ *regexp2.Regexp }

func (e expression) MatchString(text string) bool {
	matched, err := e.Regexp.MatchString(text)
	return err == nil && matched
}

func javaScript(pattern string) (jsonschema.Regexp, error) {
	compiled, err := regexp2.Compile(pattern, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, err
	}
	return expression{compiled}, nil
}
