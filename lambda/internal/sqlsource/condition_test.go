package sqlsource

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

// Conditions that both engines take, and that a careless check or a careless
// statement would break.
func testConditions(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE notes (note varchar(100))")
	const note = `한국 'q' "d" ? $1 ; -- ( # /* %s`
	if _, err := f.admin.ExecContext(t.Context(), "INSERT INTO notes VALUES ("+f.pick("$1", "?")+"), ('plain')", note); err != nil {
		t.Fatal(err)
	}
	for _, condition := range []string{
		`note = '한국 ''q'' "d" ? $1 ; -- ( # /* %s'`,
		"note <> 'plain' -- not the plain ones ) ;",
		"note <> 'plain' /* ) ; ' */",
		"note\n<>\n'plain'\n",
		"(note LIKE '%q%') AND ((note) NOT IN ('a)', 'b('))",
		"note <> ('plain')",
	} {
		got, err := f.count(t, queryOf("notes", "it", condition))
		if err != nil {
			t.Errorf("%s: %v", condition, err)
		} else if difference := cmp.Diff(map[string]int64{"it": 1, "other": 1, "total": 2}, got); difference != "" {
			t.Errorf("%s: counts (-want +got):\n%s", condition, difference)
		}
	}
}

func testBadConditions(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE few (n integer)", insert("few", "1", "2"))
	for _, test := range []struct{ condition, want string }{
		{"n = 1) OR (1 = 1", "parentheses do not match"},
		{"n = 1; DROP TABLE few", "semicolon"},
		{"n = 1 /* open", "comment is not closed"},
		{f.pick("n = $1", "n = ?"), "placeholder"},
	} {
		_, err := f.count(t, queryOf("few", "good", "n = 2", "bad", test.condition))
		var failure *count.Failure
		if !errors.As(err, &failure) {
			t.Errorf("%s: got %v, want a failure", test.condition, err)
			continue
		}
		if !failure.Permanent || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got permanent=%t %q; want a permanent one that says %q", test.condition, failure.Permanent, err, test.want)
		}
	}
	if got := f.mustCount(t, queryOf("few", "one", "n = 1")); got["total"] != 2 {
		t.Errorf("the table holds %d rows, want 2", got["total"])
	}
}
