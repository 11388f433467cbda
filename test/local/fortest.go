package local

import (
	"context"
	"errors"
	"os"
)

// TestingT is the part of [testing.TB] that is used here. The package testing itself would
// add its flags to the demo.
type TestingT interface {
	Helper()
	Context() context.Context
	Cleanup(func())
	Error(args ...any)
	Fatal(args ...any)
	Skip(args ...any)
}

// MariaDBForTest starts a MariaDB that stops with the test. If this machine has no
// MariaDB the test is skipped. On CI, or with TALLY_REQUIRE_MARIADB=1, it fails instead:
// nobody would notice the skip there.
func MariaDBForTest(t TestingT) *Database {
	t.Helper()
	return forTest(t, StartMariaDB, ErrNoMariaDB, "TALLY_REQUIRE_MARIADB")
}

// MySQLForTest does the same with MySQL and TALLY_REQUIRE_MYSQL=1.
func MySQLForTest(t TestingT) *Database {
	t.Helper()
	return forTest(t, StartMySQL, ErrNoMySQL, "TALLY_REQUIRE_MYSQL")
}

func forTest(t TestingT, start func(context.Context) (*Database, error), missing error, requiring string) *Database {
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

// required tells whether tests must not be skipped for lack of a server.
func required(variable string) bool {
	return os.Getenv("CI") == "true" || os.Getenv(variable) == "1"
}
