package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const root = "../.."

// The lists fit the tree: readLists finds each line once.
func TestLists(t *testing.T) {
	tree, err := newTree(root, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	all, err := tree.readLists("test/mutants/list")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, m := range all {
		changed, _ := tree.change(m)
		if other := known[m.path()+changed]; other != "" {
			t.Errorf("%s: it is the same as %s", m.at, other)
		}
		known[m.path()+changed] = m.at
		for _, run := range split(m.notices.run) {
			name, _, _ := strings.Cut(run, "/")
			if !slices.ContainsFunc(testsIn(t, m.notices.pkg), regexp.MustCompile(name).MatchString) {
				t.Errorf("%s: package %s has no test %s", m.at, m.notices.pkg, name)
			}
		}
	}
	if len(all) < 150 {
		t.Errorf("there are %d mutants, want at least 150", len(all))
	}
}

var tests = map[string][]string{} // by package

// testsIn are the names of a package's tests.
func testsIn(t *testing.T, pkg string) []string {
	t.Helper()
	if known, done := tests[pkg]; done {
		return known
	}
	files, err := filepath.Glob(filepath.Join(root, pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w*)\(`).FindAllStringSubmatch(string(content), -1) {
			tests[pkg] = append(tests[pkg], found[1])
		}
	}
	return tests[pkg]
}

// TestOneMutant runs one for real.
func TestOneMutant(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-root", root, "-only", "func isLeap"}, &out); err == nil || !strings.Contains(err.Error(), "func isLeap") {
		t.Errorf("a mutant that is not there: %v", err)
	}
	if err := run(t.Context(), []string{"-root", root, "-only", oneMutant}, &out); err != nil {
		t.Error(err)
	}
	if !regexp.MustCompile(`(?m)^caught .* Test\S+ +\d+\.\d s$`).MatchString(out.String()) || !strings.Contains(out.String(), "all        1       1     0         0      0       0") {
		t.Error(out.String())
	}
}

// A mutant whose tests need milliseconds.
const oneMutant = "as if seconds were minutes"

// TestResults has a package whose mutants come to each result.
func TestResults(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":            "module small\n\ngo 1.26\n",
		"sum/sum.go":        "package sum\n\nfunc Sum(to int) (sum int) {\n\tfor i := 0; i < to; i++ {\n\t\tsum += i\n\t}\n\treturn sum\n}\n",
		"sum/sum_test.go":   "package sum\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tif Sum(3) != 3 {\n\t\tt.Error()\n\t}\n}\n",
		"list/package.diff": "package sum\n\n" + strings.Join([]string{mutantOf("i <", "i <="), mutantOf("sum += i", "sum += 1"), mutantOf("i++", "i += 0"), mutantOf("return sum", "return")}, "\n"),
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"-root", folder, "-lists", "list", "-limit", "1s", "-n", "1"}, &out)
	if err != errSurvived {
		t.Errorf("got %v, want %v", err, errSurvived)
	}
	var results []string
	for line := range strings.Lines(out.String()) {
		results = append(results, strings.Fields(line + ".")[0])
	}
	if want := []string{"as", "caught", "survived", "hung", "survived"}; !slices.Equal(results[:len(want)], want) {
		t.Errorf("got %s\n%s", results, out.String())
	}
}

func mutantOf(line, instead string) string {
	return "at sum.go\n- " + line + "\n+ " + instead + "\nby TestSum\n"
}

func TestWrongLists(t *testing.T) {
	tree, err := newTree(root, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"at a.go\n- a\n+ b\nby TestA":                                                   "x.diff:1: the list does not begin with its package",
		"package test/mutants\n\n- a\n+ b\nby TestA":                                    "x.diff:3: the mutant has no file or no line",
		"package test/mutants\n\nat main.go\n- a\n+ b":                                  "x.diff:3: write either the tests that notice the mutant, or why it changes nothing",
		"package test/mutants\n\nat main.go\n- a\n+ b\nby TestA\nis new":                `x.diff:7: a line begins with "is"; write #, at, -, +, by, or equal: and a reason`,
		"package test/mutants\n\nat main.go\n- err\n+ b\nby TestA":                      "x.diff:3: test/mutants/main.go has the line ",
		"package test/mutants\n\nat main.go: func run(\n- there is none\n+ b\nby TestA": "x.diff:3: test/mutants/main.go has the line 0 times, not once: there is none",
		"package test/mutants\n\nat main.go: func\n- err\n+ b\nby TestA":                `x.diff:3: 3 lines of test/mutants/main.go begin with "func", not one`,
		"package test/mutants\n\nat main.go\n- package main\n+ package main\nby TestA":  "x.diff:3: the line stays as it is",
		"package test/mutants\n\nat none.go\n- a\n+ b\nequal: it is not built":          "x.diff:3: open ",
	} {
		mutants, err := parseList("x.diff", text)
		for _, m := range mutants {
			if err == nil {
				_, err = tree.change(m)
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
