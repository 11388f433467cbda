package s3source_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Records of JSON in every shape that programs give them.
func TestShapesOfJSON(t *testing.T) {
	one, two, three := `{"a":1,"s":"}{][\""}`, `{"a":2}`, "{\n \"a\" : 3,\n \"l\": [ {}, [1, {\"a\": 9}] ]\n}"
	server := startS3(t)
	for _, test := range []struct {
		name, source, text string
		counted, skipped   int64
		failure            string // without on_error: skip
	}{
		{"lines", "format: jsonl", one + "\n" + two + "\r\n\n" + three + "\n", 3, 0, ""},
		{"no line ends", "format: jsonl", one + two + three, 3, 0, ""},
		{"a word behind an object", "format: jsonl", one + "x\n" + two + "\n", 1, 1, "line 1: is no JSON at byte"},
		{"a broken line before a good one", "format: jsonl", `{"a":1,"b":[` + "\n" + two + "\n" + two + "\n", 2, 1, "line 1: JSON breaks off"},
		{"a broken object over lines", "format: jsonl", "{\n  \"a\": 1\n  \"b\": {\n  }\n}\n" + two, 1, 1, "line 1: JSON breaks off"},
		{"a word behind objects without line ends", "format: jsonl", one + two + "x" + two + "\n" + two, 0, 1, "line 1: is no JSON at byte"},
		{"a list of lines", "format: jsonl", "[" + one + "]", 0, 1, "write format: json to count its elements"},

		{"a list", "format: json", " [" + one + ",\n" + two + " , " + three + "]\n", 3, 0, ""},
		{"an empty list", "format: json", "[]", 0, 0, ""},
		{"lists, one after the other", "format: json", "[" + one + "][" + two + "]\n[" + three + "]", 3, 0, ""},
		{"one object", "format: json", three, 1, 0, ""},
		{"objects", "format: json", one + "\n" + three, 2, 0, ""},
		{"an element that is no object", "format: json", "[" + one + `, 7, "x", null, [` + two + "]]", 1, 4, "record 2: is no object of JSON"},
		{"a list that breaks off", "format: json", "[" + one + "," + two, 0, 1, "record 2: JSON breaks off"},
		{"a comma too many", "format: json", "[" + one + ",]", 0, 1, "is no JSON"},
		{"a comma too few", "format: json", "[" + one + two + "]", 0, 1, "record 1: is no JSON at byte"},

		{"a list by name", "format: json, records: R", `{"v":"1","R":[` + one + "," + two + `],"more":{"R":[1]}}`, 2, 0, ""},
		{"a list by a path", "format: json, records: a.b", `{"a":{"x":[],"b":[` + one + `]},"b":[1]}`, 1, 0, ""},
		{"lists by name, one after the other", "format: json, records: R", `{"R":[` + one + `]}{"R":[` + two + "]}\n" + `{"R":[]}`, 2, 0, ""},
		{"a list that is null", "format: json, records: R", `{"R":null}`, 0, 0, ""},
		{"a page of a web server", "format: json", "<html>\n<body>{}</body>", 0, 1, "is no JSON at byte 1"},
		{"more beside the list than a record may have", "format: json, records: R", `{"x":{"y":["` + strings.Repeat("long,", 1<<17) + `",[` + strings.Repeat(`"long",`, 1<<20) + `1]]},"R":[` + one + "]}", 1, 0, ""},
		{"a list that is a text", "format: json, records: R", `{"R":"x"}`, 0, 1, `a value that should begin with [ begins with "`},
		{"broken behind the list", "format: json, records: R", `{"R":[` + one + `],"x":`, 0, 1, "JSON breaks off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, skip := range []bool{true, false} {
				counted, skipped, err := countJSON(t, server, test.source, skip, test.text)
				switch {
				case !skip && test.failure != "":
					if err == nil || !strings.Contains(err.Error(), test.failure) {
						t.Errorf("got %v, want an error with %q", err, test.failure)
					}
				case err != nil || counted != test.counted || skip && skipped != test.skipped:
					t.Errorf("on_error: skip is %t: %d counted, %d skipped, %v; want %d and %d", skip, counted, skipped, err, test.counted, test.skipped)
				}
			}
		})
	}
}

// A list that no object has is a fault of the job, which on_error: skip does not hide.
func TestNoSuchList(t *testing.T) {
	server := startS3(t)
	for _, skip := range []bool{true, false} {
		_, _, err := countJSON(t, server, "format: json, records: R", skip, `{"Q":[{"a":1}],"x":1}`)
		if err == nil || !strings.Contains(err.Error(), `there is no list "R"; there are Q, x`) {
			t.Errorf("on_error: skip is %t: got %v", skip, err)
		}
	}
}

// Random objects count the same in lines, without line ends, over many lines and in a list,
// also where they are longer than what is read at a time.
func TestShapesOfRandomJSON(t *testing.T) {
	random, server := rand.New(rand.NewPCG(14, 1)), startS3(t)
	for range 30 {
		var objects []json.RawMessage
		for range random.IntN(40) {
			object := map[string]any{"a": random.IntN(3), "text": strings.Repeat(`"\{é}`, random.IntN(1<<random.IntN(17)))}
			encoded, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			objects = append(objects, encoded)
		}
		list, err := json.MarshalIndent(map[string]any{"meta": map[string]any{"n": 1}, "R": objects}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		var lines, dense, wide strings.Builder
		for _, object := range objects {
			fmt.Fprintf(&lines, "%s\n", object)
			dense.Write(object)
			indented, _ := json.MarshalIndent(object, "", "\t")
			fmt.Fprintf(&wide, "%s\n", indented)
		}
		for name, shape := range map[string][2]string{
			"lines": {"format: jsonl", lines.String()}, "dense": {"format: jsonl", dense.String()},
			"wide": {"format: jsonl", wide.String()}, "list": {"format: json, records: R", string(list)},
		} {
			if objects == nil && name == "list" {
				continue // MarshalIndent writes null
			}
			counted, _, err := countJSON(t, server, shape[0], false, shape[1])
			if err != nil || counted != int64(len(objects)) {
				t.Fatalf("%s: %d counted of %d objects (%v)", name, counted, len(objects), err)
			}
		}
	}
}

// countJSON counts the records of an object.
func countJSON(t *testing.T, server server, source string, skip bool, text string) (counted, skipped int64, err error) {
	t.Helper()
	b := server.bucket(t)
	b.put(t, "x/a", []byte(text))
	if skip {
		source += ", on_error: skip"
	}
	result, err := b.count(t, "    source: {bucket: logs, prefix: x/, "+source+"}\n    cases: {any: \"true\"}\n")
	if err != nil {
		return 0, 0, err
	}
	return counts(result)["any"], result.Skipped, nil
}
