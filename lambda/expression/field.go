package expression

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"tally/lambda/pattern"
)

// path is the field that a node names; nil if it is none. Fields in fields of JSON are
// one path, so that a row holds nothing above what an expression names.
func (c *compiler) path(node ast.Node) []string {
	switch node := node.(type) {
	case *ast.IdentifierNode:
		if node.Value != "$env" {
			return []string{node.Value}
		}
	case *ast.ChainNode:
		return c.path(node.Node)
	case *ast.MemberNode:
		name, named := node.Property.(*ast.StringNode)
		if !named {
			return nil
		}
		if root, ok := node.Node.(*ast.IdentifierNode); ok && root.Value == "$env" {
			return []string{name.Value}
		}
		if above := c.path(node.Node); above != nil && c.set.kind == JSON {
			return append(above, name.Value)
		}
	}
	return nil
}

func isEquality(operator string) bool { return operator == "==" || operator == "!=" }

func isNil(node ast.Node) bool {
	_, literal := node.(*ast.NilNode)
	return literal
}

// refuseNil refuses to ask a field for nil if it is never nil, whatever the row.
func (c *compiler) refuseNil(node *ast.BinaryNode, field ast.Node) {
	switch kind := c.set.kind; {
	case c.path(field) == nil:
	case kind == Objects:
		c.fail(node, "%s is never nil, objects have every field; leave %s out", field, node.Operator)
	case kind == CSV && node.Operator == "??":
		c.fail(node, `%[1]s is never nil, fields of CSV are text; write (%[1]s == "" ? "other" : %[1]s)`, field)
	case kind == CSV:
		c.fail(node, `%[1]s is never nil, fields of CSV are text; write %[1]s %s ""`, field, node.Operator)
	}
}

// keywords of SQL are names of fields here, with what to write instead. The checker refuses
// them where it knows all fields, which are those of objects.
var keywords = map[Kind]map[string]string{
	JSON: {"null": "nil", "true": "true", "false": "false"},
	CSV:  {"null": `""`, "true": `"true"`, "false": `"false"`},
	Logs: {"null": "nil", "true": "true", "false": "false"},
}

func (c *compiler) refuseKeyword(node *ast.BinaryNode) {
	name, isName := node.Right.(*ast.IdentifierNode)
	if !isName || !isEquality(node.Operator) || isNil(node.Left) {
		return
	}
	if write, isKeyword := keywords[c.set.kind][strings.ToLower(name.Value)]; isKeyword {
		c.fail(node, "%s is the name of a field; write %s", name.Value, write)
	}
}

// noteUnquoted remembers names on the right of a comparison. Such a name is a field, and
// may be meant as a text.
func (c *compiler) noteUnquoted(right ast.Node) {
	values := []ast.Node{right}
	if list, isList := right.(*ast.ArrayNode); isList {
		values = list.Nodes
	}
	for _, value := range values {
		if name, isName := value.(*ast.IdentifierNode); isName {
			c.set.unquoted = append(c.set.unquoted, name.Value)
		}
	}
}

// QuotesHint is what to add to an error about a name that is no field: that texts have
// quotes, if the name stands where a text may be meant; else nothing.
func (s *Set) QuotesHint(name string) string {
	if !slices.Contains(s.unquoted, name) {
		return ""
	}
	return fmt.Sprintf("; a text is written in quotes: %q", name)
}

// A name with dashes, such as user-id, is a field to whoever writes it. To the expression
// language it is a subtraction, of fields that no record has, which is nil. So a name with
// dashes that stands alone is a field here. In an expression it is refused.

// fieldName is a name, or names that dots join. They may have dashes.
var fieldName = pattern.New(`^[\pL_][\pL\pN_-]*(\.[\pL\pN_-]+)*$`)

func (s *Set) isDashedField(text string) bool {
	return s.kind != Objects && strings.Contains(text, "-") && fieldName.MatchString(text)
}

var (
	// lexeme is a text in quotes, a comment, a number or, captured, names that dots and
	// dashes join.
	lexeme = pattern.New(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" + `|//[^\n]*|(?s:/\*.*?\*/)` +
		`|\d[\pL\pN_]*(?:\.\d[\pL\pN_]*)?|([\pL_$][\pL\pN_$]*(?:(?:-|\??\.)[\pL\pN_$]+)*)`)
	afterDash   = pattern.New(`-([\pL\pN_$]+)`)
	wholeNumber = pattern.New(`^(\d[\d_]*([eE]\d+)?|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$`)
	callFollows = pattern.New(`^\s*\(`)
	dashedPart  = pattern.New(`(?:^|\.)([^.]*-[^.]*)`)
	lastName    = pattern.New(`(-|\??\.)[\pL\pN_$]+$`)
)

// checkDashes refuses a subtraction of names that is written like one name. Subtracting a
// number, as in amount-1, is no such name, unless a column has it.
func (s *Set) checkDashes(text string) *file.Error {
	if s.kind == Objects {
		return nil
	}
	for _, at := range lexeme.Regexp().FindAllStringSubmatchIndex(text, -1) {
		if at[2] < 0 {
			continue
		}
		before, name, after := text[:at[2]], text[at[2]:at[3]], text[at[3]:]
		if callFollows.MatchString(after) {
			name = lastName.Regexp().ReplaceAllString(name, "") // without the function
		}
		if !s.looksLikeOneName(name) {
			continue
		}
		field := s.quoted(before, name)
		if strings.HasPrefix(field, "[") {
			name = "." + name // the brackets stand in the place of the dot, too
		}
		return &file.Error{
			Location: file.Location{From: utf8.RuneCountInString(before)},
			Message: fmt.Sprintf("%s is a subtraction; write %s for the field of that name, or %s to subtract",
				name, field, afterDash.Regexp().ReplaceAllString(name, " - $1")),
		}
	}
	return nil
}

func (s *Set) looksLikeOneName(name string) bool {
	if slices.Contains(s.columns, name) {
		return strings.Contains(name, "-")
	}
	return slices.ContainsFunc(afterDash.Regexp().FindAllStringSubmatch(name, -1), func(part []string) bool {
		return !wholeNumber.MatchString(part[1])
	})
}

// quoted writes a field whose name has dashes. What stands before it says what it is a
// field of: the record, an element of a list (after a dot alone), or another value.
func (s *Set) quoted(before, name string) string {
	if s.kind != JSON {
		return fmt.Sprintf("$env[%q]", name)
	}
	name = strings.ReplaceAll(strings.TrimPrefix(name, "$env."), "?.", ".")
	written := dashedPart.Regexp().ReplaceAllString(name, `["$1"]`)
	value, behindDot := strings.CutSuffix(before, ".")
	switch {
	case written[0] != '[' || behindDot && strings.TrimRight(value, "])?") != value:
		return written
	case behindDot:
		return "#" + written
	}
	return "$env" + written
}
