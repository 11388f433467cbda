// Package sqlcheck checks the SQL conditions of jobs without a database: synth
// refuses with it what the function would refuse at night. It imports the
// standard library only.
package sqlcheck

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

var (
	errUnbalanced  = errors.New("its parentheses do not match; write one expression")
	errSemicolon   = errors.New("holds a semicolon; write one expression")
	errOpenText    = errors.New("a quote is not closed")
	errOpenComment = errors.New("a comment is not closed")
	errExecutable  = errors.New("holds a comment that the database would run")
	errBackquote   = errors.New("quotes a name with backquotes; Athena wants \"name\"")
	errCast        = errors.New("has ::, which Athena does not know; write CAST(x AS type)")
	errEquals      = errors.New("has ==, which Athena does not know; write =")
	errMatch       = errors.New("has ~, which Athena does not know; write regexp_like(x, '…')")
	errPlaceholder = errors.New("holds a placeholder; write the value")
)

// Check refuses a condition that is not one expression of an engine
// (contract.EngineMySQL, contract.EnginePostgres or contract.EngineAthena). The database refuses most of
// them itself, but "a) OR (b" becomes valid once it stands in parentheses and
// would count something else.
//
// It is a guard against mistakes. Only the database knows whether names exist. What a
// valid expression does, such as calling a function, is limited by the user's rights.
func Check(engine, condition string) error {
	syntax, known := engines[engine]
	if !known {
		return fmt.Errorf("engine %q is not known", engine)
	}
	depth := 0
	for code := condition; code != ""; {
		token, _, err := syntax.first(code)
		if err != nil {
			return err
		}
		switch token {
		case "(":
			depth++
		case ")":
			depth--
		case ";":
			return errSemicolon
		}
		if depth < 0 {
			return errUnbalanced
		}
		code = code[len(token):]
	}
	if depth > 0 {
		return errUnbalanced
	}
	return nil
}

// Token is a part of a condition: a word or number, a text or name with its quotes, or
// one other character.
type Token string

// Is tells whether t is one of some words, whatever their case.
func (t Token) Is(words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(string(t), word) })
}

// Tokens are the parts of a condition that [Check] takes, without comments and blanks.
func Tokens(engine, condition string) (tokens []Token) {
	for code := condition; code != ""; {
		token, comment, err := engines[engine].first(code)
		if err != nil {
			return tokens
		}
		if !comment && strings.TrimSpace(token) != "" {
			tokens = append(tokens, Token(token))
		}
		code = code[len(token):]
	}
	return tokens
}
