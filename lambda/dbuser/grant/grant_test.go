package grant

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"tally/lambda/contract"
)

// sqlBlock is a block of SQL in a page, which may be indented.
var sqlBlock = regexp.MustCompile("(?s)```sql\n(.*?)```")

// What docs/deploying.md tells people to run is what runs here.
func TestDeployingPageHasTheSameStatements(t *testing.T) {
	page, err := os.ReadFile("../../../docs/deploying.md")
	if err != nil {
		t.Fatal(err)
	}
	var ours string
	for _, engine := range []string{contract.EngineMySQL, contract.EnginePostgres} {
		statements, err := User{Engine: engine, Database: "app", Username: "tally_reader"}.Statements()
		if err != nil {
			t.Fatal(err)
		}
		ours += plain(strings.Join(statements, ";\n") + ";")
	}
	said := 0
	for _, block := range sqlBlock.FindAllStringSubmatch(string(page), -1) {
		if !strings.Contains(block[1], "CREATE USER") {
			continue
		}
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, "--")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			said++
			if !strings.Contains(ours, plain(line)) {
				t.Errorf("the page has %s\nwhich is not in\n%s", line, ours)
			}
		}
	}
	if said < 8 {
		t.Errorf("found %d statements in the page", said)
	}
}

// plain is SQL without quotes of names and without what makes it safe to repeat and
// to run where others own tables, too.
func plain(sql string) string {
	sql = strings.NewReplacer("`", "", `"`, "", "IF NOT EXISTS ", "").Replace(sql)
	return strings.ReplaceAll(sql, "EXECUTE 'GRANT SELECT ON ' || owned || ' TO tally_reader'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO tally_reader")
}

// The digest makes CloudFormation run the SQL when the SQL or what it is about
// changes, and only then.
func TestSum(t *testing.T) {
	user := User{Engine: contract.EnginePostgres, Database: "app", Username: "tally_reader"}
	sum, err := user.Sum()
	if err != nil || len(sum) != 16 {
		t.Fatalf("%q (%v)", sum, err)
	}
	same := user
	same.ClusterARN, same.Digest = "arn:…", sum
	if got, _ := same.Sum(); got != sum {
		t.Errorf("with another cluster the sum is %s, else %s", got, sum)
	}
	for _, other := range []User{
		{Engine: contract.EngineMySQL, Database: "app", Username: "tally_reader"},
		{Engine: contract.EnginePostgres, Database: "shop", Username: "tally_reader"},
		{Engine: contract.EnginePostgres, Database: "app", Username: "counter"},
	} {
		if got, _ := other.Sum(); got == sum {
			t.Errorf("%+v has the same sum", other)
		}
	}
	if _, err := (User{Engine: "oracle"}).Sum(); err == nil {
		t.Error("another engine has a sum")
	}
}

// Settings allow no such names; a template is not the only way to send an event.
func TestNamesAreQuoted(t *testing.T) {
	for engine, want := range map[string]string{
		contract.EngineMySQL:    "GRANT SELECT ON `a\\_b``; --`.* TO `c``d`",
		contract.EnginePostgres: `GRANT CONNECT ON DATABASE "a_b` + "`" + `; --" TO "c` + "`" + `d";`,
	} {
		statements, err := User{Engine: engine, Database: "a_b`; --", Username: "c`d"}.Statements()
		if err != nil || !strings.Contains(strings.Join(statements, "\n"), want) {
			t.Errorf("%s: %s (%v), want in it %s", engine, statements, err, want)
		}
	}
	statements, _ := User{Engine: contract.EnginePostgres, Database: "a", Username: `one"two`}.Statements()
	for _, want := range []string{`rolname = 'one"two'`, `CREATE USER "one""two";`} {
		if !strings.Contains(statements[0], want) {
			t.Errorf("%s has no %s", statements[0], want)
		}
	}
	// These would end a text within the block, or the block.
	for _, name := range []string{`o'ne`, "o$user$ne"} {
		for _, user := range []User{{Engine: contract.EnginePostgres, Database: name, Username: "b"}, {Engine: contract.EnginePostgres, Database: "a", Username: name}} {
			if statements, err := user.Statements(); err == nil {
				t.Errorf("%s: no error, but %s", name, statements)
			}
		}
	}
}
