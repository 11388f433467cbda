package sqlsource

import (
	"slices"
	"strings"

	"tally/lambda/pattern"
	"tally/lambda/sqlcheck"
)

// settingDifference is a setting of the server, the database or the user with which the
// server would understand some conditions differently than a run does: a run has settings of
// its own.
type settingDifference struct {
	setting string                      // and its value
	ours    string                      // how a run reads it
	differs func([]sqlcheck.Token) bool // tells whether a condition is one of them
}

// anyToken makes a test of a condition from a test of each token and the one after it.
func anyToken(test func(token, next sqlcheck.Token) bool) func([]sqlcheck.Token) bool {
	return func(tokens []sqlcheck.Token) bool {
		for i, token := range tokens {
			if test(token, tokenAt(tokens, i+1)) {
				return true
			}
		}
		return false
	}
}

// tokenAt is a token of a condition. Beyond its ends it is a semicolon, which no
// condition holds.
func tokenAt(tokens []sqlcheck.Token, i int) sqlcheck.Token {
	if i < 0 || i >= len(tokens) {
		return ";"
	}
	return tokens[i]
}

// escaped tells whether a token is a text in single quotes that holds a backslash.
func escaped(token, _ sqlcheck.Token) bool {
	return token[0] == '\'' && strings.Contains(string(token), `\`)
}

// zoneDependence lists the names whose meaning depends on the session's time zone.
type zoneDependence struct {
	// alwaysDepends are functions that return a date or a time of day.
	alwaysDepends []string
	// withZone are columns, functions and types of an instant. They depend on the zone where
	// they are compared with a value that has none, or converted to one.
	withZone []string
	// withoutZone are columns of dates and times without a zone, and functions that return
	// those of a fixed zone.
	withoutZone []string
}

// withColumns adds a table's columns, given with their types.
func (z zoneDependence) withColumns(instant string, columns [][]string) zoneDependence {
	for _, column := range columns {
		if column[1] == instant {
			z.withZone = append(slices.Clip(z.withZone), column[0])
		} else {
			z.withoutZone = append(slices.Clip(z.withoutZone), column[0])
		}
	}
	return z
}

// difference is what the zone of a setting changes: nothing if it is UTC.
func (z zoneDependence) difference(setting, zone string) []settingDifference {
	if utc.MatchString(zone) {
		return nil
	}
	return []settingDifference{{setting: setting + " " + zone, ours: "days and times in UTC", differs: z.mayChange}}
}

var utc = pattern.New(`(?i)^(Etc/)?(UTC|UCT|GMT|Zulu|Universal|Greenwich)$|^[+-]?00:00$`)

// mayChange tells whether a zone may change what a condition means. It looks at the
// condition's tokens only, and may be wrong.
func (z zoneDependence) mayChange(tokens []sqlcheck.Token) bool {
	zoneless := slices.ContainsFunc(tokens, func(t sqlcheck.Token) bool {
		return isTime.MatchString(string(t)) && !hasZone.MatchString(string(t)) || isNamed(t, z.withoutZone)
	})
	for i, token := range tokens {
		if isNamed(token, z.alwaysDepends) {
			return true
		}
		if !isNamed(token, z.withZone) {
			continue
		}
		before, after := tokenAt(tokens, i-1), tokenAt(tokens, i+1)
		if after == "(" && tokenAt(tokens, i+2) == ")" { // now()
			after = tokenAt(tokens, i+3)
		}
		switch {
		case after.Is("is"), after.Is("at"): // IS NULL, AT TIME ZONE
		case tokenAt(tokens, i-2).Is("unix_timestamp", "epoch"): // seconds of an instant
		case zoneless, after == ":", before == ",", before.Is("from"), before == "(" && isFunction(tokenAt(tokens, i-2)):
			return true
		}
	}
	return false
}

var (
	// isTime finds a day or a time in quotes, or as MySQL's number.
	isTime = pattern.New(`(?i)^e?['"$]+(\d{1,4}[-/.:]\d|today|yesterday|tomorrow)|^\d{8,14}$`)
	// hasZone finds the zone at the end of a time of day.
	hasZone = pattern.New(`(?i):\d\d(\.\d+)? *(z|utc|[+-]\d\d(:?\d\d)?)['"$]+$`)
)

// isNamed tells whether a token is one of some names, in quotes or not.
func isNamed(token sqlcheck.Token, names []string) bool {
	return token[0] != '\'' && sqlcheck.Token(strings.Trim(string(token), "`\"")).Is(names...)
}

// isFunction tells whether what stands before a parenthesis is a function's name.
func isFunction(token sqlcheck.Token) bool {
	return ('a' <= token[0]|0x20 && token[0]|0x20 <= 'z') && !token.Is("in", "and", "or", "not", "exists", "any", "all", "when", "then", "else", "between")
}
