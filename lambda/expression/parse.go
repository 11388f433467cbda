package expression

import (
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
)

// source is an expression that was parsed and checked.
type source struct {
	set       *Set
	config    *conf.Config
	tree      *parser.Tree
	variables map[string]bool // names that let declares: they are no fields
	parts     parts
}

// parse checks an expression against the fields there are. Errors end with the
// line and column, from 1.
func (s *Set) parse(text string, condition bool) (*source, error) {
	config := conf.New(s.kind.environment())
	// A count must not depend on when it runs, or on the order of a map, which is
	// another one each time.
	for _, name := range []string{"now", "keys", "values", "toPairs"} {
		config.Disabled[name] = true
		delete(config.Builtins, name)
	}
	addFunctions(config)
	if condition {
		config.Expect, config.ExpectAny = reflect.Bool, true
	}
	if err := s.dashed(text); err != nil {
		return nil, s.oneLine(err.Bind(file.NewSource(text)), text)
	}
	tree, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return nil, s.oneLine(err, text)
	}
	names := &names{variables: map[string]bool{}, used: types.Map{}}
	ast.Walk(&tree.Node, names)
	if s.kind == CSV {
		maps.DeleteFunc(names.used, func(name string, _ types.Type) bool { return names.variables[name] })
		config.WithEnv(names.used) // the checker knows no type of all names
	}
	parsed := &source{set: s, config: config, tree: tree, variables: names.variables, parts: parts{}}
	calls := &calls{source: parsed}
	ast.Walk(&tree.Node, calls)
	if calls.err != nil {
		return nil, s.oneLine(calls.err.Bind(tree.Source), text)
	}
	if err := misleading(tree.Node); err != nil {
		return nil, s.oneLine(err.Bind(tree.Source), text)
	}
	ast.Walk(&tree.Node, &s.unquoted)
	nilFields := &nilFields{source: parsed}
	ast.Walk(&tree.Node, nilFields)
	if nilFields.err != nil {
		return nil, s.oneLine(nilFields.err.Bind(tree.Source), text)
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, s.oneLine(err, text)
	}
	ast.Walk(&tree.Node, parsed.parts)
	config.Expect = reflect.Invalid // parts of the expression are compiled, not all of it
	return parsed, nil
}

// names collects the names that let declares, and all names as texts.
type names struct {
	variables map[string]bool
	used      types.Map
}

func (n *names) Visit(node *ast.Node) {
	switch node := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		n.variables[node.Name] = true
	case *ast.IdentifierNode:
		n.used[node.Value] = types.String
	case *ast.MemberNode:
		root, isName := node.Node.(*ast.IdentifierNode)
		if name, ok := node.Property.(*ast.StringNode); ok && isName && root.Value == "$env" {
			n.used[name.Value] = types.String
		}
	}
}

// calls finds calls of what is no function. The checker would let them pass where
// it does not know the fields.
type calls struct {
	source *source
	err    *file.Error
}

func (c *calls) Visit(node *ast.Node) {
	called := ""
	if node, ok := (*node).(*ast.CallNode); ok {
		switch callee := node.Callee.(type) {
		case *ast.IdentifierNode:
			called = callee.Value
		case *ast.MemberNode:
			if name, ok := callee.Property.(*ast.StringNode); ok && name.Value == "Local" {
				called = "Local"
			} else if c.source.set.kind.nested() && c.source.path(callee) != nil {
				called = callee.String()
			}
		}
	}
	if called != "" && c.err == nil {
		c.err = &file.Error{Location: (*node).Location(), Message: "unknown function " + called}
	}
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
