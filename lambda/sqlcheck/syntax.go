package sqlcheck

import (
	"strings"

	"tally/lambda/contract"
	"tally/lambda/pattern"
)

// engines are the syntaxes by the engine's name in settings.
var engines = map[string]syntax{contract.EnginePostgres: postgres, contract.EngineMySQL: mySQL, contract.EngineAthena: trino}

// syntax is how an engine writes texts, names and comments. The first rule that fits
// applies. What none fits is a token of one character.
type syntax []rule

type rule struct {
	begins  *pattern.Pattern               // the token, or its beginning if there is an end
	end     func(opening, rest string) int // length of the token after its beginning, negative if it does not end
	comment bool
	err     error // refuses the token, or one that does not end
}

// first is the first token of some code that is not empty.
func (s syntax) first(code string) (token string, comment bool, err error) {
	for _, rule := range s {
		begin := rule.begins.Regexp().FindString(code)
		if begin == "" {
			continue
		}
		if rule.end == nil {
			return begin, rule.comment, rule.err
		}
		length := rule.end(begin, code[len(begin):])
		if length < 0 {
			return "", false, rule.err
		}
		return code[:len(begin)+length], rule.comment, nil
	}
	return code[:1], false, nil
}

// starting is a pattern for the start of a text, in which . is any character.
func starting(text string) *pattern.Pattern { return pattern.New(`^(?s:` + text + `)`) }

// word is a name, a keyword or a number.
var word = rule{begins: starting(`[0-9A-Za-z_[:^ascii:]][0-9A-Za-z_$[:^ascii:]]*`)}

// A doubled quote within a text ends it and begins the next one, which makes no
// difference.
var postgres = syntax{
	{begins: starting(`[eE]'(\\.|[^\\'])*'`)},
	{begins: starting(`'[^']*'|"[^"]*"`)},
	{begins: starting(`[eE]?'|"`), err: errOpenText},
	{begins: starting(`--[^\n\r]*`), comment: true},
	{begins: starting(`/\*`), end: endOfNested, comment: true, err: errOpenComment},
	word,
	{begins: starting(`\$[0-9]`), err: errPlaceholder},
	{begins: starting(`\$[0-9A-Za-z_[:^ascii:]]*\$`), end: endOfDollars, err: errOpenText},
}

var mySQL = syntax{
	{begins: starting(`'(\\.|[^\\'])*'|"(\\.|[^\\"])*"|` + "`[^`]*`")},
	{begins: starting("['\"`]"), err: errOpenText},
	{begins: starting(`#[^\n]*|--(\n|[\x00-\x20][^\n]*|$)`), comment: true},
	{begins: starting(`/\*M?!`), err: errExecutable},
	{begins: starting(`/\*.*?\*/`), comment: true},
	{begins: starting(`/\*`), err: errOpenComment},
	{begins: starting(`\?`), err: errPlaceholder},
	word,
}

// trino has no escapes in texts but doubled quotes, and no comments within comments.
var trino = syntax{
	{begins: starting(`'[^']*'|"[^"]*"`)},
	{begins: starting(`['"]`), err: errOpenText},
	{begins: starting("`"), err: errBackquote},
	{begins: starting(`--[^\n\r]*`), comment: true},
	{begins: starting(`/\*.*?\*/`), comment: true},
	{begins: starting(`/\*`), err: errOpenComment},
	{begins: starting(`\?|\$[0-9]`), err: errPlaceholder},
	{begins: starting(`::`), err: errCast},
	{begins: starting(`==`), err: errEquals},
	{begins: starting(`!?~`), err: errMatch},
	word,
}

// endOfNested finds the end of a comment that may hold others.
func endOfNested(_, rest string) int {
	depth := 1
	for i := 0; i+1 < len(rest); i++ {
		switch rest[i : i+2] {
		case "*/":
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		case "/*":
			i++
			depth++
		}
	}
	return -1
}

// endOfDollars finds the tag, such as $$ or $a$, that opened a text.
func endOfDollars(tag, rest string) int {
	if end := strings.Index(rest, tag); end >= 0 {
		return end + len(tag)
	}
	return -1
}
