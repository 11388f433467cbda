package strictyaml

import "regexp"

// Rules are the part of a reader's checks that an editor can make, too, while
// somebody types: what holds whatever else the file says. They go by key, with * for
// any entry of a list or a Map: jobs.*.name.
type Rules map[string]Rule

// Rule is what one value must be. A mapping that may be one word takes Pattern and
// OneOf as those of the word.
type Rule struct {
	Pattern *regexp.Regexp // of a text; of the keys of a Map
	OneOf   []any          // the values there are
	Min     int            // of a number; of the entries of a list or a Map
	Max     int            // likewise; none, if 0
	Default any            // what leaving the key out means
	Refuses []string       // keys that a Map cannot have
	Forms   []Form         // of a mapping, which may be in several of them
}

// Form is what a mapping must be where one of its keys says so.
type Form struct {
	Key    string // decides
	Is     any    // by this value; by being there, if nil
	Unless bool   // the form is that of all other mappings

	Needs, Refuses []string // keys
	Rules          Rules    // of keys
}

// Any are values as a Rule's OneOf.
func Any[T any](values []T) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}
