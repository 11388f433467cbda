package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"syscall"
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
	err = box.run(ctx, installer, append(mariaDBArgs(box),
		"--skip-test-db", "--auth-root-authentication-method=socket")...)
	if err != nil {
		return nil, err
	}
	password, readerPassword := newPassword(), newPassword()
	users, err := box.secret("users.sql", mariaDBUsers(password, readerPassword))
	if err != nil {
		return nil, err
	}
	tls, err := box.certify()
	if err != nil {
		return nil, err
	}
	server, port, err := startServer(ctx, box, func(port string) (*process, error) {
		return box.start(syscall.SIGKILL, program, append(mariaDBArgs(box),
			"--ssl-cert="+tls.certificate, "--ssl-key="+tls.key,
			"--bind-address="+loopback, "--port="+port, "--init-file="+users)...)
	}, func(port string) *url.URL {
		return mariaDBURL(port, adminUser, password)
	})
	if err != nil {
		return nil, err
	}
	return &Database{
		Engine:    "mysql",
		URL:       mariaDBURL(port, adminUser, password).String(),
		ReaderURL: mariaDBURL(port, readerUser, readerPassword).String(),
		CAFile:    tls.authority,
		server:    server,
	}, nil
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

// mariaDBArgs are for the installer and the server. They read no configuration
// of the machine, and trade every safety for speed: the data dies with the server.
func mariaDBArgs(box *sandbox) []string {
	return []string{
		"--no-defaults", // has to be the first
		"--datadir=" + box.path("data"), "--tmpdir=" + box.dir, "--pid-file=" + box.path("pid"),
		"--socket=", // none: everybody comes over TCP
		"--skip-name-resolve", "--character-set-server=utf8mb4", "--default-time-zone=+00:00",
		"--skip-log-bin", "--performance-schema=OFF",
		"--innodb-log-file-size=16M", "--innodb-doublewrite=OFF", "--innodb-flush-log-at-trx-commit=0",
		"--innodb-use-native-aio=OFF", // containers often have none to spare
	}
}

// mariaDBUsers is SQL for --init-file, which takes one statement a line.
func mariaDBUsers(password, readerPassword string) string {
	return fmt.Sprintf(`CREATE DATABASE %[1]s;
CREATE USER %[2]s@'%%' IDENTIFIED BY '%[3]s';
GRANT ALL PRIVILEGES ON *.* TO %[2]s@'%%' WITH GRANT OPTION;
CREATE USER %[4]s@'%%' IDENTIFIED BY '%[5]s';
GRANT SELECT ON %[1]s.* TO %[4]s@'%%';
`, databaseName, adminUser, password, readerUser, readerPassword)
}

func mariaDBURL(port, user, password string) *url.URL {
	return &url.URL{
		Scheme: "mysql",
		User:   url.UserPassword(user, password),
		Host:   net.JoinHostPort(loopback, port),
		Path:   databaseName,
	}
}
