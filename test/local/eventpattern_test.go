package local

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestEventPatterns(t *testing.T) {
	event := created{bucket: bucketName, key: "counts/date=2022-04-07/daily-scans-20220407T1455Z.rev1.jsonl", size: 5, reason: "PutObject"}.event()
	for _, test := range []struct {
		name, pattern string
		matches       bool
	}{
		{"a text", `{"source":["aws.s3"]}`, true},
		{"another text", `{"source":["aws.ec2"]}`, false},
		{"a part of a text", `{"source":["aws"]}`, false},
		{"one of several texts", `{"detail-type":["Object Deleted","Object Created"]}`, true},
		{"none of several texts", `{"detail-type":["Object Deleted","Object Restored"]}`, false},
		{"a prefix", `{"detail":{"object":{"key":[{"prefix":"counts/"}]}}}`, true},
		{"another prefix", `{"detail":{"object":{"key":[{"prefix":"checks/"}]}}}`, false},
		{"one of several prefixes", `{"detail":{"object":{"key":[{"prefix":"checks/"},{"prefix":"counts/"}]}}}`, true},
		{"a text or a prefix", `{"detail":{"object":{"key":["counts/",{"prefix":"checks/"}]}}}`, false},
		{"every prefix of nothing", `{"detail":{"object":{"key":[{"prefix":""}]}}}`, true},
		{"a missing key", `{"detail":{"object":{"color":[{"prefix":""}]}}}`, false},
		{"a missing object", `{"detail":{"queue":{"name":["a"]}}}`, false},
		{"an object where the event has a text", `{"source":{"name":["aws.s3"]}}`, false},
		{"a text where the event has an object", `{"detail":["aws.s3"]}`, false},
		{"a text where the event has a number", `{"detail":{"object":{"size":["5"]}}}`, false},
		{"a text of a list", `{"resources":["arn:aws:s3:::tally-results"]}`, true},
		{"a text that is not in the list", `{"resources":["arn:aws:s3:::other"]}`, false},
		{"everything", `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":[{"Ref":"Bucket"}]},"reason":["PutObject"],"object":{"key":[{"prefix":"counts/"}]}}}`, true},
		{"all but one", `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":[{"Ref":"Bucket"}]},"reason":["CopyObject"],"object":{"key":[{"prefix":"counts/"}]}}}`, false},
		{"a prefix that is joined", `{"resources":[{"prefix":{"Fn::Join":["",["arn:aws:s3:::",{"Ref":"Bucket"}]]}}]}`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			pattern, err := patternOf(t, test.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if matches := pattern.matches(event); matches != test.matches {
				t.Errorf("it matches: %t, want %t", matches, test.matches)
			}
		})
	}
}

// EventBridge takes more patterns, and refuses some of these. None may be ignored.
func TestEventPatternsThatAreNotSupported(t *testing.T) {
	for pattern, want := range map[string]string{
		`{}`:                              "an object of the pattern is empty",
		`{"detail":{}}`:                   "detail: an object of the pattern is empty",
		`{"source":[]}`:                   "source: its list is empty",
		`{"source":"aws.s3"}`:             "source: aws.s3 is neither an object nor a list",
		`{"source":null}`:                 "source: <nil> is neither an object nor a list",
		`{"detail":{"a":{"b":[5]}}}`:      "detail: a: b: cannot resolve 5",
		`{"a":[true]}`:                    "a: cannot resolve true",
		`{"a":[null]}`:                    "a: cannot resolve <nil>",
		`{"a":["b",["c"]]}`:               "a: cannot resolve [c]",
		`{"a":[{"suffix":".jsonl"}]}`:     "a: no reference: suffix .jsonl",
		`{"a":[{"anything-but":["b"]}]}`:  "a: no reference: anything-but [b]",
		`{"a":[{"exists":false}]}`:        "a: no reference: exists false",
		`{"a":[{"numeric":["=",5]}]}`:     "a: no reference: numeric [= 5]",
		`{"a":[{"prefix":5}]}`:            "a: cannot resolve 5",
		`{"a":[{"prefix":{"c":"d"}}]}`:    "a: no reference: c d",
		`{"a":[{"prefix":"b","x":"c"}]}`:  "a: cannot resolve map[prefix:b x:c]",
		`{"$or":[{"a":["b"]},{"c":[1]}]}`: "$or: no reference: a [b]",
	} {
		if _, err := patternOf(t, pattern); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %q", pattern, err, want)
		}
	}
}

func patternOf(t *testing.T, text string) (eventPattern, error) {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return readPattern(value, func(function string, argument any) (string, error) {
		if function == "Ref" && argument == "Bucket" {
			return bucketName, nil
		}
		return "", fmt.Errorf("no reference: %s %v", function, argument)
	})
}

func TestInputsOfRules(t *testing.T) {
	event := created{bucket: bucketName, key: `counts/"<a>".jsonl`, size: 5}.event()
	for _, test := range []struct{ name, properties, want string }{
		{"a constant", `{"Input":"{\"sweep\":true}"}`, `{"sweep":true}`},
		{"a text brings its quotes", `{"InputTransformer":{"InputPathsMap":{"key":"$.detail.object.key"},"InputTemplate":"{\"stored\":<key>}"}}`, `{"stored":"counts/\"\u003ca\u003e\".jsonl"}`},
		{"a number", `{"InputTransformer":{"InputPathsMap":{"n":"$.detail.object.size"},"InputTemplate":"{\"n\":<n>}"}}`, `{"n":5}`},
		{"a value is no template", `{"InputTransformer":{"InputPathsMap":{"key":"$.detail.object.key","a":"$.source"},"InputTemplate":"[<key>,<a>]"}}`, `["counts/\"\u003ca\u003e\".jsonl","aws.s3"]`},
		{"a path to nothing", `{"InputTransformer":{"InputPathsMap":{"key":"$.detail.key"},"InputTemplate":"{\"stored\":<key>}"}}`, "error: the event has nothing at the input path $.detail.key"},
		{"a path through a text", `{"InputTransformer":{"InputPathsMap":{"key":"$.source.key"},"InputTemplate":"{\"stored\":<key>}"}}`, "error: the event has nothing at the input path $.source.key"},
		{"another kind of path", `{"InputTransformer":{"InputPathsMap":{"key":"detail"},"InputTemplate":"{\"stored\":<key>}"}}`, "error: the input path detail is not supported here"},
		{"quotes twice", `{"InputTransformer":{"InputPathsMap":{"key":"$.source"},"InputTemplate":"{\"stored\":\"<key>\"}"}}`, `error: the input is not JSON: {"stored":""aws.s3""}`},
		{"the whole event", `{}`, "error: the input is not JSON: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			var target ruleTarget
			if err := json.Unmarshal([]byte(test.properties), &target); err != nil {
				t.Fatal(err)
			}
			got, err := target.input(event)
			if err != nil {
				got = "error: " + err.Error()
			}
			if strings.TrimSpace(got) != strings.TrimSpace(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
