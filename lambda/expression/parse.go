package expression

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"

	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
)

// compile parses, compiles and checks an expression.
func (s *Set) compile(text string, condition bool) (compiled, error) {
	config := conf.CreateNew()
	for _, name := range disabled {
		delete(config.Builtins, name) // which may be the name of a field
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
	config.WithEnv(s.environment())
	if _, err := checker.Check(tree, config); err != nil {
		return compiled{}, s.oneLine(err, text)
	}
	if c.panics {
		eval = guarded(eval)
	}
	for _, slot := range s.used {
		name := s.fields[slot][0]
		if err := s.CheckColumn(name); err != nil {
			return compiled{}, fmt.Errorf("%w%s", err, s.QuotesHint(name))
		}
	}
	return compiled{Slots: s.used, eval: eval, slot: slot}, nil
}

// environment gives the types of the fields.
func (s *Set) environment() types.Map {
	switch s.kind {
	case Objects:
		return types.Map{
			"key": types.String, "size": types.Int, "last_modified": types.TypeOf(time.Time{}),
			"storage_class": types.String, "etag": types.String,
		}
	case JSON:
		return types.Map{types.Extra: types.Any}
	}
	texts := types.Map{} // the checker wants to know each name
	for _, path := range s.fields {
		texts[path[0]] = types.String
	}
	return texts
}

// oneLine writes an error of the expression language as one line: what is wrong, where,
// and what to write instead.
func (s *Set) oneLine(err error, text string) error {
	message, line, column := err.Error(), 1, 0 // an error about the whole expression has no place
	if positioned, ok := errors.AsType[*file.Error](err); ok {
		message, line, column = positioned.Message, positioned.Line, positioned.Column
	}
	return fmt.Errorf("%s (%d:%d)%s", message, line, column+1, s.kind.hint(message, text))
}

// habits are what people write who know SQL, or where types do not fit. They come in the
// order of their precision: the first that fits is named.
var habits = []struct {
	kinds []Kind // nil for all
	said  string // a regular expression for what the expression language says
	text  string // one for the expression; what it captures may be in the hint
	hint  string
}{
	{nil, `^unexpected token Operator\("="\)`, ``, "write == for equal"},
	{nil, `^unexpected token Operator\("[<>]"\)`, `<>`, "write != for unequal"},
	{nil, `^unexpected token Identifier\("(?i:between)"\)`, ``, "write field >= 1 and field <= 9"},
	{nil, `^unexpected token Identifier\("(?i:i?like)"\)`, ``, `write startsWith, endsWith, contains, or matches "regular expression"`},
	{nil, `^unexpected token Identifier\("(?i:when|then|case)"\)`, ``, `write condition ? value : other`},
	{[]Kind{JSON, Logs}, `^unexpected token Identifier\("(?i:is)"\)`, ``, "write field == nil or field != nil"},
	{[]Kind{CSV}, `^unexpected token Identifier\("(?i:is)"\)`, ``, `write field == "" or field != ""`},
	{[]Kind{Objects}, `^unexpected token Identifier\("(?i:is)"\)`, ``, "objects have every field"},
	{nil, `^unexpected token (Identifier\("(?i:in)"\)|Operator\(","\))`, `\b(?i:in)\s*\(([^()]*)\)`, "write in [$1]"},
	{nil, `: in \(mismatched types`, `\bin\s*\(([^()]*)\)`, "write in [$1]"},
	{nil, `^(unexpected token|unknown function (AND|OR|NOT|IN)$)`, `\b(AND|OR|NOT|IN)\b`, "write and, or, not, in with small letters"},
	{[]Kind{JSON, Logs, Objects}, `^unknown function (?i:coalesce|ifnull|nvl)$`, ``, `write (field ?? "other")`},
	{[]Kind{CSV}, `^unknown function (?i:coalesce|ifnull|nvl)$`, ``, `write (field == "" ? "other" : field)`},
	{nil, `^unknown function (?i:substr|substring)$`, ``, `write a slice such as key[0:3], or split(key, "/")[1]`},
	{nil, `^unknown function (?i:length|char_length)$`, ``, `write len(field)`},
	{nil, `^unknown function (?i:cast)$`, ``, `write int(field), float(field), string(field) or date(field)`},
	{nil, `^unknown function now$`, ``, "a count must not depend on when it runs; use the window"},
	{nil, `^unknown function (keys|values|toPairs)$`, ``, "their order is chance; name the fields"},
	{nil, `^unknown function (groupBy|sortBy|reduce|find\w+)$`, ``, "write any, all, none, one, count, filter, find, map or sum"},
	{nil, `^unknown function Local$`, ``, `it is the zone of whatever machine this runs on; write In(timezone("Asia/Seoul"))`},
	{[]Kind{JSON, CSV, Logs}, `types? (\S+ and )?func\(`, ``, `a function has that name; write $$env["name"] for the field`},
	{nil, `^unknown function [A-Z]+$`, ``, "functions have small letters"},
	{nil, `time\.Time and string\)|string and time\.Time\)`, `["'](\d{4}-\d\d[^"']*)["']`, `write date("$1")`},
	{nil, `time\.Time and string\)|string and time\.Time\)`, ``, `write date(text) for a time`},
	{[]Kind{JSON, Objects}, `types (int|float64) and string\)`, `([\w.]+(?:\([^()]*\))?)\s*([=!<>]=|[<>])\s*["'](-?[\d.]+)["']`, `write $1 $2 $3`},
	{[]Kind{CSV, Logs}, `types (int|float64) and string\)`, `([\w.]+\([^()]*\))\s*([=!<>]=|[<>])\s*["'](-?[\d.]+)["']`, `write $1 $2 $3`},
	{[]Kind{JSON, Objects}, `types string and (int|float64)\)`, `["'](-?[\d.]+)["']\s*([=!<>]=|[<>])`, `write $1 without quotes`},
	{[]Kind{Objects}, `types string and (int|float64)\)`, `\b(\d[\d.]*)`, `write "$1" for a text`},
	{[]Kind{JSON, CSV, Logs}, `types (string and float64|float64 and string)\)`, ``, "write float(field) for a number that is written as text"},
	{[]Kind{JSON, CSV, Logs}, `types (string and int|int and string)\)`, ``, "write int(field) or float(field) for a number that is written as text"},
	{nil, `: \|\| \(mismatched types`, ``, "write + to join texts, and comparisons on both sides of or"},
	{nil, `^expected bool|: (and|&&|or|not|!) \(mismatched types?`, ``, "write a comparison"},
	{[]Kind{Objects}, `^unknown name (?i:null|nil)$`, ``, "objects have every field"},
	{nil, `^unknown name (TRUE|FALSE)$`, ``, "write true and false with small letters"},
	{[]Kind{Objects}, `^unknown name`, ``, "objects have key, size, last_modified, storage_class, etag"},
}

// hint is what to add to an error: what to write instead, if that is known.
func (k Kind) hint(message, text string) string {
	for _, habit := range habits {
		if habit.kinds != nil && !slices.Contains(habit.kinds, k) || !regexp.MustCompile(habit.said).MatchString(message) {
			continue
		}
		pattern := regexp.MustCompile(habit.text)
		if found := pattern.FindStringSubmatchIndex(text); found != nil {
			return "; " + string(pattern.ExpandString(nil, habit.hint, text, found))
		}
	}
	return ""
}
