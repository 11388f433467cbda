package local

import (
	"context"
	"errors"
	"os"
	"testing"
)

// MariaDBForTest starts a MariaDB that stops with the test. Where MariaDB is
// missing the test is skipped; on CI, or with TALLY_REQUIRE_MARIADB=1, it fails:
// a skip there would go unseen.
func MariaDBForTest(t testing.TB) *Database {
	t.Helper()
	return forTest(t, StartMariaDB, ErrNoMariaDB, "TALLY_REQUIRE_MARIADB")
}

// MySQLForTest is the same for MySQL and TALLY_REQUIRE_MYSQL=1.
func MySQLForTest(t testing.TB) *Database {
	t.Helper()
	return forTest(t, StartMySQL, ErrNoMySQL, "TALLY_REQUIRE_MYSQL")
}

func forTest(t testing.TB, start func(context.Context) (*Database, error), missing error, requiring string) *Database {
	t.Helper()
	db, err := start(t.Context())
	if errors.Is(err, missing) && !required(requiring) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Stop(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func required(variable string) bool {
	return os.Getenv("CI") == "true" || os.Getenv(variable) == "1"
}
