package strictyaml

import "regexp"

// Rules are what the values of a file must be, whatever else the file says:
// [Document.Check] reports what breaks them, and an editor's schema is made from them.
// They go by key, with * for any entry of a list or a Map: jobs.*.name.
type Rules map[string]Rule

// Rule is what one value must be. A mapping that may be one word takes Pattern and
// OneOf as those of the word.
type Rule struct {
	Pattern *regexp.Regexp // of a text; of the keys of a Map
	OneOf   []any          // the values there are
	Min     int            // of a number; of the entries of a list or a Map
	Max     int            // likewise; none, if 0
	Zero    bool           // the number 0 is as if it were left out
	Default any            // what leaving the key out means
	Refuses []string       // keys that a Map cannot have
	Forms   []Form         // of a mapping, which may be in several of them

	Is    string // what a value should be: "valid", if empty
	Write string // what to write instead; if empty, one of OneOf or a number from Min to Max
	Else  string // what may be done instead of writing that
	Empty string // what to write where there are no entries; Write, if empty
	Why   string // what is wrong with a key in Refuses, %s
}

// Form is what a mapping must be where one of its keys says so.
type Form struct {
	Key    string // decides
	Is     any    // by this value; by being there, if nil
	Unless bool   // the form is that of all other mappings

	Needs, Refuses []string // keys
	Rules          Rules    // of keys
	Why            string   // what is wrong with a key in Refuses
	Editor         bool     // only an editor checks it: the reader says it in other words
}

// Match is the rule of a text, with what to write instead of one that breaks it.
func Match(pattern, write string) Rule {
	return Rule{Pattern: regexp.MustCompile(pattern), Write: write}
}

// Values are values as a Rule's OneOf.
func Values[T any](values ...T) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}
