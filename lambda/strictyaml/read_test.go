package strictyaml_test

import (
	"reflect"
	"strings"
	"testing"

	"tally/lambda/strictyaml"
)

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, input string
		want        file
	}{
		{"every kind", `title: Scans read today
note: "a # b"
size: -12
protect: true
network: {id: vpc-1}
jobs:
  - name: daily
    tags: [a, 'b']
    window: {span: previous-day, column: created_at}
buckets: {logs: acme-logs}
`, file{
			Title: "Scans read today", Note: "a # b", Size: -12, Protect: true, Network: network{ID: "vpc-1"},
			Jobs:    []job{{Name: "daily", Tags: []string{"a", "b"}, Window: &window{Span: "previous-day", Column: "created_at"}}},
			Buckets: strictyaml.Map[string]{{Key: "logs", Value: "acme-logs"}},
		}},
		{"a word for a mapping", "jobs: []\nnetwork: create", file{Jobs: []job{}, Network: network{Create: true}}},
		{"comments behind values", "jobs: [] # none\ntitle: a # b\nsize: 3 # c\n", file{Jobs: []job{}, Title: "a", Size: 3}},
		{"text that looks like something else", "jobs: []\ntitle: 2022-04-07\nnote: 10.11.2", file{Jobs: []job{}, Title: "2022-04-07", Note: "10.11.2"}},
		{"quotes in quotes", `{jobs: [], title: 'it''s', note: "a \"b\""}`, file{Jobs: []job{}, Title: "it's", Note: `a "b"`}},
		{"lines of text", "jobs: []\ntitle: |\n  a # b\n  c\nnote: >-\n  d\n  e\n", file{Jobs: []job{}, Title: "a # b\nc\n", Note: "d e"}},
		{"keys that look like something else", "jobs: []\nbuckets: {true: a, 3: b, ~: c, 'd.e': f}\n", file{Jobs: []job{}, Buckets: strictyaml.Map[string]{
			{Key: "true", Value: "a"}, {Key: "3", Value: "b"}, {Key: "~", Value: "c"}, {Key: "d.e", Value: "f"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got file
			if err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(test.input), &got, nil)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestMapKeepsTheOrderOfTheFile(t *testing.T) {
	for _, test := range []struct{ name, input string }{
		{"block", "buckets:\n  zebra: a\n  apple: b\n  mango: c\n  berry: d\n"},
		{"flow", "buckets: {zebra: a, apple: b, mango: c, berry: d}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var into file
			strictyaml.Read("f.yaml", []byte(test.input), &into, nil)
			if got := strings.Join(into.Buckets.Keys(), " "); got != "zebra apple mango berry" {
				t.Errorf("got %s", got)
			}
			if value, found := into.Buckets.Get("mango"); value != "c" || !found {
				t.Errorf("mango is %q, %t", value, found)
			}
			if value, found := into.Buckets.Get("pear"); value != "" || found {
				t.Errorf("pear is %q, %t", value, found)
			}
		})
	}
}

// Editors jump to the place that a problem names, so it must be right whatever
// stands above it.
func TestPlacesBehindOtherText(t *testing.T) {
	for _, above := range []string{
		"", "# comment\n\n# another\n", "\n\n",
		"title: |\n  a\n\n  b\n", "title: |+\n  a\n\n\n", "title: >-\n  a\n  b # c\n", "title: |2\n    a\n",
		"title: a\n  b\n\n  c\n", "title: 'a\n  b\n\n  c'\n", "title: \"a\\\n  b\"\n",
		"title: 한글 # 설명\n", "buckets: {a: '한글',\n  b: c}\n", "note: !tag\n", "note: &anchor # lost\n",
	} {
		for _, end := range []string{"\n", "\r\n"} {
			input := strings.ReplaceAll(above+"jobs: [{name: 한글, wrong: x}]\n", "\n", end)
			var into file
			err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(input), &into, nil))
			listed, _ := err.(strictyaml.Problems)
			if len(listed) == 0 {
				t.Errorf("%q: no problem", input)
				continue
			}
			last := listed[len(listed)-1]
			if last.Key != "jobs[0].wrong" || last.Line != 1+strings.Count(above, "\n") || last.Column != 19 {
				t.Errorf("%q: got %v, want jobs[0].wrong in line %d, column 19", input, last, 1+strings.Count(above, "\n"))
			}
		}
	}
}
