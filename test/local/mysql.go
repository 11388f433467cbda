package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// ErrNoMySQL says that this machine has no MySQL, and how to get it.
var ErrNoMySQL = errors.New("MySQL is missing; run test/mysql.sh, which fetches it on Debian, or name a server: MYSQLD=/path/to/mysqld")

// StartMySQL starts the MySQL of this machine with its own data on a free loopback
// port. Stop it. It works for root too: the server then runs as nobody.
func StartMySQL(ctx context.Context) (*Database, error) {
	return startIn(ctx, "mysql", func(ctx context.Context, box *sandbox) (*Database, error) {
		program, err := findMySQL(ctx)
		if err != nil {
			return nil, err
		}
		arguments := append(mySQLArgs(box), "--loose-mysqlx=OFF", "--secure-file-priv=NULL", "--innodb-flush-method=nosync")
		if err := box.run(ctx, program, append(arguments, "--initialize-insecure")...); err != nil {
			return nil, err
		}
		return serveMySQL(ctx, box, program, arguments)
	})
}

// findMySQL looks in the same places as test/mysql.sh, and where that puts the server.
func findMySQL(ctx context.Context) (string, error) {
	if named := os.Getenv("MYSQLD"); named != "" {
		return named, isMySQL(ctx, named)
	}
	cache := "/var/cache" // where the server's user gets to
	if os.Geteuid() != 0 {
		var err error
		if cache, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	for _, program := range []string{
		"mysqld", "/usr/sbin/mysqld", "/usr/local/sbin/mysqld", "/usr/local/mysql/bin/mysqld",
		"/opt/homebrew/opt/mysql/bin/mysqld", "/usr/local/opt/mysql/bin/mysqld", filepath.Join(cache, "tally", "mysql", "mysqld"),
	} {
		if path, err := exec.LookPath(program); err == nil && isMySQL(ctx, path) == nil {
			return filepath.Abs(path)
		}
	}
	return "", ErrNoMySQL
}

// isMySQL asks a server for its version: the servers of MySQL and MariaDB have one name.
func isMySQL(ctx context.Context, program string) error {
	version, err := exec.CommandContext(ctx, program, "--no-defaults", "--version").Output()
	if err == nil && bytes.Contains(version, []byte("MariaDB")) {
		err = errors.New("it is MariaDB")
	}
	if err != nil {
		return fmt.Errorf("%s is no MySQL server: %w", program, err)
	}
	return nil
}

// serveMySQL starts a server of MySQL or MariaDB on its data, and makes the users.
func serveMySQL(ctx context.Context, box *sandbox, program string, arguments []string) (*Database, error) {
	password, readerPassword := newPassword(), newPassword()
	users, err := box.secret("users.sql", mySQLUsers(password, readerPassword))
	if err != nil {
		return nil, err
	}
	tls, err := box.certify()
	if err != nil {
		return nil, err
	}
	start := func(port string, more ...string) (*process, error) {
		return box.start(syscall.SIGKILL, program, slices.Concat(arguments, []string{
			"--ssl-cert=" + tls.certificate, "--ssl-key=" + tls.key,
			"--bind-address=" + loopback, "--port=" + port,
		}, more)...)
	}
	server, port, err := startServer(ctx, box, func(port string) (*process, error) {
		return start(port, "--init-file="+users)
	}, func(port string) *url.URL {
		return mySQLURL(port, adminUser, password)
	})
	if err != nil {
		return nil, err
	}
	return &Database{
		Engine:    "mysql",
		URL:       mySQLURL(port, adminUser, password).String(),
		ReaderURL: mySQLURL(port, readerUser, readerPassword).String(),
		CAFile:    tls.authority,
		server:    server,
		again:     func() (*process, error) { return start(port) },
	}, nil
}

// mySQLArgs are the arguments for the installers and servers of MySQL and MariaDB. With them
// no configuration of the machine is read. Speed is more important than durability: the
// data is deleted with the server.
func mySQLArgs(box *sandbox) []string {
	return []string{
		"--no-defaults", // has to be the first
		"--datadir=" + box.path("data"), "--tmpdir=" + box.dir, "--pid-file=" + box.path("pid"),
		"--socket=", // none: everybody comes over TCP
		"--skip-name-resolve", "--character-set-server=utf8mb4", "--default-time-zone=+00:00",
		"--skip-log-bin", "--performance-schema=OFF",
		"--innodb-doublewrite=OFF", "--innodb-flush-log-at-trx-commit=0",
		"--innodb-use-native-aio=OFF", // containers often have none to spare
	}
}

// mySQLUsers is SQL for --init-file, which takes one statement a line.
func mySQLUsers(password, readerPassword string) string {
	return fmt.Sprintf(`CREATE DATABASE %[1]s;
CREATE USER %[2]s@'%%' IDENTIFIED BY '%[3]s';
GRANT ALL PRIVILEGES ON *.* TO %[2]s@'%%' WITH GRANT OPTION;
CREATE USER %[4]s@'%%' IDENTIFIED BY '%[5]s';
GRANT SELECT ON %[1]s.* TO %[4]s@'%%';
`, databaseName, adminUser, password, readerUser, readerPassword)
}

func mySQLURL(port, user, password string) *url.URL {
	return &url.URL{
		Scheme: "mysql",
		User:   url.UserPassword(user, password),
		Host:   net.JoinHostPort(loopback, port),
		Path:   databaseName,
	}
}
