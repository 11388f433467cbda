package docs

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A check says what is wrong with a page.
type check func(t *testing.T, p page) []string

var checks = map[string]check{
	"yaml": yamlProblems, "commands": commandProblems, "aws": awsProblems, "tables": tableProblems, "links": linkProblems,
}

// TestPages runs every check on every page.
func TestPages(t *testing.T) {
	pages := readPages(t)
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		t.Run(name, func(t *testing.T) {
			for _, check := range slices.Sorted(maps.Keys(checks)) {
				for _, problem := range checks[check](t, pages[name]) {
					t.Errorf("%s: %s", check, problem)
				}
			}
		})
	}
}

// longestREADME keeps the README a face, in lines.
const longestREADME = 200

func TestTheREADMEIsShort(t *testing.T) {
	if lines := readPages(t)["README.md"].lines; lines > longestREADME {
		t.Errorf("README.md has %d lines; write at most %d, and the rest in docs/", lines, longestREADME)
	}
}

// linkProblems finds links within the project that lead nowhere, and tables whose rows
// have more or fewer cells than their header.
func linkProblems(t *testing.T, p page) (problems []string) {
	for _, link := range p.links {
		file, anchor, _ := strings.Cut(link.target, "#")
		if strings.Contains(link.target, "://") {
			continue
		}
		target := p
		if file != "" {
			found := path.Join(path.Dir(p.path), file)
			text, err := os.ReadFile(filepath.Join(root, found))
			if _, missing := os.Stat(filepath.Join(root, found)); missing != nil {
				problems = append(problems, fmt.Sprintf("line %d: there is no %s", link.line, found))
				continue
			}
			if anchor != "" && err == nil {
				target = parsePage(found, string(text))
			}
		}
		if anchor != "" && !slices.Contains(target.anchors, anchor) {
			problems = append(problems, fmt.Sprintf("line %d: %s has no heading #%s", link.line, target.path, anchor))
		}
	}
	return problems
}

func tableProblems(_ *testing.T, p page) (problems []string) {
	for _, table := range p.tables {
		for _, row := range table.rows {
			if len(row) != len(table.header) {
				problems = append(problems, fmt.Sprintf("line %d: a row of the table has %d cells, its header %d: %s", table.line, len(row), len(table.header), row[0]))
			}
		}
	}
	return problems
}

// TestProblems sees what each check finds.
func TestProblems(t *testing.T) {
	block := func(language, text string) string { return "```" + language + "\n" + text + "\n```\n" }
	tests := map[string]struct{ check, text, want string }{
		"a page that is missing":    {"links", "[a](nowhere.md)", "line 1: there is no docs/nowhere.md"},
		"a heading that is missing": {"links", "[a](jobs.md#nowhere)", "line 1: docs/jobs.md has no heading #nowhere"},
		"a heading of this page":    {"links", "# Some words\n[a](#some-word)", "line 2: docs/x.md has no heading #some-word"},
		"good links":                {"links", "# Some words\n[a](#some-words) [b](jobs.md#windows) [c](../infra) [d](https://example.com/#x)", ""},
		"a cell too many":           {"tables", "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "line 1: a row of the table has 3 cells, its header 2: 1"},

		"a target that is missing":   {"commands", "`make deplyo ENV=dev`", `line 1: make has no target "deplyo"`},
		"a variable that is missing": {"commands", block("sh", "export A=1\nmake deploy ENVIRONMENT=dev # b"), `line 1: make knows no variable "ENVIRONMENT"`},
		"a command that is missing":  {"commands", "`tally count`", `line 1: tally has no command "count"`},
		"a flag that is missing":     {"commands", block("console", "$ .cache/tally run a --when latest\nmake nothing"), "line 1: tally run has no --when"},
		"a flag without its value":   {"commands", "`tally next --from`", "line 1: tally flag needs an argument: --from"},
		"a value of another type":    {"commands", block("sh", "tally next -n ten"), "line 1: tally invalid argument \"ten\" for \"-n, --count\" flag"},
		"a program that make builds": {"commands", "`go run ./lambda/cmd/tally next`", "line 1: make tally builds it; write tally or .cache/tally"},
		"a flag of another command":  {"commands", "`tally verify --env dev --explain`", "line 1: tally verify has no --explain"},
		"a flag in a table":          {"commands", "| flag of `tally run` | b |\n|---|---|\n| `--wait` | c |\n", "line 1: tally run has no --wait"},
		"a flag of the diff":         {"commands", "`.cache/diff -bas main`", "line 1: .cache/diff has no -bas"},
		"a command of CDK":           {"commands", "`npx cdk sinth`", `line 1: cdk has no command "sinth"`},
		"a flag of CDK":              {"commands", "`npx cdk watch --no-hotswop`", "line 1: cdk watch has no --no-hotswop"},
		"a command after others":     {"commands", block("sh", "cd tally && make sinth | head"), `line 1: make has no target "sinth"`},
		"a step of a workflow":       {"commands", block("yaml", "jobs:\n      - run: make -C tally sinth"), `line 1: make has no target "sinth"`},
		"good commands":              {"commands", block("sh", "make bootstrap deploy ENV=dev JOBS=a ENVIRONMENTS=b\nmake node_modules/.package-lock.json .cache/diff\ntally next 'cron(0 9 * * ? *)' -n 3 --timezone UTC\ntally --version"), ""},

		"a service that is missing":    {"aws", "`aws sqss receive-message`", "line 1: aws sqss is not known here"},
		"an operation of the list":     {"aws", "`aws rds describe-db-instance`", `line 1: aws rds has no "describe-db-instance"`},
		"an option of the list":        {"aws", block("sh", "aws rds describe-db-instances \\\n    --db-instance app"), "line 1: aws rds describe-db-instances has no --db-instance"},
		"an operation of the SDK":      {"aws", "`aws lambda invok`", `line 1: aws lambda has no "invok"`},
		"an option of the SDK":         {"aws", "`aws lambda invoke --function tally-prod a.json`", "line 1: aws lambda invoke has no --function"},
		"an option within an argument": {"aws", block("sh", "id=$(aws athena get-query-results --query-execution-ids \"--no\")"), "line 1: aws athena get-query-results has no --query-execution-ids"},

		"a job with a bad key":        {"yaml", block("yaml", "- {name: a, shedule: cron(5 0 * * ? *), source: {database: app, table: a}, cases: {b: c = 1}}"), "shedule: unknown key"},
		"an environment with a typo":  {"yaml", block("yaml", "region: ap-northeast-2\nnetwork: crate\ndatabases: {app: {create: aurora-mysql}}"), "network"},
		"a part with a typo":          {"yaml", block("yaml", "buckets: {uploads: s3://acme}"), "buckets.uploads"},
		"what is not YAML":            {"yaml", block("yaml", "jobs: ["), "line 1"},
		"neither":                     {"yaml", block("yaml", "colour: red"), `line 1: "colour" is a key of no file`},
		"a workflow":                  {"yaml", block("yaml", "name: a\non: push\njobs: {a: {steps: []}}"), "line 1: the workflow itself must have permissions: {}"},
		"wrong on purpose, and right": {"yaml", "<!-- wrong: shedule -->\n\n" + block("yaml", "results: {bucket: acme-results}"), "line 3: is meant to be wrong, and is not"},
		"wrong on purpose":            {"yaml", "<!-- wrong: s3:// or ARN -->\n" + block("yaml", "buckets: {uploads: s3://acme}"), ""},
		"wrong in another way":        {"yaml", "<!-- wrong: unknown key -->\n" + block("yaml", "buckets: {uploads: s3://acme}"), `is meant to be wrong with "unknown key"`},
		"checks of an environment":    {"yaml", block("yaml", "checks: {daily-orders: {paid: off}, daily-orders-log: off}"), ""},
		"checks of an unknown job":    {"yaml", block("yaml", "checks: {orders: off}"), `there is no job "orders"`},
		"a copy that differs":         {"yaml", "This is [`infra/jobs.yaml`](../infra/jobs.yaml):\n" + block("yaml", "timezone: UTC\njobs:\n- {name: a, schedule: cron(5 0 * * ? *), source: {database: app, table: a}, cases: {b: c = 1}}"), "line 2: is not what infra/jobs.yaml holds"},
		"JSON that breaks off":        {"yaml", block("json", `{"a": `), "line 1: is no JSON"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			problems := strings.Join(checks[test.check](t, parsePage("docs/x.md", test.text)), "\n")
			if test.want == "" && problems != "" || !strings.Contains(problems, test.want) {
				t.Errorf("got %q, want %q", problems, test.want)
			}
		})
	}
}
