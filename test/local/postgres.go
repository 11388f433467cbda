package local

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"syscall"
)

// StartPostgres starts the PostgreSQL that npm installed under root, on a free
// loopback port. Stop it. It works for root too: the server then runs as nobody. Settings, such
// as "wal_level=replica", win over those that it has otherwise.
func StartPostgres(ctx context.Context, root string, settings ...string) (*Database, error) {
	return startIn(ctx, "postgres", func(ctx context.Context, box *sandbox) (*Database, error) {
		return startPostgres(ctx, box, root, settings)
	})
}

func startPostgres(ctx context.Context, box *sandbox, root string, settings []string) (*Database, error) {
	native, err := postgresIn(ctx, box, root)
	if err != nil {
		return nil, err
	}
	password, readerPassword := newPassword(), newPassword()
	if err := initPostgres(ctx, box, native, password); err != nil {
		return nil, err
	}
	db, err := servePostgres(ctx, box, native, settings, password, readerPassword)
	if err != nil {
		return nil, err
	}
	admin, err := url.Parse(db.URL)
	if err == nil {
		err = createApp(ctx, admin, readerPassword)
	}
	if err != nil {
		db.server.stop()
		return nil, err
	}
	return db, nil
}

// servePostgres starts a server on the data in the box.
func servePostgres(ctx context.Context, box *sandbox, native string, settings []string, password, readerPassword string) (*Database, error) {
	tls, err := box.certify()
	if err != nil {
		return nil, err
	}
	start := func(port string) (*process, error) {
		return box.start(syscall.SIGQUIT, filepath.Join(native, "bin", "postgres"), postgresArgs(box, tls, port, settings)...)
	}
	server, port, err := startServer(ctx, box, start, func(port string) *url.URL {
		return postgresURL(port, adminUser, password, "postgres")
	})
	if err != nil {
		return nil, err
	}
	return &Database{
		Engine:    "postgres",
		URL:       postgresURL(port, adminUser, password, databaseName).String(),
		ReaderURL: postgresURL(port, readerUser, readerPassword, databaseName).String(),
		CAFile:    tls.authority,
		server:    server,
		again:     func() (*process, error) { return start(port) },
	}, nil
}

func initPostgres(ctx context.Context, box *sandbox, native, password string) error {
	file, err := box.secret("password", password)
	if err != nil {
		return err
	}
	return box.run(ctx, filepath.Join(native, "bin", "initdb"),
		"--pgdata="+box.path("data"), "--username="+adminUser, "--pwfile="+file,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
		"--no-sync", "--no-instructions")
}

// postgresArgs prefer speed to durability: the data is deleted with the server.
func postgresArgs(box *sandbox, tls certified, port string, settings []string) []string {
	args := []string{"-D", box.path("data")}
	for _, setting := range append([]string{
		"listen_addresses=" + loopback, "port=" + port, "unix_socket_directories=",
		"timezone=UTC", "log_timezone=UTC",
		"ssl=on", "ssl_cert_file=" + tls.certificate, "ssl_key_file=" + tls.key,
		"fsync=off", "synchronous_commit=off", "full_page_writes=off",
		"wal_level=minimal", "max_wal_senders=0", "max_wal_size=1GB",
	}, settings...) {
		args = append(args, "-c", setting)
	}
	return args
}

// createApp makes the database app and a user who can read everything that the administrator
// puts there. The user has no other right, not even to make a temporary table.
func createApp(ctx context.Context, app *url.URL, readerPassword string) error {
	postgres := *app
	postgres.Path = "postgres"
	if err := execAt(ctx, &postgres, "CREATE DATABASE "+databaseName); err != nil {
		return fmt.Errorf("create database %s: %w", databaseName, err)
	}
	err := execAt(ctx, app, fmt.Sprintf(`
		REVOKE ALL ON DATABASE %[1]s FROM PUBLIC;
		CREATE ROLE %[2]s LOGIN PASSWORD '%[3]s';
		GRANT CONNECT ON DATABASE %[1]s TO %[2]s;
		ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO %[2]s;
		ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO %[2]s`,
		databaseName, readerUser, readerPassword))
	if err != nil {
		return fmt.Errorf("create user %s: %w", readerUser, err)
	}
	return nil
}

func execAt(ctx context.Context, at *url.URL, statements string) error {
	db, err := openDatabase(at.String())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statements)
	return err
}

func postgresURL(port, user, password, database string) *url.URL {
	return &url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(user, password),
		Host:     net.JoinHostPort(loopback, port),
		Path:     database,
		RawQuery: "sslmode=disable",
	}
}
