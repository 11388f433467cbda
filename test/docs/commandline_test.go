package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var listed = regexp.MustCompile(`(?m)^  ([a-z-]+)\s+(\S.*)$`)

// commandsOfTally are the commands that the help lists, with what it says of each, without
// the two of every program that is made with cobra.
func commandsOfTally(t *testing.T) map[string]string {
	t.Helper()
	_, list, _ := strings.Cut(help(t, "tally"), "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	said := map[string]string{}
	for _, found := range listed.FindAllStringSubmatch(list, -1) {
		if found[1] != "help" && found[1] != "completion" {
			said[found[1]] = found[2]
		}
	}
	if said["next"] == "" {
		t.Fatalf("the help lists no commands: %s", help(t, "tally"))
	}
	return said
}

// TestCommandLine compares the tables of docs/command-line.md with the help and with the
// constants of both programs.
func TestCommandLine(t *testing.T) {
	page := readPages(t)["docs/command-line.md"]
	var names []string
	for name := range commandsOfTally(t) {
		names = append(names, name)
	}
	if differs := cmp.Diff(sorted(names), sorted(page.table(t, "command").column())); differs != "" {
		t.Errorf("the help (-) and the table of commands (+) differ:\n%s", differs)
	}
	var statuses []string
	for _, folder := range []string{"lambda/cmd/tally", "infra/change/diff"} {
		for name, value := range constants(t, folder) {
			if number, isNumber := value.(string); isNumber && strings.HasPrefix(name, "exit") {
				statuses = append(statuses, number)
			}
		}
	}
	table := page.table(t, "status")
	if differs := cmp.Diff(slices.Compact(sorted(statuses)), table.column()); differs != "" {
		t.Errorf("the constants (-) and the table of exit statuses (+) differ:\n%s", differs)
	}
	for _, row := range table.rows {
		if line := "  " + strings.Trim(row[0], "`") + "  " + row[1] + "\n"; !strings.Contains(help(t, "tally"), line) {
			t.Errorf("tally help has no line %q", line)
		}
	}
}

// TestExamples checks the examples of every command's help as if a page showed them.
func TestExamples(t *testing.T) {
	commands := commandsOfTally(t)
	for name, short := range commands {
		if short == "" {
			t.Errorf("tally %s has no short text", name)
		}
		for _, problem := range exampleProblems(t, name, help(t, "tally", name)) {
			t.Errorf("tally %s: %s", name, problem)
		}
	}
	for _, test := range []struct{ name, help, want string }{
		{"none", "Usage:\n  tally next\n", "there is no example"},
		{"of another command", "Examples:\n  tally run a\n\nFlags:\n", "there is no example"},
		{"of a flag that is missing", "Examples:\n  A=1 tally next --when now\n\nFlags:\n", "line 1: tally next has no --when"},
		{"that cannot be parsed", "Examples:\n  tally next -n ten\n\nFlags:\n", `line 1: tally invalid argument "ten" for "-n, --count" flag: strconv.ParseInt: parsing "ten": invalid syntax`},
		{"of a command that is missing", "Examples:\n  tally next\n  tally nxt\n\nFlags:\n", `line 1: tally has no command "nxt"`},
		{"good", "Examples:\n  tally next -n 3\n\nFlags:\n", ""},
	} {
		if problems := strings.Join(exampleProblems(t, "next", test.help), "\n"); problems != test.want {
			t.Errorf("%s: got %q, want %q", test.name, problems, test.want)
		}
	}
}

func exampleProblems(t *testing.T, name, help string) []string {
	t.Helper()
	_, examples, _ := strings.Cut(help, "Examples:\n")
	examples, _, _ = strings.Cut(examples, "\n\n")
	page := parsePage("tally help "+name, "```sh\n"+examples+"\n```\n")
	if !slices.ContainsFunc(commandsOf(page), func(c command) bool { return len(c.words) > 1 && c.words[0] == "tally" && c.words[1] == name }) {
		return []string{"there is no example"}
	}
	return commandProblems(t, page)
}
