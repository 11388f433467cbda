// Package sqlcheck checks the SQL conditions of jobs without a database: synth
// refuses with it what the function would refuse at night. It imports the
// standard library only.
package sqlcheck

import (
	"errors"
	"fmt"

	"tally/lambda/contract"
)

var (
	errUnbalanced = errors.New("its parentheses do not match; write one expression")
	errSemicolon  = errors.New("holds a semicolon; write one expression")
)

// Check refuses a condition that is not one expression of an engine
// (contract.EngineMySQL or contract.EnginePostgres). The database refuses most of
// them itself, but "a) OR (b" becomes valid once it stands in parentheses and
// would count something else.
//
// It is a guard against mistakes. Whether names exist only the database knows, and
// what a valid expression does, such as calling a function, is limited by the
// user's rights.
func Check(engine, condition string) error {
	lexis, known := engines[engine]
	if !known {
		return fmt.Errorf("engine %q is not known", engine)
	}
	return lexis.check(condition)
}

// engines are the ways to write what is not code.
var engines = map[string]lexis{
	contract.EnginePostgres: {
		quotes:   `'"`,
		newlines: "\n\r",
		nested:   true,
		dollars:  true,
		escapes:  escapesInE,
	},
	contract.EngineMySQL: {
		quotes:      "'\"`",
		newlines:    "\n",
		hashes:      true,
		dashesSpace: true,
		executable:  true,
		escapes:     escapesEverywhere,
		placeholder: '?',
	},
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
