package local

import (
	"errors"
	"os"
	"testing"
)

// MariaDBForTest starts a MariaDB that stops with the test. Where MariaDB is
// missing the test is skipped; on CI, or with TALLY_REQUIRE_MARIADB=1, it fails:
// a skip there would go unseen.
func MariaDBForTest(t testing.TB) *Database {
	t.Helper()
	db, err := StartMariaDB(t.Context())
	if errors.Is(err, ErrNoMariaDB) && !mariaDBRequired() {
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

func mariaDBRequired() bool {
	return os.Getenv("CI") == "true" || os.Getenv("TALLY_REQUIRE_MARIADB") == "1"
}
