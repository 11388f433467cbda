package strictyaml_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tally/lambda/strictyaml"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"jobs:\n  - name: !x\n    tags: [a, 'b']\n", "jobs: [{cases: {a: x IN (1, 2), b: &c *d}}]\n", "title: |\n  a\n\n  b\r\nbad: x\n",
		"? a\n: b\n<<: *c\n", "%YAML 1.2\n---\nnote: >-\n  b # c\n...\n", "title: \"b\\x41\" # d\nsize: 0x2\n", "- - a\n  - b: 'c''d'\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkAnyInput)
}

// yamlPieces are what YAML gives a meaning, for inputs that reach far into the parser.
var yamlPieces = []string{
	"title", "jobs", "name", "size", "cases", "a", "1", "010", "0x", ".5", "~", "true", "é", " ", "  ", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", "\x00", "\xff",
	": ", ":", "- ", "-", "? ", ", ", "[", "]", "{", "}", "'", `"`, `\`, "#", " # ", "|", "|\n  ", ">-", "&a", "*a", "!a", "!!str ", "<<", "%YAML 1.2\n", "---", "...", "@", "`",
	"jobs:\n  - name: ", "    cases:\n      a: ",
}

func TestReadTakesAnyInput(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 30_000 {
		var input strings.Builder
		for range 1 + random.IntN(16) {
			input.WriteString(yamlPieces[random.IntN(len(yamlPieces))])
		}
		checkAnyInput(t, input.String())
	}
}

// checkAnyInput reads input, which must not panic, and checks that every problem
// says something and names a line of the file. (Columns are exact only where the
// parser's are: behind a broken escape it loses count.)
func checkAnyInput(t *testing.T, input string) {
	var into file
	err := strictyaml.Join(strictyaml.Read("f.yaml", []byte(input), &into, nil))
	if err == nil {
		return
	}
	lines := 1 + strings.Count(input, "\n")
	before := strictyaml.Problem{}
	for _, problem := range err.(strictyaml.Problems) {
		if problem.Message == "" {
			t.Errorf("%q: %v says nothing", input, problem)
		}
		if problem.Line < before.Line || problem.Line == before.Line && problem.Column < before.Column {
			t.Errorf("%q: %v stands behind %v", input, problem, before)
		}
		if problem.Line > lines {
			t.Errorf("%q: %v is outside of the file", input, problem)
		}
		before = problem
	}
}
