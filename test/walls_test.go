package test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A wall says what packages below a folder may not import, directly or through
// packages of this module.
type wall struct {
	below     string
	except    []string // packages below it that are free
	forbidden []string // import path prefixes
	allowed   []string // if set, only these besides the standard library and this module
}

var (
	cdk      = []string{"github.com/aws/aws-cdk-go", "github.com/aws/jsii-runtime-go", "github.com/aws/constructs-go"}
	runtimes = []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/aws-lambda-go", "github.com/jackc/pgx", "github.com/go-sql-driver/mysql", "database/sql"}
)

var walls = []wall{
	{below: "tally/lambda", forbidden: append(slices.Clone(cdk), "tally/infra", "tally/test"), except: []string{"tally/lambda/cmd"}},
	{below: "tally/lambda/cmd", forbidden: append(slices.Clone(cdk), "tally/test")},
	{below: "tally/infra", forbidden: append(slices.Clone(runtimes), "tally/test")},
	{below: "tally/infra/change", forbidden: cdk},                                    // each side's own app runs CDK
	{below: "tally/infra/app", forbidden: []string{"github.com/cdklabs/cdk-nag-go"}}, // it would load on every synth
	{below: "tally", forbidden: []string{"github.com/santhosh-tekuri/jsonschema"}, except: []string{"tally/infra/schema/schematest"}},
	{below: "tally/lambda/contract", allowed: []string{}},
	{below: "tally/lambda/cron", allowed: []string{}},
	{below: "tally/lambda/timezone", allowed: []string{}},
	{below: "tally/lambda/sqlcheck", allowed: []string{}},
	{below: "tally/lambda/expression", allowed: []string{"github.com/expr-lang/expr"}},
	{below: "tally/lambda/job", allowed: []string{"github.com/goccy/go-yaml", "github.com/expr-lang/expr"}},
	{below: "tally/lambda/dbuser/grant", allowed: []string{}},
	{below: "tally/lambda/strictyaml", allowed: []string{"github.com/goccy/go-yaml"}},
}

func TestImportWalls(t *testing.T) {
	imports := importsOf(t)
	for _, wall := range walls {
		checked := 0
		for name, imported := range imports {
			if !within(name, wall.below) || slices.ContainsFunc(wall.except, func(free string) bool { return within(name, free) }) {
				continue
			}
			checked++
			for _, path := range imported {
				if slices.ContainsFunc(wall.forbidden, func(prefix string) bool { return within(path, prefix) }) {
					t.Errorf("%s imports %s", name, path)
				}
				external := strings.Contains(strings.Split(path, "/")[0], ".")
				if wall.allowed != nil && external && !slices.ContainsFunc(wall.allowed, func(prefix string) bool { return within(path, prefix) }) {
					t.Errorf("%s imports %s", name, path)
				}
			}
		}
		if checked == 0 {
			t.Errorf("no package is below %s: the wall guards nothing", wall.below)
		}
	}
}

// importsOf lists what every package of the module imports, also through other
// packages of the module, without its tests.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	direct := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		words := strings.Fields(line)
		direct[words[0]] = words[1:]
	}
	all := map[string][]string{}
	for name := range direct {
		seen := map[string]bool{}
		var visit func(string)
		visit = func(path string) {
			for _, imported := range direct[path] {
				if !seen[imported] {
					seen[imported] = true
					visit(imported)
				}
			}
		}
		visit(name)
		for path := range seen {
			all[name] = append(all[name], path)
		}
	}
	return all
}

func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
