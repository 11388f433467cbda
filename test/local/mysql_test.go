package local

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMariaDB(t *testing.T) { testMySQL(t, MariaDBForTest, "MariaDB") }

func TestMySQL(t *testing.T) { testMySQL(t, MySQLForTest, "MySQL") }

func testMySQL(t *testing.T, start func(TestingT) *Database, name string) {
	begin := time.Now()
	db := start(t)
	t.Logf("started in %v as uid %d", time.Since(begin).Round(time.Millisecond), os.Geteuid())

	admin := mustOpen(t, db.URL)
	if version := queryString(t, admin, "SELECT VERSION()"); strings.Contains(version, "MariaDB") != (name == "MariaDB") {
		t.Errorf("%s is %s", name, version)
	}
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

// A server of MariaDB, whose name may be mysqld, is none of MySQL.
func TestMySQLIsNotMariaDB(t *testing.T) {
	maria := filepath.Join(t.TempDir(), "mysqld")
	if err := os.WriteFile(maria, []byte("#!/bin/sh\necho mysqld Ver 10.11.19-MariaDB\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(maria)+":"+os.Getenv("PATH"))
	if found, err := findMySQL(t.Context()); found == maria || err != nil && !errors.Is(err, ErrNoMySQL) {
		t.Errorf("found %s (%v)", found, err)
	}
	t.Setenv("MYSQLD", maria)
	if _, err := findMySQL(t.Context()); err == nil || errors.Is(err, ErrNoMySQL) || !strings.Contains(err.Error(), "it is MariaDB") {
		t.Errorf("MYSQLD=%s: got %v, want an error that is no reason to skip", maria, err)
	}
}

func TestServersAreRequiredOnCI(t *testing.T) {
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
		t.Setenv("TALLY_REQUIRE_MYSQL", c.require)
		if got := required("TALLY_REQUIRE_MYSQL"); got != c.want {
			t.Errorf("CI=%q TALLY_REQUIRE_MYSQL=%q: required is %t", c.ci, c.require, got)
		}
	}
}
