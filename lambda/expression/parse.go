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

// compile parses, compiles and checks an expression.
func (s *Set) compile(text string, condition bool) (compiled, error) {
	config := conf.New(s.kind.environment())
	for _, name := range disabled {
		config.Disabled[name] = true
		delete(config.Builtins, name)
	}
	if condition {
		config.Expect, config.ExpectAny = reflect.Bool, true
	}
	if err := s.checkDashes(text); err != nil {
		return compiled{}, s.oneLine(err.Bind(file.NewSource(text)), text)
	}
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return compiled{}, s.oneLine(err, text)
	}
	c := &compiler{set: s, source: tree.Source}
	s.used = nil
	eval, slot := c.eval(tree.Node), -1
	if c.err != nil {
		return compiled{}, s.oneLine(c.err.Bind(tree.Source), text)
	}
	if path := c.path(tree.Node); path != nil {
		slot = s.slot(path)
	}
	if s.kind == CSV || s.kind == Logs {
		fields := types.Map{} // the checker wants to know each name
		for _, path := range s.fields {
			fields[path[0]] = types.String
		}
		config.WithEnv(fields)
	}
	if _, err := checker.Check(tree, config); err != nil {
		return compiled{}, s.oneLine(err, text)
	}
	return compiled{eval: eval, panics: c.panics, slot: slot, slots: s.used}, s.checkColumns()
}

// oneLine writes an error of the expression language as one line: what is wrong, where,
// and what to write instead.
func (s *Set) oneLine(err error, text string) error {
	message, line, column := err.Error(), 1, 0 // an error about the whole expression has no place
	if positioned, ok := errors.AsType[*file.Error](err); ok {
		message, line, column = positioned.Message, positioned.Line, positioned.Column
	}
	hint := s.kind.hint(message, text)
	if hint != "" {
		hint = "; " + hint
	}
	return fmt.Errorf("%s (%d:%d)%s", message, line, column+1, hint)
}
