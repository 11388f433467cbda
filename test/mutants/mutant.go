package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one changed line.
type mutant struct {
	at       string // where the list has it
	pkg      string // the package that it changes, as a folder of the project
	file     string // within pkg
	within   string // what begins the line of the declaration that holds the line; empty if the file has the line once
	line     string // the line as it is, or a part of it
	instead  string
	notices  call
	equal    string // why it changes nothing; empty if tests notice it
	whatItIs string // a name, which may be empty
}

// call is a call of go test.
type call struct {
	pkg string
	run string // as -run wants it
}

func (c call) String() string { return fmt.Sprintf("go test ./%s -run '%s'", c.pkg, c.run) }

func (m mutant) path() string { return filepath.Join(m.pkg, m.file) }

// change returns the mutant's file with the line replaced.
func (t *tree) change(m mutant) (string, error) {
	content, err := os.ReadFile(filepath.Join(t.root, m.path()))
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.at, err)
	}
	text := string(content)
	from, to, err := m.region(text)
	if err != nil {
		return "", err
	}
	if n := strings.Count(text[from:to], m.line); n != 1 {
		return "", fmt.Errorf("%s: %s has the line %d times, not once: %s", m.at, m.path(), n, m.line)
	}
	if m.line == m.instead {
		return "", fmt.Errorf("%s: the line stays as it is", m.at)
	}
	return text[:from] + strings.Replace(text[from:to], m.line, m.instead, 1) + text[to:], nil
}

// region is the part of a file that holds the line.
func (m mutant) region(text string) (from, to int, err error) {
	if m.within == "" {
		return 0, len(text), nil
	}
	begin := "\n" + m.within
	if n := strings.Count(text, begin); n != 1 {
		return 0, 0, fmt.Errorf("%s: %d lines of %s begin with %q, not one", m.at, n, m.path(), m.within)
	}
	from = strings.Index(text, begin)
	to = len(text)
	for _, end := range []string{"\n}", "\n)"} {
		if length := strings.Index(text[from:], end); length >= 0 {
			to = min(to, from+length)
		}
	}
	return from, to, nil
}

// having are the mutants with a text in their place, name or lines.
func having(all []mutant, text string) []mutant {
	return slices.DeleteFunc(slices.Clone(all), func(m mutant) bool {
		return !strings.Contains(strings.Join([]string{m.path(), m.whatItIs, m.line, m.instead}, "\n"), text)
	})
}

// together are the calls that run all tests of mutants, one for each package of tests.
func together(mutants []mutant) []call {
	var calls []call
	for _, m := range mutants {
		if m.equal != "" {
			continue
		}
		i := slices.IndexFunc(calls, func(c call) bool { return c.pkg == m.notices.pkg })
		if i < 0 {
			i, calls = len(calls), append(calls, call{pkg: m.notices.pkg})
		}
		runs := append(split(calls[i].run), split(m.notices.run)...)
		slices.Sort(runs)
		calls[i].run = strings.Join(slices.Compact(runs), "|")
	}
	return calls
}

// split divides what -run is given into its alternatives.
func split(run string) []string {
	return strings.FieldsFunc(run, func(r rune) bool { return r == '|' })
}
