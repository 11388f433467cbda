package expression

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
)

// expr is an expression that was checked and compiled.
type expr struct {
	eval   eval
	panics bool
	slot   int   // of a plain field; -1 for anything else
	slots  []int // of all fields
}

// compile checks an expression against the fields there are. Errors end with the line
// and column, from 1.
func (s *Set) compile(text string, condition bool) (expr, error) {
	config := conf.New(s.kind.environment())
	for _, name := range disabled {
		config.Disabled[name] = true
		delete(config.Builtins, name)
	}
	if condition {
		config.Expect, config.ExpectAny = reflect.Bool, true
	}
	if err := s.dashed(text); err != nil {
		return expr{}, s.oneLine(err.Bind(file.NewSource(text)), text)
	}
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return expr{}, s.oneLine(err, text)
	}
	c := &compiler{set: s, source: tree.Source}
	s.used = nil
	compiled := expr{eval: c.eval(tree.Node), slot: -1}
	if c.err != nil {
		return expr{}, s.oneLine(c.err.Bind(tree.Source), text)
	}
	if path := c.path(tree.Node); path != nil {
		compiled.slot = s.slot(path)
	}
	compiled.panics, compiled.slots = c.panics, s.used
	if s.kind == CSV {
		fields := types.Map{} // the checker knows no type of all names
		for _, path := range s.fields {
			fields[path[0]] = types.String
		}
		config.WithEnv(fields)
	}
	if _, err := checker.Check(tree, config); err != nil {
		return expr{}, s.oneLine(err, text)
	}
	return compiled, s.checkColumns()
}

// oneLine writes an error of the expression language as one line: what, where, and
// what to write for habits from SQL.
func (s *Set) oneLine(err error, text string) error {
	message, line, column := err.Error(), 1, 0 // an error about the expression as a whole has no place
	if positioned, ok := errors.AsType[*file.Error](err); ok {
		message, line, column = positioned.Message, positioned.Line, positioned.Column
	}
	hint := s.kind.hint(message, text)
	if hint != "" {
		hint = "; " + hint
	}
	return fmt.Errorf("%s (%d:%d)%s", message, line, column+1, hint)
}
