package main

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"tally/lambda/contract"
	"tally/lambda/dbuser/grant"
	"tally/test/local"
)

// These tests make the user on real servers. The database has a name with _, which stands
// for any character in a GRANT of MySQL.
const (
	database = "app_1"
	username = "counter"
	token    = "t0ken" // stands for what IAM would sign
)

// server is a real database. Its master user has the rights of Aurora's: all rights on the
// data, but it is no superuser.
type server struct {
	engine string
	admin  *sql.DB
	as     func(t *testing.T, user, database string) *sql.DB
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	db, err := local.StartPostgres(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Stop() })
	s := server{engine: contract.EnginePostgres, admin: open(t, db), as: func(t *testing.T, user, database string) *sql.DB {
		at, _ := url.Parse(db.URL)
		at.User, at.Path = url.UserPassword(user, token), database
		return mustOpen(t, "pgx", at.String())
	}}
	s.must(t, s.admin,
		"CREATE ROLE rds_iam",
		"CREATE ROLE master LOGIN CREATEDB CREATEROLE PASSWORD '"+token+"'",
		"GRANT rds_iam TO master WITH ADMIN OPTION",
		"CREATE DATABASE app_1 OWNER master", "CREATE DATABASE appx1 OWNER master")
	s.test(t)
}

func TestMySQL(t *testing.T) {
	t.Parallel()
	db := local.MySQLForTest(t)
	s := server{engine: contract.EngineMySQL, admin: open(t, db), as: func(t *testing.T, user, database string) *sql.DB {
		at, _ := url.Parse(db.URL)
		config := mysql.NewConfig()
		config.Net, config.Addr, config.DBName = "tcp", at.Host, database
		config.User, config.Passwd, config.TLSConfig = user, token, "skip-verify"
		return mustOpen(t, "mysql", config.FormatDSN())
	}}
	s.must(t, s.admin,
		"CREATE DATABASE app_1", "CREATE DATABASE appx1",
		"CREATE USER master IDENTIFIED BY '"+token+"'",
		// The rights in Aurora MySQL 3 ("Master user account privileges").
		"GRANT ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, EVENT, EXECUTE, INDEX, INSERT, "+
			"LOCK TABLES, PROCESS, REFERENCES, RELOAD, SELECT, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE ON *.* TO master WITH GRANT OPTION")
	s.test(t)
}

func (s server) postgres() bool { return s.engine == contract.EnginePostgres }

func (s server) pick(postgres, mySQL string) string {
	if s.postgres() {
		return postgres
	}
	return mySQL
}

func (s server) test(t *testing.T) {
	master := s.as(t, "master", database)
	api := &cluster{database: database, master: master, loginSQL: "IDENTIFIED BY '" + token + "'"}
	resource := &resource{logger: silent, api: api.start(t)}
	again := func() {
		t.Helper()
		if err := resource.api.create(t.Context(), s.reader()); err != nil {
			t.Fatal(err)
		}
	}
	s.must(t, master, "CREATE TABLE before_it (n integer)", "INSERT INTO before_it VALUES (1)")
	s.must(t, s.as(t, "master", "appx1"), "CREATE TABLE other (n integer)")
	again()
	if s.postgres() {
		s.must(t, s.admin, "ALTER ROLE counter PASSWORD '"+token+"'")
	}
	t.Run("logs in with IAM, or over TLS alone", s.checkLogin)
	t.Run("may only read", func(t *testing.T) { s.checkRights(t, master) })
	t.Run("is made again", func(t *testing.T) {
		s.must(t, master, "GRANT INSERT, UPDATE, DELETE ON before_it TO counter", s.pick("GRANT CREATE ON SCHEMA public TO counter", "GRANT INSERT, CREATE, CREATE TEMPORARY TABLES, ALTER ON `app\\_1`.* TO counter WITH GRANT OPTION"))
		if !s.postgres() { // what is granted on a table alone is not looked for
			s.must(t, master, "REVOKE INSERT, UPDATE, DELETE ON before_it FROM counter")
		}
		again()
		s.checkRights(t, master)
	})
	t.Run("never loses what it has", func(t *testing.T) { s.checkSteady(t, again) })
	if s.postgres() {
		t.Run("leaves tables of others to their owners", s.checkOthersTables(master, again))
		t.Run("two at the same time", func(t *testing.T) { makeTogether(t, resource, s.reader()) })
	}
	t.Run("keeps what was granted elsewhere", func(t *testing.T) {
		s.must(t, master, s.pick("CREATE SCHEMA sales", "CREATE DATABASE sales"), "CREATE TABLE sales.orders (n integer)",
			s.pick("GRANT USAGE ON SCHEMA sales TO counter", "SELECT 1"), "GRANT SELECT ON sales.orders TO counter")
		again()
		s.must(t, s.as(t, username, database), "SELECT n FROM sales.orders")
	})
}

func (s server) reader() grant.User {
	return grant.User{Engine: s.engine, ClusterARN: clusterARN, SecretARN: secretARN, Cluster: "cluster-1", Database: database, Username: username}
}

func (s server) checkLogin(t *testing.T) {
	var as string
	query := s.pick("SELECT pg_has_role('counter', 'rds_iam', 'member')::text", "SELECT ssl_type FROM mysql.user WHERE user = 'counter' AND host = '%'")
	if err := s.admin.QueryRowContext(t.Context(), query).Scan(&as); err != nil || as != s.pick("true", "ANY") {
		t.Errorf("%s: got %q (%v)", query, as, err)
	}
}

// checkRights tries what the user may do and what it may not do.
func (s server) checkRights(t *testing.T, master *sql.DB) {
	t.Helper()
	s.must(t, master, "DROP TABLE IF EXISTS after_it", "CREATE TABLE after_it (n integer)",
		s.pick("CREATE SCHEMA IF NOT EXISTS hidden", "CREATE DATABASE IF NOT EXISTS hidden"), "CREATE TABLE IF NOT EXISTS hidden.secret (n integer)")
	reader := s.as(t, username, database)
	s.must(t, reader, "SELECT n FROM before_it", "SELECT n FROM after_it")
	for _, statement := range []string{
		"INSERT INTO before_it VALUES (2)", "UPDATE before_it SET n = 2", "DELETE FROM before_it", "DROP TABLE before_it",
		"CREATE TABLE mine (n integer)", "CREATE TEMPORARY TABLE mine (n integer)", "SELECT n FROM hidden.secret",
		"ALTER TABLE before_it ADD m integer", s.pick("CREATE SCHEMA mine", "CREATE DATABASE mine"),
	} {
		if _, err := reader.ExecContext(t.Context(), statement); err == nil || !s.isDenied(err) {
			t.Errorf("%s: got %v, want it denied", statement, err)
		}
	}
	other := s.as(t, username, s.pick("appx1", database))
	if _, err := other.ExecContext(t.Context(), "SELECT n FROM "+s.pick("other", "appx1.other")); err == nil || !s.isDenied(err) {
		t.Errorf("another database: got %v, want it denied", err)
	}
}

// isDenied tells whether the error is one of missing rights.
func (s server) isDenied(err error) bool {
	codes := []string{"SQLSTATE 42501"}
	if !s.postgres() {
		codes = []string{"Error 1142 ", "Error 1044 "} // on a table, on a database
	}
	for _, code := range codes {
		if strings.Contains(err.Error(), code) {
			return true
		}
	}
	return false
}

// checkOthersTables makes a table as an application's user. Aurora's master user is no
// superuser and cannot grant rights on it.
func (s server) checkOthersTables(master *sql.DB, again func()) func(*testing.T) {
	return func(t *testing.T) {
		s.must(t, master, "CREATE USER shop PASSWORD '"+token+"'", "GRANT CREATE ON SCHEMA public TO shop")
		s.must(t, s.as(t, "shop", database), "CREATE TABLE theirs (n integer)")
		again()
		reader := s.as(t, username, database)
		if _, err := reader.ExecContext(t.Context(), "SELECT n FROM theirs"); err == nil || !s.isDenied(err) {
			t.Errorf("a table of somebody else: got %v, want it denied", err)
		}
		s.must(t, s.as(t, "shop", database), "GRANT SELECT ON theirs TO counter")
		again()
		s.must(t, reader, "SELECT n FROM theirs", "SELECT n FROM before_it")
	}
}

// makeTogether makes the user several times at once, as a repeated event does:
// PostgreSQL lets one of two that change the same row of its catalog fail.
func makeTogether(t *testing.T, resource *resource, reader grant.User) {
	failed := make(chan error)
	const times = 8
	for range times {
		go func() { failed <- resource.api.create(t.Context(), reader) }()
	}
	for range times {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
}

// checkSteady reads, on new connections, while the user is made again and again.
func (s server) checkSteady(t *testing.T, again func()) {
	ctx, stop := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		for ctx.Err() == nil {
			reader := s.as(t, username, database)
			_, err := reader.ExecContext(context.WithoutCancel(ctx), "SELECT n FROM before_it")
			_ = reader.Close()
			if err != nil {
				failed <- err
				return
			}
		}
	}()
	for range 50 {
		again()
	}
	stop()
	if err := <-failed; err != nil {
		t.Errorf("a count meanwhile: %v", err)
	}
}

func (s server) must(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func open(t *testing.T, db *local.Database) *sql.DB {
	t.Helper()
	opened, err := db.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return opened
}

func mustOpen(t *testing.T, driver, name string) *sql.DB {
	t.Helper()
	opened, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return opened
}
