package settings

import (
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

// placeholders are what the shipped files hold where every team writes its own:
// AWS's documentation account, a domain that nobody has, and ids that AWS never gives.
var placeholders = []string{"111122223333", "@example.com", "0123456789abcdef", "00000000000000", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijkl"}

// findPlaceholders lists the keys whose values are still the shipped examples.
func findPlaceholders(document *strictyaml.Document) []string {
	var keys []string
	for _, text := range document.Texts() {
		if slices.ContainsFunc(placeholders, func(placeholder string) bool { return strings.Contains(text.Value, placeholder) }) {
			keys = append(keys, text.Key)
		}
	}
	return keys
}
