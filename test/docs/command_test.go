package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// commandProblems finds targets, commands and flags that do not exist.
func commandProblems(t *testing.T, p page) (problems []string) {
	for _, command := range commandsOf(p) {
		report := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("line %d: ", command.line)+fmt.Sprintf(format, args...))
		}
		words := command.words
		if words[0] == "npx" && len(words) > 1 && words[1] == "cdk" {
			words = words[1:]
		}
		if len(words) > 2 && words[0] == "go" && words[1] == "run" && words[2] == "./lambda/cmd/tally" {
			report("make tally builds it; write tally or .cache/tally")
		}
		switch arguments := words[1:]; words[0] {
		case "make":
			checkMake(t, arguments, report)
		case "tally", ".cache/tally":
			before := len(problems)
			checkProgram(t, "tally", arguments, report)
			if refusal := refusalOf(t, arguments); refusal != "" && len(problems) == before {
				report("tally %s", refusal)
			}
		case "cdk":
			checkProgram(t, "cdk", arguments, report)
		case ".cache/diff":
			checkFlags(".cache/diff", help(t, "diff"), arguments, report)
		}
	}
	for _, table := range p.tables {
		of := codesOf(table.header[0])
		if len(of) != 1 || !strings.HasPrefix(table.header[0], "flag of ") {
			continue
		}
		for _, flag := range table.column() {
			checkProgram(t, "tally", append(strings.Fields(of[0])[1:], flag), func(format string, args ...any) {
				problems = append(problems, fmt.Sprintf("line %d: ", table.line)+fmt.Sprintf(format, args...))
			})
		}
	}
	return problems
}

type report = func(format string, args ...any)

// checkMake checks the words behind make.
func checkMake(t *testing.T, arguments []string, report report) {
	t.Helper()
	targets, variables := makefile(t)
	for i, word := range arguments {
		name, _, isVariable := strings.Cut(word, "=")
		switch {
		case word == "-C", i > 0 && arguments[i-1] == "-C":
		case isVariable && !slices.Contains(variables, name):
			report("make knows no variable %q", name)
		case !isVariable && !slices.Contains(targets, word):
			report("make has no target %q", word)
		}
	}
}

// checkProgram checks a command of a program, and its flags.
func checkProgram(t *testing.T, program string, arguments []string, report report) {
	t.Helper()
	if len(arguments) == 0 || strings.HasPrefix(arguments[0], "-") {
		checkFlags(program, help(t, program), arguments, report)
		return
	}
	if !commandIn(help(t, program), program, arguments[0]) {
		report("%s has no command %q", program, arguments[0])
		return
	}
	if slices.ContainsFunc(arguments, func(word string) bool { return strings.HasPrefix(word, "-") }) {
		checkFlags(program+" "+arguments[0], help(t, program, arguments[0]), arguments[1:], report)
	}
}

// commandIn tells whether a program's help names a command, as cobra or as CDK writes
// it.
func commandIn(help, program, name string) bool {
	return regexp.MustCompile(`(?m)^  (` + program + ` )?` + regexp.QuoteMeta(name) + `\b`).MatchString(help)
}

// checkFlags checks the flags among words against a program's help.
func checkFlags(of, help string, words []string, report report) {
	for _, word := range words {
		flag, _, _ := strings.Cut(word, "=")
		flag, _, _ = strings.Cut(flag, " ")
		if !strings.HasPrefix(flag, "-") || flag == "-" {
			continue
		}
		known := func(flag string) bool {
			return regexp.MustCompile(`(?m)(^|[\s,])` + regexp.QuoteMeta(flag) + `\b([^-]|$)`).MatchString(help)
		}
		positive, negated := strings.CutPrefix(flag, "--no-")
		if !known(flag) && (!negated || !known("--"+positive)) {
			report("%s has no %s", of, flag)
		}
	}
}

// refusalOf is what tally says of arguments that it cannot parse. With --help, before any flag
// that may lack its value, it parses them and does nothing else.
func refusalOf(t *testing.T, arguments []string) string {
	t.Helper()
	key := "refusal " + strings.Join(arguments, "\x00")
	if said, known := helps.Load(key); known {
		return said.(string)
	}
	built(t)
	ask := exec.Command(tallyProgram, slices.Insert(slices.Clone(arguments), min(1, len(arguments)), "--help")...)
	ask.Dir = root
	said, err := ask.CombinedOutput()
	refusal := ""
	if err != nil {
		refusal, _, _ = strings.Cut(string(said), "\n")
	}
	helps.Store(key, refusal)
	return refusal
}

// tallyProgram is where make builds the command line, from the root.
var tallyProgram = filepath.Join(".cache", "tally")

// built has make build it, if it is older than its sources.
func built(t *testing.T) {
	t.Helper()
	if err := buildTally(); err != nil {
		t.Fatal(err)
	}
}

var buildTally = sync.OnceValue(func() error {
	build := exec.Command("make", tallyProgram)
	build.Dir = root
	build.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("make %s: %w\n%s", tallyProgram, err, said)
	}
	return nil
})

var helps sync.Map

// help is what a program says about itself, or about one of its commands.
func help(t *testing.T, program string, command ...string) string {
	t.Helper()
	key := strings.Join(append([]string{program}, command...), " ")
	if said, known := helps.Load(key); known {
		return said.(string)
	}
	ask := map[string][]string{
		"tally": {tallyProgram},
		"diff":  {"go", "run", "./infra/change/diff"},
		"cdk":   {filepath.Join("node_modules", ".bin", "cdk")},
	}[program]
	built(t)
	ask = append(append(slices.Clone(ask), command...), "--help")
	run := exec.Command(ask[0], ask[1:]...)
	run.Dir = root
	run.Env = append(os.Environ(), "CDK_DISABLE_CLI_TELEMETRY=1")
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(ask, " "), err, said)
	}
	helps.Store(key, string(said))
	return string(said)
}

var (
	rule     = regexp.MustCompile(`^([^\s#:=%$][^:=%$]*):([^=]|$)`)
	variable = regexp.MustCompile(`\$\(([A-Z]+)\)|given,([A-Z]+),`)
)

// makefile reads the targets there are from make's own database, and the variables
// that are used from the Makefile.
func makefile(t *testing.T) (targets, variables []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range variable.FindAllStringSubmatch(string(text), -1) {
		variables = append(variables, found[1]+found[2])
	}
	database := makeDatabase()
	noTarget := false
	for line := range strings.Lines(database) {
		if found := rule.FindStringSubmatch(line); found != nil && !noTarget {
			targets = append(targets, strings.Fields(found[1])...)
		}
		noTarget = strings.HasPrefix(line, "# Not a target")
	}
	if !slices.Contains(targets, "help") {
		t.Fatalf("make -p says no targets: %s", database)
	}
	return targets, variables
}

// makeDatabase is what make knows. Its status says whether help is up to date.
var makeDatabase = sync.OnceValue(func() string {
	ask := exec.Command("make", "-pRrq", "help")
	ask.Dir = root
	ask.Env = append(os.Environ(), "MAKEFLAGS=", "MAKELEVEL=", "LC_ALL=C")
	said, _ := ask.Output()
	return string(said)
})
