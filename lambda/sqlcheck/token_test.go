package sqlcheck

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

func TestTokens(t *testing.T) {
	for _, test := range []struct {
		engine, condition string
		want              []Token
	}{
		{contract.EngineMySQL, "a_1 >= 0.8 AND \"b\" = 'it''s' -- c\n# d\n/* e */OR `f g` IS NULL", []Token{
			"a_1", ">", "=", "0", ".", "8", "AND", `"b"`, "=", "'it'", "'s'", "OR", "`f g`", "IS", "NULL"}},
		{contract.EngineMySQL, `'a\'b' || c`, []Token{`'a\'b'`, "|", "|", "c"}},
		{contract.EnginePostgres, `"A" = E'a\'b' AND at::date = $$x 'y'$$ # 1`, []Token{
			`"A"`, "=", `E'a\'b'`, "AND", "at", ":", ":", "date", "=", "$$x 'y'$$", "#", "1"}},
		{contract.EnginePostgres, "a = 'open", []Token{"a", "="}},
	} {
		if difference := cmp.Diff(test.want, Tokens(test.engine, test.condition)); difference != "" {
			t.Errorf("%s: tokens (-want +got):\n%s", test.condition, difference)
		}
	}
}

func TestTokenIs(t *testing.T) {
	for token, want := range map[Token]bool{"not": true, "NOT": true, "Not": true, "nota": false, "": false} {
		if got := token.Is("and", "not"); got != want {
			t.Errorf("%q is and or not: %t", token, got)
		}
	}
}
