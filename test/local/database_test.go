package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// checkDatabase holds a fresh database against what Database promises, and
// stops it.
func checkDatabase(t *testing.T, db *Database) {
	admin := mustOpen(t, db.URL)
	mustExec(t, admin, `
		CREATE TABLE scans (id int PRIMARY KEY, note varchar(20));
		INSERT INTO scans VALUES (1, '충치'), (2, '🦷')`)
	reader := mustOpen(t, db.ReaderURL)

	var count int
	if err := reader.QueryRow(`SELECT count(*) FROM scans WHERE note IN ('충치', '🦷')`).Scan(&count); err != nil || count != 2 {
		t.Errorf("reader counts %d rows (%v), want 2", count, err)
	}
	for _, forbidden := range []string{
		"INSERT INTO scans VALUES (3, '')",
		"UPDATE scans SET note = ''",
		"DELETE FROM scans",
		"DROP TABLE scans",
		"CREATE TABLE mine (id int)",
		"CREATE TEMPORARY TABLE mine (id int)",
		"CREATE DATABASE mine",
		"CREATE USER mine",
	} {
		if _, err := reader.Exec(forbidden); err == nil {
			t.Errorf("reader may %s", forbidden)
		}
	}
	u := mustParse(t, db.URL)
	for _, wrong := range []*url.Userinfo{url.User(adminUser), url.UserPassword(adminUser, "wrong"), url.User(readerUser), url.User("root"), url.User("nobody"), url.User("postgres")} {
		login := *u
		login.User = wrong
		if err := mustOpen(t, login.String()).Ping(); err == nil {
			t.Errorf("%s gets in without the password", wrong.Username())
		}
	}

	checkRestart(t, db)
	dir, pid := db.box.dir, db.server.cmd.Process.Pid
	if os.Geteuid() == 0 && ownerOf(t, pid) == 0 {
		t.Error("the server runs as root")
	}
	begin := time.Now()
	if err := db.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("stopped in %v", time.Since(begin).Round(time.Millisecond))
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left behind: %v", dir, err)
	}
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		conn.Close()
		t.Error("somebody still listens")
	}
	if err := db.Stop(); err != nil {
		t.Errorf("stopped twice: %v", err)
	}
}

func TestServerThatDoesNotStart(t *testing.T) {
	box := newTestBox(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, _, err := startServer(ctx, box, func(string) (*process, error) {
		return box.start(syscall.SIGKILL, "sh", "-c", "echo no such setting; exit 4")
	}, func(port string) *url.URL { return postgresURL(port, adminUser, "s3cret", "postgres") })
	if err == nil || !strings.Contains(err.Error(), "no such setting") || !strings.Contains(err.Error(), "exit status 4") {
		t.Errorf("error %v, want the status and the log of the server", err)
	}
	if strings.Contains(fmt.Sprint(err), "s3cret") {
		t.Errorf("the error tells the password: %v", err)
	}
	if ctx.Err() != nil {
		t.Error("waited for a server that had ended")
	}
}

func TestServerThatIsNeverReady(t *testing.T) {
	box := newTestBox(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var server *process
	_, _, err := startServer(ctx, box, func(string) (_ *process, err error) {
		server, err = box.start(syscall.SIGKILL, "sleep", "1000")
		return server, err
	}, func(port string) *url.URL { return postgresURL(port, adminUser, "s3cret", "postgres") })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want a deadline", err)
	}
	if !server.ended() {
		t.Error("the server was left running")
	}
}

// TestServerTriesAnotherPort lets the first server find its port taken, as it happens when
// somebody is quicker.
func TestServerTriesAnotherPort(t *testing.T) {
	box := newTestBox(t)
	starts := 0
	_, _, err := startServer(t.Context(), box, func(string) (*process, error) {
		starts++
		return box.start(syscall.SIGKILL, "sh", "-c", "echo could not bind: Address already in use; exit 1")
	}, func(port string) *url.URL { return postgresURL(port, adminUser, "", "postgres") })
	if err == nil || starts != 3 {
		t.Errorf("%d starts (%v), want 3 and an error", starts, err)
	}
}

func newTestBox(t *testing.T) *sandbox {
	t.Helper()
	box, err := newSandbox("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.remove() })
	return box
}

func mustOpen(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := openDatabase(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func mustExec(t *testing.T, db *sql.DB, statements string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func queryString(t *testing.T, db *sql.DB, query string) (value string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// ownerOf is the user id of a process.
func ownerOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.Command("ps", "-o", "uid=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return uid
}
