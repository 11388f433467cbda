package schema

import (
	"reflect"
	"strings"
	"testing"

	"tally/lambda/strictyaml"
)

// A rule that is about no key would check nothing: a key was renamed.
func TestRulesAreAboutKeys(t *testing.T) {
	type file struct {
		Name string `yaml:"name"`
	}
	for _, test := range []struct {
		name  string
		rules strictyaml.Rules
		says  string
	}{
		{"rule", strictyaml.Rules{"names": {Min: 1}}, `the rule of "names"`},
		{"form's key", strictyaml.Rules{"": {Forms: []strictyaml.Form{{Key: "create"}}}}, "is about create"},
		{"form's refusal", strictyaml.Rules{"": {Forms: []strictyaml.Form{{Key: "name", Refuses: []string{"host"}}}}}, "is about host"},
		{"form's rule", strictyaml.Rules{"": {Forms: []strictyaml.Form{{Key: "name", Rules: strictyaml.Rules{"port": {}}}}}}, "is about port"},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, test.says) {
					t.Errorf("got %q, want %q", said, test.says)
				}
			}()
			generate(reflect.TypeFor[file](), test.rules, nil)
		})
	}
}

// A mapping may have keys of its own beside those of the user, and may refuse the word that
// stands for it elsewhere.
func TestFreeKeysBesideFields(t *testing.T) {
	type file struct {
		Name string                     `yaml:"name"`
		Rest strictyaml.Map[schemaWord] `yaml:"*"`
		Word schemaWord                 `yaml:"word"`
	}
	got := generate(reflect.TypeFor[file](), strictyaml.Rules{"*.size": {Min: 1, Max: 3}, "word": {NoWord: "is a word"}}, nil)
	free, ok := got.AdditionalProperties.(*Schema)
	if !ok || len(free.AnyOf) != 2 || free.AnyOf[0].Type != "string" {
		t.Fatalf("the free keys are %+v, want a word or a mapping", got.AdditionalProperties)
	}
	if size := free.AnyOf[1].Properties["size"].(*Schema); *size.Minimum != 1 || *size.Maximum != 3 {
		t.Errorf("the rule of a free key's value is not in %+v", size)
	}
	if word := got.Properties["word"].(*Schema); word.Type != "object" || len(word.AnyOf) != 0 {
		t.Errorf("a mapping that refuses words is %+v", word)
	}
	if len(got.Properties) != 2 {
		t.Errorf("the keys are %v", got.Properties)
	}
}

type schemaWord struct {
	Size int `yaml:"size"`
}

func (w *schemaWord) UnmarshalScalar(string) error { return nil }
