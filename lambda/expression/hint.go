package expression

import (
	"regexp"
	"slices"
	"strings"
)

// habit is what people write who know SQL, or where types do not fit.
type habit struct {
	kinds []Kind // nil for all
	said  string // a regular expression for what the expression language says
	text  string // one for the expression; what it captures may be in the hint
	hint  string
}

// habits come in the order of their precision: the first that fits is named.
var habits = []habit{
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
	{[]Kind{Objects}, `^unknown name`, ``, "objects have " + strings.Join(ObjectFields, ", ")},
}

func (k Kind) hint(message, text string) string {
	for _, habit := range habits {
		if habit.kinds != nil && !slices.Contains(habit.kinds, k) || !regexp.MustCompile(habit.said).MatchString(message) {
			continue
		}
		pattern := regexp.MustCompile(habit.text)
		if found := pattern.FindStringSubmatchIndex(text); found != nil {
			return string(pattern.ExpandString(nil, habit.hint, text, found))
		}
	}
	return ""
}
