package main

import (
	"strings"
	"testing"

	"tally/lambda/contract"
)

// Values that differ only in blanks are shown differently too.
func TestDifferentValuesAreShownDifferently(t *testing.T) {
	shown := map[string]string{}
	for _, value := range []string{
		"a", "a b", `5" a`, "a  b", " a", "a ", "  a", `"a "`, `"a"`, "", " ", "  ", "\t", "a\tb", "a\u00a0b", "a\u200bb", "(all)", `"(all)"`, "NULL", "null", "\u3000a",
	} {
		text := shownValue(contract.Groups{"g": &value}, "g", 0)
		if other, taken := shown[text]; taken {
			t.Errorf("%q and %q look the same: %s", value, other, text)
		}
		shown[text] = value
		simple := value == "a" || value == "a b" || value == `5" a` || value == "null"
		if quoted := strings.HasPrefix(text, `"`); quoted == simple {
			t.Errorf("%q is shown as %s", value, text)
		}
	}
	if text := shownValue(contract.Groups{"g": nil}, "g", 0); shown[text] != "" || text != "NULL" {
		t.Errorf("NULL is shown as %s", text)
	}
}
