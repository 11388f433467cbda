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
