package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// readLists reads all lists of a folder. The error holds everything that is wrong with them.
func (t *tree) readLists(folder string) ([]mutant, error) {
	files, err := filepath.Glob(filepath.Join(t.root, folder, "*.diff"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	var problems []error
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		mutants, err := parseList(filepath.Base(file), string(content))
		problems = append(problems, err)
		for _, m := range mutants {
			_, err := t.change(m)
			problems = append(problems, err)
		}
		all = append(all, mutants...)
	}
	return all, errors.Join(problems...)
}

// parseList reads a list. Empty lines divide its mutants. Each has these lines:
//
//	# a name, if it needs one
//	at file.go                  or, if the line is there more than once: at file.go: func (s *Store) get
//	- the line as it is, or a part of it
//	+ the line instead
//	by TestName                 or: by test/local TestName/part; more tests are divided by |
//
// The last line may be "equal: " and the reason why the mutant changes nothing. The list begins
// with "package" and the folder of the package.
func parseList(name, text string) (mutants []mutant, err error) {
	var problems []error
	pkg, current := "", mutant{}
	end := func() {
		if current != (mutant{}) {
			problems = append(problems, current.whole())
			mutants = append(mutants, current)
		}
		current = mutant{}
	}
	for number, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			end()
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		at := fmt.Sprintf("%s:%d", name, number+1)
		if word == "package" {
			pkg = rest
			continue
		}
		if current.at == "" {
			current.at, current.pkg = at, pkg
		}
		switch word {
		case "#":
			current.whatItIs = rest
		case "at":
			current.file, current.within, _ = strings.Cut(rest, ": ")
		case "-":
			current.line = rest
		case "+":
			current.instead = rest
		case "by":
			current.notices = callOf(pkg, rest)
		case "equal:":
			current.equal = rest
		default:
			problems = append(problems, fmt.Errorf("%s: a line begins with %q; write #, at, -, +, by, or equal: and a reason", at, word))
		}
	}
	end()
	return mutants, errors.Join(problems...)
}

// callOf reads what follows "by". The tests are of the changed package, if they name no other.
func callOf(pkg, text string) call {
	if other, tests, two := strings.Cut(text, " "); two && strings.Contains(other, "/") && !strings.HasPrefix(other, "Test") {
		pkg, text = other, tests
	}
	runs := split(text)
	for i, run := range runs {
		test, part, parted := strings.Cut(run, "/")
		runs[i] = "^" + test + "$"
		if parted {
			runs[i] += "/" + part
		}
	}
	return call{pkg, strings.Join(runs, "|")}
}

// whole says what a mutant lacks.
func (m mutant) whole() error {
	switch {
	case m.pkg == "":
		return fmt.Errorf("%s: the list does not begin with its package", m.at)
	case m.file == "" || m.line == "":
		return fmt.Errorf("%s: the mutant has no file or no line", m.at)
	case (m.notices.run == "") == (m.equal == ""):
		return fmt.Errorf("%s: write either the tests that notice the mutant, or why it changes nothing", m.at)
	}
	return nil
}
