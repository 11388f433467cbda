package expression

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
)

// A name with dashes, such as user-id, is a field to whoever writes it and a
// subtraction to the expression language: of fields that no record has, which
// gives nil. So a field is what stands alone, and in an expression the two must be
// told apart.

// bareName is a name, or names that dots join, with a dash in it.
var bareName = regexp.MustCompile(`^[\pL_][\pL\pN_-]*(\.[\pL\pN_-]+)*$`)

// bare is the field that a text names as it stands, with dashes; nil for any other
// text. Its letters and numbers decide, not what they would give as an expression.
func (s *Set) bare(text string) []string {
	text = strings.TrimSpace(text)
	if s.kind == Objects || !strings.Contains(text, "-") || !bareName.MatchString(text) {
		return nil
	}
	return s.split(text)
}

// lexeme is a text in quotes, a comment, a number or, captured, names that dots and
// dashes join.
var lexeme = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" + `|//[^\n]*|(?s:/\*.*?\*/)` +
	`|\d[\pL\pN_]*(?:\.\d[\pL\pN_]*)?|([\pL_$][\pL\pN_$]*(?:(?:-|\??\.)[\pL\pN_$]+)*)`)

var (
	dashes      = regexp.MustCompile(`-([\pL\pN_$]+)`)
	wholeNumber = regexp.MustCompile(`^(\d[\d_]*([eE]\d+)?|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$`)
	called      = regexp.MustCompile(`^\s*\(`)
	lastName    = regexp.MustCompile(`(-|\??\.)[\pL\pN_$]+$`)
)

// dashed finds a subtraction of names that is written like one name. One of a number,
// such as amount-1, stays what it is, unless a column is called so.
func (s *Set) dashed(text string) *file.Error {
	if s.kind == Objects {
		return nil
	}
	for _, at := range lexeme.FindAllStringSubmatchIndex(text, -1) {
		if at[2] < 0 {
			continue
		}
		name := text[at[2]:at[3]]
		if called.MatchString(text[at[3]:]) { // the last one is a function
			name = lastName.ReplaceAllString(name, "")
		}
		if !s.readsAsOneName(name) {
			continue
		}
		field := s.quoted(text[:at[2]], name)
		if strings.HasPrefix(field, "[") {
			name = "." + name // the brackets stand in the place of the dot, too
		}
		return &file.Error{
			Location: file.Location{From: utf8.RuneCountInString(text[:at[2]])},
			Message: fmt.Sprintf("%s is a subtraction; write %s for the field of that name, or %s to subtract",
				name, field, dashes.ReplaceAllString(name, " - $1")),
		}
	}
	return nil
}

func (s *Set) readsAsOneName(name string) bool {
	if slices.Contains(s.columns, name) {
		return strings.Contains(name, "-")
	}
	return slices.ContainsFunc(dashes.FindAllStringSubmatch(name, -1), func(part []string) bool {
		return !wholeNumber.MatchString(part[1])
	})
}

// quoted is how a field is written whose name has dashes. before is what stands
// before it: a dot leads from an element of a list, or from another value.
func (s *Set) quoted(before, name string) string {
	if !s.kind.nested() {
		return fmt.Sprintf("$env[%q]", name)
	}
	path := strings.Split(strings.ReplaceAll(strings.TrimPrefix(name, "$env."), "?.", "."), ".")
	var all strings.Builder
	for i, part := range path {
		switch isPlain := !strings.Contains(part, "-"); {
		case i > 0 && isPlain:
			all.WriteString("." + part)
		case i > 0:
			fmt.Fprintf(&all, "[%q]", part)
		case isPlain:
			all.WriteString(part)
		case strings.HasSuffix(before, "]."), strings.HasSuffix(before, ")."), strings.HasSuffix(before, "?."):
			fmt.Fprintf(&all, "[%q]", part)
		case strings.HasSuffix(before, "."):
			fmt.Fprintf(&all, "#[%q]", part)
		default:
			fmt.Fprintf(&all, "$env[%q]", part)
		}
	}
	return all.String()
}
