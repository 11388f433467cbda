package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

var scanPaths = [][]string{{"a"}, {"b"}, {"b", "c"}, {"b", "c", "d"}, {"x", "y"}}

// scan reads a text that must hold one object, with nothing but blanks around it.
func scan(s *Scanner, text []byte) error {
	text = text[Blanks(text):]
	end, err := s.Object(text)
	if err == nil && end+Blanks(text[end:]) < len(text) {
		return errors.New("there is more behind the object")
	}
	return err
}

// checkScan holds the scanner against encoding/json.
func checkScan(t *testing.T, line []byte) {
	t.Helper()
	s := New(scanPaths, make([]Value, len(scanPaths)))
	err := scan(s, bytes.Clone(line))
	trimmed := bytes.TrimLeft(line, " \t\r\n")
	valid := json.Valid(line) && utf8.Valid(line) && len(trimmed) > 0 && trimmed[0] == '{'
	if (err == nil) != valid {
		t.Fatalf("%q: got %v, want valid %t", line, err, valid)
	}
	if err != nil {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	for i, path := range scanPaths {
		if got, want := show(t, s.Values[i]), showWant(object, path); got != want {
			t.Fatalf("%q: %v is %s, want %s", line, path, got, want)
		}
	}
}

func show(t *testing.T, field Value) string {
	switch field.Type {
	case Nil:
		return "null"
	case True:
		return "true"
	case False:
		return "false"
	case Number:
		return field.Text
	case Composite:
		decoder := json.NewDecoder(strings.NewReader(field.Text))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		return encode(value)
	}
	return encode(field.Text)
}

func showWant(value any, path []string) string {
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return "null"
		}
		value = object[name]
	}
	return encode(value)
}

func encode(value any) string {
	if number, ok := value.(json.Number); ok {
		return string(number)
	}
	encoded, _ := json.Marshal(value)
	return string(encoded)
}

var scanSamples = []string{
	`{}`, ` { } `, `{"a":1}`, `{"a":"x","b":{"c":{"d":[1,2,{"e":null}]}},"x":{"y":true}}`, `{"a":1,"a":2}`, `{"b":{"c":1},"b":{}}`, `{"b":{"c":1},"b":2}`,
	`{"b":{"c":{"d":1},"c":5}}`, `{"\u0061":"\u00e9\n\"\\\/"}`, `{"a":"é한글😀"}`, `{"a":"\ud83d\ude00"}`, `{"a":"\ud800"}`, `{"a":-0.5e+10,"b":0,"x":{"y":-1E5}}`,
	`{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":-}`, `{"a":1e}`, `{"a":+1}`, `{"a":tru}`, `{"a":nulll}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, `{"a":1`, `{"a":"x`, `{"a":"x\`, `{"a":"\u12`,
	`{"a":"\x"}`, `{"a":[1,]}`, `{"a":[,1]}`, `{"a":[1 2]}`, `{"a":[}`, `{"a":{]}`, `{"a":1}}`, `{"a":1} x`, `{"a":1}{"a":2}`, `[{"a":1}]`, `"a"`, `5`, ``, ` `, `nul`, "{\"a\":\"\x01\"}", "{\"a\":\"tab\there\"}",
	"{\t\"a\":\t1}\r\n", "{\"a\":\"\xff\"}", "\xff{}", "{\"a\":\"\xed\xa0\x80\"}", `{"":1}`, `{"a":""}`, `{"a":"12345678"}`, `{"a":"1234567"}`, `{"a":"123456789\"012"}`, `{"long name that nobody wants":{"a":[{"b":"}"}]}}`, "{\"a\":\x00}", `{"a":[[[[]]]],"b":[{}]}`,
}

func TestScanAgreesWithEncodingJSON(t *testing.T) {
	for _, sample := range scanSamples {
		checkScan(t, []byte(sample))
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 { // damaged and cut samples
		line := []byte(scanSamples[random.IntN(len(scanSamples))])
		for range random.IntN(3) {
			if len(line) > 0 {
				line[random.IntN(len(line))] = "{}[]\",:\\ \t0a.e-\x00\xff"[random.IntN(17)]
			}
		}
		checkScan(t, line[:random.IntN(len(line)+1)])
	}
	for range 5_000 {
		line, _ := json.Marshal(randomObject(random, 3))
		checkScan(t, line)
	}
}

func randomObject(random *rand.Rand, depth int) map[string]any {
	object := map[string]any{}
	for range random.IntN(5) {
		object[[]string{"a", "b", "c", "d", "x", "y", "가", "a\"b"}[random.IntN(8)]] = randomValue(random, depth)
	}
	return object
}

func randomValue(random *rand.Rand, depth int) any {
	switch n := random.IntN(7); {
	case n < 2 && depth > 0:
		return randomObject(random, depth-1)
	case n == 2 && depth > 0:
		return []any{randomValue(random, depth-1), randomValue(random, depth-1)}
	case n == 3:
		return random.Float64() * 1e6
	case n == 4:
		return random.IntN(2) == 0
	case n == 5:
		return nil
	}
	return strings.Repeat("x가\n", random.IntN(9)) + fmt.Sprint(random.IntN(1000))
}

func TestScanRefusesDeepNesting(t *testing.T) {
	s := New(nil, nil)
	deep := func(n int) []byte {
		return []byte(`{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`)
	}
	if err := scan(s, deep(9_999)); err != nil {
		t.Error(err)
	}
	if err := scan(s, deep(1_000_000)); err == nil {
		t.Error("a million levels pass")
	}
}

func FuzzScan(f *testing.F) {
	for _, sample := range scanSamples {
		f.Add([]byte(sample))
	}
	f.Fuzz(func(t *testing.T, line []byte) { checkScan(t, line) })
}
