package schema

import (
	"regexp"
	"testing"
)

func TestPortable(t *testing.T) {
	for _, test := range []struct{ pattern, want string }{
		{`^[a-z]{2}(-[a-z]+)+-[0-9]$`, `^[a-z]{2}(-[a-z]+)+-[0-9]$`},
		{`^[^@\s]+\.[^@\s]+$`, `^[^@\t\n\f\r ]+\.[^@\t\n\f\r ]+$`},
		{`^[\pL\pZ\pN_]*$`, `^[\p{L}\p{Z}\p{N}_]*$`},
		{`^(?:a|b)\x00$`, `^(?:a|b)\x00$`},

		{`(?i)^a$`, ""},
		{`(?P<name>a)`, ""},
		{`\Aa\z`, ""},
		{`\d\w\b`, ""},
		{`\p{Greek}`, ""},
	} {
		t.Run(test.pattern, func(t *testing.T) {
			defer func() {
				if refused := recover() != nil; refused != (test.want == "") {
					t.Errorf("refused: %t", refused)
				}
			}()
			if got := portable(regexp.MustCompile(test.pattern)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
