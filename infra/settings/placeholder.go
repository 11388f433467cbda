package settings

import (
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// placeholders are what the shipped files hold where every team writes its own:
// AWS's documentation account, a domain that nobody has, and ids that AWS never gives.
var placeholders = []string{"111122223333", "@example.com", "0123456789abcdef", "00000000000000", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijkl"}

func isPlaceholder(value string) bool {
	return slices.ContainsFunc(placeholders, func(placeholder string) bool { return strings.Contains(value, placeholder) })
}

// Placeholders are the keys whose values are still the shipped examples, in the order
// of the schema.
func (e Environment) Placeholders() []string {
	var keys []string
	strictyaml.EachText(e, func(key, text string) {
		if isPlaceholder(text) {
			keys = append(keys, key)
		}
	})
	return keys
}

func (e Environment) refusePlaceholders(document *strictyaml.Document) {
	for _, key := range e.Placeholders() {
		document.Report(key, "is the shipped example; write your own before you deploy")
	}
}
