package strictyaml

import (
	"maps"

	"tally/lambda/pattern"
)

// Rules are what the values of a file must be, by their keys, with * for any entry of a
// list or a Map: jobs.*.name. [Read] reports what breaks them, and the schemas of
// editors are made from them.
type Rules map[string]Rule

// With are the rules and more of them.
func (r Rules) With(more Rules) Rules {
	all := maps.Clone(r)
	maps.Copy(all, more)
	return all
}

// Rule is what one value must be. Pattern and OneOf of a mapping are for the word that
// may stand for it.
type Rule struct {
	Pattern *pattern.Pattern   // of a text, or of the keys of a Map
	OneOf   []any              // the values that are allowed
	Check   func(string) error // of a text; the error says what is wrong and what to write, before Pattern does
	Min     int                // of a number, or of the entries in a list or a Map
	Max     int                // likewise; no limit, if 0
	Blank   bool               // a text may be blanks alone
	Digits  bool               // a text may be a number without quotes
	Zero    bool               // the number 0 is allowed: it means that the key is left out
	Default any                // the value if the key is left out
	Refuses []string           // keys that a Map cannot have
	Forms   []Form             // of a mapping; several may apply
	NoWord  string             // why no word may stand for a mapping here, and what to write; empty: one may

	// Parts of the messages about values that break the rule.
	Is    string // what the value is not: "a name"; "valid" or "supported", if empty
	Write string // what to write instead; if empty, one of OneOf or a number from Min to Max
	Else  string // what to do if not that: "leave it out"
	Empty string // what to write where there are no entries; Write, if empty
	Twice string // what to do where a list holds a text twice; if empty, it may
	Why   string // why a key in Refuses is refused; %s stands for the key
}

// Form says which keys of a mapping go together. It applies where Key has the value Is,
// or is there at all if Is is nil; with Unless, it applies everywhere else.
type Form struct {
	Key    string
	Is     any
	Unless bool

	Needs   []string // keys that must be there
	Lacks   string   // what to say of one that is not; "is missing", if empty
	Refuses []string // keys that must not be there; false and 0 count as left out
	Why     string   // why they must not
	Rules   Rules    // of the texts of keys
	Editor  bool     // for schemas only: the code that reads the file reports it itself
}

// Match is the rule of a text; write is what to write instead of one that breaks it.
func Match(text, write string) Rule {
	return Rule{Pattern: pattern.New(text), Write: write}
}

// Parsed is the rule of a text that parse reads without an error.
func Parsed[T any](parse func(string) (T, error)) Rule {
	return Rule{Check: func(text string) error {
		_, err := parse(text)
		return err
	}}
}

// Values are values as a Rule's OneOf.
func Values[T any](values ...T) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}
