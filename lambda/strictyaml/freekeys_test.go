package strictyaml_test

import (
	"errors"
	"reflect"
	"testing"

	"tally/lambda/strictyaml"
)

// shelf has one key of its own and takes all others, too.
type shelf struct {
	Colour string                `yaml:"colour"`
	Boxes  strictyaml.Map[box]   `yaml:"*"`
	Empty  bool                  // without a tag: a box may have its name
	Nested strictyaml.Map[crate] `yaml:"nested"`
}

type box struct {
	Size   int    `yaml:"size"`
	Colour string `yaml:"colour"`
	Closed bool
}

func (b *box) UnmarshalScalar(word string) error {
	if word != "closed" {
		return errors.New("write closed, or a size")
	}
	b.Closed = true
	return nil
}

type crate struct {
	Boxes strictyaml.Map[box] `yaml:"*"`
}

func TestFreeKeysBesideFields(t *testing.T) {
	const text = `left: {size: 3}
colour: red
Empty: closed
nested:
  top: {right: {size: 4}, colour: closed}
`
	want := shelf{
		Colour: "red",
		Boxes:  strictyaml.Map[box]{{Key: "left", Value: box{Size: 3}}, {Key: "Empty", Value: box{Closed: true}}},
		Nested: strictyaml.Map[crate]{{Key: "top", Value: crate{Boxes: strictyaml.Map[box]{
			{Key: "right", Value: box{Size: 4}}, {Key: "colour", Value: box{Closed: true}}}}}},
	}
	var got shelf
	if err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(text), &got, nil)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestProblemsOfFreeKeys(t *testing.T) {
	rules := strictyaml.Rules{
		"*":               {NoWord: "is a word; write a size"},
		"*.size":          {Min: 1, Max: 9},
		"*.colour":        strictyaml.Match(`^[a-z]+$`, "a colour"),
		"nested.*.*":      {OneOf: strictyaml.Values("closed")},
		"nested.*.*.size": {Max: 5},
	}
	for _, test := range []struct{ name, yaml, want string }{
		{"right", "{left: {size: 3}}", ""},
		{"number", "{left: {size: 10}}", "f.yaml:1:15: left.size: is 10; write a number from 1 to 9"},
		{"text", "colour: Red\nleft: {colour: Red}", `f.yaml:2:16: left.colour: "Red" is not valid; write a colour`},
		{"no word may stand for it", "left: closed", "f.yaml:1:7: left: is a word; write a size"},
		{"nor another one", "left: 1e3", "f.yaml:1:7: left: is a word; write a size"},
		{"a word may, further down", "nested: {top: {right: closed}}", ""},
		{"not any word", "nested: {top: {right: open}}", "f.yaml:1:23: nested.top.right: write closed, or a size"},
		{"number further down", "nested:\n  top:\n    right: {size: 6}", "f.yaml:3:19: nested.top.right.size: is 6; write a number from 0 to 5"},
		{"wrong kind", "left: [a]\nright:\n  - b", "f.yaml:1:1: left: is a list; write keys and values\nf.yaml:2:1: right: is a list; write keys and values"},
		{"twice", "left: {}\nleft: {}", "f.yaml:2:1: left: is written twice, first in line 1; keep one"},
		{"unknown key of an entry", "left: {weight: 3}", "f.yaml:1:8: left.weight: unknown key; write one of size, colour"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into shelf
			got := ""
			if err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(test.yaml), &into, rules)); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestReportAtAFreeKey(t *testing.T) {
	var into shelf
	document := strictyaml.Read("f.yaml", []byte("colour: red\nleft:\n  size: 3\n"), &into, nil)
	document.Report("left", "is no box")
	if got := strictyaml.Join(document); got == nil || got.Error() != "f.yaml:2:1: left: is no box" {
		t.Errorf("got %v", got)
	}
}
