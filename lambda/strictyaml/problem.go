package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing to correct in a file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1; 0 when the problem is the file itself
	Column  int    `json:"column"`
	Key     string `json:"key"`     // such as jobs[0].cases.normal; empty for the whole file
	Message string `json:"message"` // what is wrong and what to write
}

// Error is the problem in the form that editors can jump to: file:line:column: key: message.
func (p Problem) Error() string {
	text := p.File
	if p.Line > 0 {
		text += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	if p.Key != "" {
		text += ": " + p.Key
	}
	return text + ": " + p.Message
}

// Problems are all problems of some files.
type Problems []Problem

// Error lists the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Join gathers the problems of several documents, in the order of the documents
// and of their lines. It returns nil when there is none.
func Join(documents ...*Document) error {
	var all Problems
	for _, document := range documents {
		problems := slices.Clone(document.problems)
		slices.SortStableFunc(problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		all = append(all, problems...)
	}
	if len(all) == 0 {
		return nil
	}
	return all
}
