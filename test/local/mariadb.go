package local

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
)

// ErrNoMariaDB says that this machine has no MariaDB, and how to get it. These
// packages hold the programs only: they start and configure nothing.
var ErrNoMariaDB = errors.New("MariaDB is missing; install it: " +
	"sudo apt-get install -y --no-install-recommends mariadb-server-core mariadb-client-core (macOS: brew install mariadb)")

// StartMariaDB starts the MariaDB of this machine with its own data on a free
// loopback port. Stop it. It works for root too: the server then runs as nobody.
func StartMariaDB(ctx context.Context) (*Database, error) {
	return startIn(ctx, "mariadb", startMariaDB)
}

func startMariaDB(ctx context.Context, box *sandbox) (*Database, error) {
	program, err := findMariaDB("mariadbd")
	if err != nil {
		return nil, err
	}
	installer, err := findMariaDB("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	arguments := append(mySQLArgs(box), "--innodb-log-file-size=16M")
	if err := box.run(ctx, installer, append(arguments, "--skip-test-db", "--auth-root-authentication-method=socket")...); err != nil {
		return nil, err
	}
	db, err := serveMySQL(ctx, box, program, arguments)
	if err != nil {
		return nil, err
	}
	db.MariaDB = true
	return db, nil
}

// findMariaDB looks for a program of MariaDB, also where PATH of an ordinary user does
// not lead and where Homebrew keeps it.
func findMariaDB(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return filepath.Abs(path)
	}
	for _, dir := range []string{"/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/opt/homebrew/opt/mariadb/bin", "/usr/local/opt/mariadb/bin"} {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w (no %s)", ErrNoMariaDB, program)
}
