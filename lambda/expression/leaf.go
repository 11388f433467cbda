package expression

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// leaf is a value ready to be computed; ok is false if it failed.
type leaf func(*Row) (value any, ok bool)

// path is the field that a node names; nil if it is none.
func (s *source) path(node ast.Node) []string {
	switch node := node.(type) {
	case *ast.IdentifierNode:
		switch {
		case isMark(node.Value):
			return unmark(node.Value)
		case node.Value != "$env" && !s.variables[node.Value] && s.config.Functions[node.Value] == nil:
			return []string{node.Value}
		}
	case *ast.ChainNode:
		return s.path(node.Node)
	case *ast.MemberNode:
		name, named := node.Property.(*ast.StringNode)
		if !named {
			return nil
		}
		if root, ok := node.Node.(*ast.IdentifierNode); ok && root.Value == "$env" {
			return []string{name.Value}
		}
		if above := s.path(node.Node); above != nil && s.set.kind.nested() {
			return append(above, name.Value)
		}
	}
	return nil
}

// leaf makes a node ready: a field, or a program of the VM.
func (s *source) leaf(node ast.Node) (leaf, error) {
	if path := s.path(node); path != nil {
		slot := s.set.slot(path)
		return func(row *Row) (any, bool) { return row.value(slot) }, nil
	}
	fields := &fields{source: s}
	rewriteFields(&node, fields)
	ast.Walk(&node, nilComparisons{s.config})
	program, err := compiler.Compile(&parser.Tree{Node: node, Source: s.tree.Source}, s.config)
	if err != nil {
		return nil, err
	}
	return fields.run(program), nil
}

// value is a field as the expression language sees it.
func (r *Row) value(slot int) (any, bool) {
	value, err := r.Fields[slot].any()
	if err != nil {
		r.fail("%w", err)
		return nil, false
	}
	return value, true
}

// run runs a program on the fields that it uses.
func (f *fields) run(program *vm.Program) leaf {
	return func(row *Row) (any, bool) {
		for i, slot := range f.slots {
			value, ok := row.value(slot)
			if !ok {
				return nil, false
			}
			row.values[f.names[i]] = value
		}
		value, err := row.machine.Run(program, row.values)
		if err == nil {
			return value, true
		}
		said := messageOf(err)
		if ofNil(said) {
			return nil, true
		}
		row.fail("%s", said)
		return nil, false
	}
}

func messageOf(err error) string {
	var positioned *file.Error
	if errors.As(err, &positioned) {
		return positioned.Message
	}
	return err.Error()
}

// ofNil tells whether the VM failed because something it needed is not there:
// then the result is nil, too.
func ofNil(said string) bool {
	return strings.Contains(said, "nil") || strings.Contains(said, "index out of range")
}
