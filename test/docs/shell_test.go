package docs

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// A command is a line of a shell or a code, as words.
type command struct {
	line  int // of the block, or of the code
	words []string
}

// programs are what codes within lines begin with if they are commands.
var programs = regexp.MustCompile(`^(make|tally|aws|npx|cdk|\.cache/diff|\.cache/tally|go run) ?`)

// commandsOf are the commands of a page: lines of shells, what consoles show behind
// $, steps of workflows, and codes that begin with a program.
func commandsOf(p page) (commands []command) {
	for _, block := range p.blocks {
		for _, words := range shell(scriptOf(block)) {
			commands = append(commands, command{block.line, words})
		}
	}
	for _, code := range p.codes {
		if programs.MatchString(code.text) {
			for _, words := range shell(code.text) {
				commands = append(commands, command{code.line, words})
			}
		}
	}
	return commands
}

var step = regexp.MustCompile(`(?m)^\s*(?:- )?run: (.*)$`)

// scriptOf is what of a block goes to a shell.
func scriptOf(b block) string {
	switch b.language {
	case "sh":
		return b.text
	case "console":
		var script strings.Builder
		more := false
		for line := range strings.Lines(b.text) {
			typed, prompt := strings.CutPrefix(line, "$ ")
			if prompt || more {
				script.WriteString(typed)
			}
			more = (prompt || more) && strings.HasSuffix(line, "\\\n")
		}
		return script.String()
	case "yaml":
		var script strings.Builder
		for _, found := range step.FindAllStringSubmatch(b.text, -1) {
			script.WriteString(found[1] + "\n")
		}
		return script.String()
	}
	return ""
}

// shell takes a script apart: into commands at line ends, pipes, && and $(…), and into
// words. It knows quotes, comments and lines that go on, and no more.
func shell(script string) (commands [][]string) {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	endWord := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	endCommand := func() {
		endWord()
		if words = withoutAssignments(words); len(words) > 0 {
			commands = append(commands, words)
		}
		words = nil
	}
	runes := []rune(strings.ReplaceAll(script, "\\\n", " ") + "\n")
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == '#' && !inWord:
			for runes[i+1] != '\n' {
				i++
			}
		case r == '\n', r == ';', r == '|', r == '&', r == '(', r == ')':
			endCommand()
		case unicode.IsSpace(r):
			endWord()
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	return commands
}

var assignment = regexp.MustCompile(`^[A-Za-z_]\w*=`)

// withoutAssignments leaves out variables, and words of the shell, before a command.
func withoutAssignments(words []string) []string {
	for len(words) > 0 && (assignment.MatchString(words[0]) || words[0] == "do" || words[0] == "export") {
		words = words[1:]
	}
	return words
}

func TestShell(t *testing.T) {
	const script = "A=1 make b \\\n  c='d e' # f\nid=$(aws x --y \"z | w\") && make | head\n"
	var got []string
	for _, words := range shell(script) {
		got = append(got, strings.Join(words, "/"))
	}
	if want := "make/b/c=d e aws/x/--y/z | w make head"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, " "), want)
	}
}
