package expression

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"

	"tally/lambda/pattern"
)

// A name with dashes, such as user-id, is a field to whoever writes it. To the expression
// language it is a subtraction, of fields that no record has, which is nil. So a name with
// dashes that stands alone is a field here. In an expression it is refused.

// fieldName is a name, or names that dots join, with dashes.
var fieldName = pattern.New(`^[\pL_][\pL\pN_-]*(\.[\pL\pN_-]+)*$`)

// dashedField returns the path of a field whose name has dashes, if the text is nothing
// but such a name; else nil.
func (s *Set) dashedField(text string) []string {
	text = strings.TrimSpace(text)
	if s.kind == Objects || !strings.Contains(text, "-") || !fieldName.MatchString(text) {
		return nil
	}
	return s.split(text)
}

// lexeme is a text in quotes, a comment, a number or, captured, names that dots and
// dashes join.
var lexeme = pattern.New(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" + `|//[^\n]*|(?s:/\*.*?\*/)` +
	`|\d[\pL\pN_]*(?:\.\d[\pL\pN_]*)?|([\pL_$][\pL\pN_$]*(?:(?:-|\??\.)[\pL\pN_$]+)*)`)

var (
	afterDash   = pattern.New(`-([\pL\pN_$]+)`)
	wholeNumber = pattern.New(`^(\d[\d_]*([eE]\d+)?|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$`)
	callFollows = pattern.New(`^\s*\(`)
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
	path := strings.Split(strings.ReplaceAll(strings.TrimPrefix(name, "$env."), "?.", "."), ".")
	written := path[0]
	if strings.Contains(written, "-") {
		of := "$env"
		if value, behindDot := strings.CutSuffix(before, "."); behindDot {
			of = "#"
			if value != "" && strings.ContainsAny(value[len(value)-1:], "])?") {
				of = ""
			}
		}
		written = fmt.Sprintf("%s[%q]", of, written)
	}
	for _, part := range path[1:] {
		if strings.Contains(part, "-") {
			written += fmt.Sprintf("[%q]", part)
		} else {
			written += "." + part
		}
	}
	return written
}
