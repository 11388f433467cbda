package sqlcheck

import (
	"errors"
	"testing"

	"tally/lambda/contract"
)

func TestCheck(t *testing.T) {
	both := []string{contract.EnginePostgres, contract.EngineMySQL, contract.EngineAthena}
	onlyPostgres, onlyMySQL, onlyAthena := both[:1], both[1:2], both[2:]
	tests := []struct {
		in        []string
		condition string
		want      error
	}{
		{both, "a = 1", nil},
		{both, "((a) = (1))", nil},
		{both, "a = ')'", nil},
		{both, "a = 'it''s ('", nil},
		{both, `"a)" = 1`, nil},
		{both, "a = 1 -- ( '", nil},
		{both, "a = 1 --", nil},
		{both, "a = 1 /* ( ' ; */", nil},
		{both, "a -- )\n = (1)", nil},
		{both, "한국 = '('", nil},
		{both, ")(", errUnbalanced},
		{both, "a) OR (b", errUnbalanced},
		{both, "a = (1", errUnbalanced},
		{both, "a = 1 -- x\n) OR (1=1", errUnbalanced},
		{both, "a = '' ) OR ( '' = ''", errUnbalanced},
		{both, "a; b", errSemicolon},
		{both, "a = 'b", errOpenText},
		{both, `a = "b`, errOpenText},
		{both, "a /* b", errOpenComment},
		{both, "a /*/", errOpenComment},

		{onlyPostgres, `a = '\'`, nil},
		{onlyPostgres, `a = '\') OR ('`, errUnbalanced},
		{onlyPostgres, `a = E'\')'`, nil},
		{onlyPostgres, `a = e'\\') OR ('x' = E'`, errUnbalanced},
		{onlyPostgres, `a LIKE'\') OR (b LIKE'\'`, errUnbalanced},
		{onlyPostgres, "a = $$)$$", nil},
		{onlyPostgres, "a = $한_1$ ) $$ ; $한_1$", nil},
		{onlyPostgres, "a = $x$ ) $y$", errOpenText},
		{onlyPostgres, "a$b$ = 1) OR (c$b$ = 2", errUnbalanced},
		{onlyPostgres, "a = $1", errPlaceholder},
		{onlyPostgres, "tags ? 'x'", nil},
		{onlyPostgres, "a # b = 1) OR (c", errUnbalanced},
		{onlyPostgres, "a /* /* */ ) */", nil},
		{onlyPostgres, "a /* /* */ ) OR (b", errOpenComment},
		{onlyPostgres, "a --\r) OR (b", errUnbalanced},
		{onlyPostgres, "a = 5--1) OR (1", nil},

		{onlyMySQL, `a = '\')'`, nil},
		{onlyMySQL, `a = "\")"`, nil},
		{onlyMySQL, `a = '\\') OR ('`, errUnbalanced},
		{onlyMySQL, "`a)` = 1", nil},
		{onlyMySQL, "`a\\` = 1) OR (`b` = 2", errUnbalanced},
		{onlyMySQL, "a = 1 # ) ;", nil},
		{onlyMySQL, "a = 5--1) OR (1", errUnbalanced},
		{onlyMySQL, "a /* /* */ = 1", nil},
		{onlyMySQL, "a /*! ) OR ( */", errExecutable},
		{onlyMySQL, "a /*M! ) OR ( */", errExecutable},
		{onlyMySQL, "a = ?", errPlaceholder},
		{onlyMySQL, "a = '?'", nil},

		{onlyAthena, `a = '\' AND b = '('`, nil},
		{onlyAthena, `a = '\') OR ('`, errUnbalanced},
		{onlyAthena, "`a` = 1", errBackquote},
		{onlyAthena, "a::date = b", errCast},
		{onlyAthena, "a == 1", errEquals},
		{onlyAthena, "a !~ '^x'", errMatch},
		{onlyAthena, "a = $1", errPlaceholder},
		{onlyAthena, "a /* /* */ = 1", nil},
		{onlyAthena, "a /* /* */ ) OR (b", errUnbalanced},
		{onlyAthena, "a # b = (1", errUnbalanced},
		{onlyAthena, "a --\r) OR (b", errUnbalanced},
		{onlyAthena, "a = 5--1) OR (1", nil},
		{onlyAthena, "a = $$)$$", errUnbalanced},
		{onlyAthena, "a = ?", errPlaceholder},
		{onlyAthena, "a = '?'", nil},
	}
	for _, test := range tests {
		for _, engine := range test.in {
			if got := Check(engine, test.condition); !errors.Is(got, test.want) {
				t.Errorf("%q in %s: got %v, want %v", test.condition, engine, got, test.want)
			}
		}
	}
}
