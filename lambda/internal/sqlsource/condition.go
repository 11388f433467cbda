package sqlsource

import (
	"errors"

	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

var (
	errUnbalanced = errors.New("its parentheses do not match")
	errSemicolon  = errors.New("holds a semicolon; write one expression")
)

// checkConditions refuses conditions that are not one expression. The database
// refuses most of them itself, but "a) OR (b" becomes valid once it stands in
// parentheses and would count something else.
//
// It is a guard against mistakes. What a valid expression does, such as calling a
// function, is limited by the user's rights.
func checkConditions(l lexis, cases strictyaml.Map[job.Condition]) error {
	for _, entry := range cases {
		if err := l.check(string(entry.Value)); err != nil {
			return count.Permanentf("condition of case %s: %w", entry.Key, err)
		}
	}
	return nil
}

func (l lexis) check(condition string) error {
	depth := 0
	for code := condition; code != ""; {
		length, err := l.skip(code)
		if err != nil {
			return err
		}
		if length > 0 {
			code = code[length:]
			continue
		}
		switch code[0] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return errUnbalanced
			}
		case ';':
			return errSemicolon
		}
		code = code[1:]
	}
	if depth > 0 {
		return errUnbalanced
	}
	return nil
}
