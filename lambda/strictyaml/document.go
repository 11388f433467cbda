package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Document is a file that was read, where its keys stand, and what is wrong with it.
type Document struct {
	file      string
	rules     Rules
	positions map[string]position
	texts     Map[string]
	problems  []Problem
}

type position struct{ line, column int }

// ReadFile reads the YAML file at path as Read does, and returns its content, too.
// Problems name the file as shown. A file that cannot be read is a problem.
func ReadFile(path, shown string, into any, rules Rules) (*Document, []byte) {
	data, err := os.ReadFile(path)
	if err != nil {
		document := &Document{file: shown}
		if errors.Is(err, os.ErrNotExist) {
			document.Report("", "the file does not exist; write it, or name another")
		} else {
			document.Report("", "cannot be read: %v", err)
		}
		return document, nil
	}
	return Read(shown, data, into, rules), data
}

// Read reads YAML into the struct that into points to, and checks what the file says
// by the rules: a key that is not there breaks none, unless a form needs it. Fields
// are named by their yaml tag. `yaml:"name,required"` makes a missing key a problem,
// which then shows the example tag as what to write. A Map with `yaml:"*"` takes every key
// that no other field has; only the rules of its values apply to it, such as checks.*.min.
func Read(file string, data []byte, into any, rules Rules) *Document {
	document := &Document{file: file, rules: rules, positions: map[string]position{}}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // the byte order mark that some editors add
	if !document.refuseInvisible(data) {
		return document
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) // the parser counts two lines for one after a comment
	tokens := loneFeaturesAsText(lexer.Tokenize(string(data)))
	parsed, err := parser.Parse(tokens, parser.ParseComments, parser.AllowDuplicateMapKey())
	if err != nil {
		document.reportSyntax(err)
		return document
	}
	switch bodies := contents(parsed); {
	case len(bodies) == 0:
		document.Report("", "is empty")
	case len(bodies) == 1 || unsupportedFeature(bodies[0]) != "":
		document.decode(bodies[0], "", "", reflect.ValueOf(into).Elem())
	default:
		document.reportAt(start(bodies[1]), "", "holds several YAML documents; write one, without ---")
	}
	return document
}

// Report adds a problem at the place of key, or of the nearest key above it if key is
// not there. A key that has a problem gets no second one. Neither does a key that is
// not there because a key above it could not be read.
func (d *Document) Report(key, format string, args ...any) {
	if d.failed(key) {
		return
	}
	at, known := d.positions[key]
	for above := key; !known && above != ""; {
		above = parent(above)
		if d.failed(above) {
			return
		}
		at, known = d.positions[above]
	}
	d.reportAt(at, key, format, args...)
}

// Texts are the texts that could be read, by their keys, in the order of the file.
func (d *Document) Texts() Map[string] { return d.texts }

// Has tells whether the file holds key.
func (d *Document) Has(key string) bool {
	_, known := d.positions[key]
	return known
}

// Failed tells whether key or a key above it has a problem. What depends on its value
// need not be checked then.
func (d *Document) Failed(key string) bool {
	for ; key != ""; key = parent(key) {
		if d.failed(key) {
			return true
		}
	}
	return d.failed("")
}

func parent(key string) string {
	return key[:max(0, strings.LastIndexAny(key, ".["))]
}

func (d *Document) failed(key string) bool {
	return slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Key == key })
}

func (d *Document) reportAt(at position, key, format string, args ...any) {
	d.problems = append(d.problems, Problem{
		File: d.file, Line: at.line, Column: at.column, Key: key, Message: fmt.Sprintf(format, args...),
	})
}

func contents(file *ast.File) []ast.Node {
	var bodies []ast.Node
	for _, document := range file.Docs {
		if _, comment := document.Body.(*ast.CommentGroupNode); document.Body != nil && !comment {
			bodies = append(bodies, document.Body)
		}
	}
	return bodies
}
