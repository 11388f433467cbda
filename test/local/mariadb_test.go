package local

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func TestMariaDB(t *testing.T) {
	begin := time.Now()
	db := MariaDBForTest(t)
	t.Logf("started in %v as uid %d", time.Since(begin).Round(time.Millisecond), os.Geteuid())

	admin := mustOpen(t, db.URL)
	for query, want := range map[string]string{
		"SELECT @@time_zone":              "+00:00",
		"SELECT @@character_set_server":   "utf8mb4",
		"SELECT @@character_set_database": "utf8mb4",
		"SELECT @@bind_address":           "127.0.0.1",
		"SELECT @@socket":                 "",
		"SELECT @@default_storage_engine": "InnoDB",
		"SELECT 'mysql'":                  db.Engine,
	} {
		if got := queryString(t, admin, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	checkDatabase(t, db)
}

func TestMariaDBNotInstalled(t *testing.T) {
	_, err := findMariaDB("no-such-mariadbd")
	if !errors.Is(err, ErrNoMariaDB) || !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("error %v, want ErrNoMariaDB and the command that installs it", err)
	}
}

func TestMariaDBRequired(t *testing.T) {
	for _, c := range []struct {
		ci, require string
		want        bool
	}{
		{"", "", false},
		{"false", "0", false},
		{"true", "", true},
		{"", "1", true},
	} {
		t.Setenv("CI", c.ci)
		t.Setenv("TALLY_REQUIRE_MARIADB", c.require)
		if got := mariaDBRequired(); got != c.want {
			t.Errorf("CI=%q TALLY_REQUIRE_MARIADB=%q: required is %t", c.ci, c.require, got)
		}
	}
}
