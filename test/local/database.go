package local

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

const (
	loopback     = "127.0.0.1"
	adminUser    = "admin"
	readerUser   = "tally_reader"
	databaseName = "app"

	startTimeout = 2 * time.Minute // a second, on a machine that is not compiling for every core
)

// Database is a database server of this machine's own, with a database "app".
type Database struct {
	Engine    string // "postgres" or "mysql", as in an environment file
	MariaDB   bool   // what the engine mysql is, if not MySQL
	URL       string // the administrator's access to app
	ReaderURL string // the same for tally_reader, who can only SELECT in app
	CAFile    string // the authority of its certificate for CertifiedHost, as PEM

	box    *sandbox
	server *process
	again  func() (*process, error) // starts the server on its data and its port
}

// Open connects as the administrator. One Exec may hold several statements.
func (d *Database) Open() (*sql.DB, error) { return openDatabase(d.URL) }

// Stop stops the server and deletes its data.
func (d *Database) Stop() error {
	d.server.stop()
	if err := d.box.remove(); err != nil {
		return fmt.Errorf("delete the data of %s: %w", d.Engine, err)
	}
	return nil
}

// Restart stops the server, starts it again on its data and its port, and waits until it lets
// somebody in. A crash ends it in the middle of everything; else it ends its sessions first. What
// was committed in the last second may be gone after a crash.
func (d *Database) Restart(ctx context.Context, crash bool) error {
	if crash {
		d.server.stop()
	} else {
		d.shutDown()
	}
	return d.startAgain(ctx)
}

// shutDown stops the server. Nothing that was committed is lost.
func (d *Database) shutDown() {
	d.server.end(map[string]syscall.Signal{"postgres": syscall.SIGINT, "mysql": syscall.SIGTERM}[d.Engine])
}

// startAgain starts a server that was stopped.
func (d *Database) startAgain(ctx context.Context) error {
	admin, err := url.Parse(d.URL)
	if err != nil {
		return errors.New("restart: not a URL") // err would quote the password
	}
	server, err := d.again()
	if err != nil {
		return fmt.Errorf("restart %s: %w", d.Engine, err) // Stop can still stop the old one
	}
	d.server = server
	if err := awaitReady(ctx, d.server, admin); err != nil {
		return fmt.Errorf("restart %s: %w%s", d.Engine, err, d.box.lastWords())
	}
	return nil
}

// startIn starts a database in a sandbox. If that fails, it removes the sandbox.
func startIn(ctx context.Context, name string, start func(context.Context, *sandbox) (*Database, error)) (*Database, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	box, err := newSandbox(name)
	if err != nil {
		return nil, err
	}
	db, err := start(ctx, box)
	if err != nil {
		_ = box.remove() // err is the one to report
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	db.box = box
	return db, nil
}

// startServer starts a server in the box and waits until the administrator can log in.
func startServer(ctx context.Context, box *sandbox, start func(port string) (*process, error), adminURL func(port string) *url.URL) (server *process, port string, err error) {
	for range 3 {
		if port, err = freePort(); err != nil {
			return nil, "", err
		}
		if server, err = start(port); err != nil {
			return nil, "", err
		}
		if err = awaitReady(ctx, server, adminURL(port)); err == nil {
			return server, port, nil
		}
		server.stop()
		err = fmt.Errorf("%w%s", err, box.lastWords())
		// Another program may have taken the port meanwhile.
		if !strings.Contains(err.Error(), "ddress already in use") {
			break
		}
	}
	return nil, "", err
}

func awaitReady(ctx context.Context, server *process, admin *url.URL) error {
	db, err := openDatabase(admin.String())
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		ping := pingOnce(ctx, db)
		if ping == nil {
			return nil
		}
		select {
		case <-server.done:
			return fmt.Errorf("server ended: %w", errors.Join(server.err, ping))
		case <-ctx.Done():
			return fmt.Errorf("server is not ready: %w", errors.Join(ctx.Err(), ping))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// pingOnce waits five seconds at most: another program at the port may never answer.
func pingOnce(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return db.PingContext(ctx)
}

// freePort asks the kernel for an unused loopback port.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

func openDatabase(raw string) (*sql.DB, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("open database: not a URL") // err would quote the password
	}
	if u.Scheme == "postgres" {
		return sql.Open("pgx", raw)
	}
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	config.Net, config.Addr, config.DBName = "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
	config.ParseTime, config.MultiStatements = true, true
	config.Logger = &mysql.NopLogger{} // it would report every attempt while the server starts
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return sql.OpenDB(connector), nil
}

// newPassword needs no quoting, neither in SQL nor in a URL.
func newPassword() string { return rand.Text() }
