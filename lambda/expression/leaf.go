package expression

import (
	"cmp"
	"errors"
	"fmt"
	"sync/atomic"

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
	node = nils{s.set.kind, new(int)}.node(node)
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

// Uncomputable is the error about a part of an expression that cannot be computed for
// a row. Worked says whether it gave a value for any row that its set was run on.
type Uncomputable struct {
	Worked *atomic.Bool
	error
}

// run runs a program on the fields that it uses.
func (f *fields) run(program *vm.Program) leaf {
	worked := new(atomic.Bool)
	return func(row *Row) (any, bool) {
		for i, slot := range f.slots {
			value, ok := row.value(slot)
			if !ok {
				return nil, false
			}
			row.values[f.names[i]] = value
		}
		value, err := row.machine.Run(program, row.values)
		if err != nil {
			row.err = cmp.Or[error](row.err, Uncomputable{worked, f.source.failure(err)})
			return nil, false
		}
		if value != nil && !worked.Load() {
			worked.Store(true)
		}
		return value, true
	}
}

// failure is the VM's error without its message, which may hold values of the row.
// It names the part of the expression instead.
func (s *source) failure(err error) error {
	if types, ok := errors.AsType[typeError](err); ok {
		return types
	}
	failed, ok := errors.AsType[*file.Error](err)
	if !ok {
		return errors.New("cannot compute the expression")
	}
	part := cmp.Or(s.parts[failed.Location], "the expression")
	return fmt.Errorf("cannot compute %s (%d:%d)", part, failed.Line, failed.Column+1)
}

// parts collects what the nodes were written as, by their places. Of several in one
// place the outermost counts.
type parts map[file.Location]string

func (p parts) Visit(node *ast.Node) { p[(*node).Location()] = (*node).String() }
