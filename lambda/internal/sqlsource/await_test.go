package sqlsource

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/test/local"
)

// gate stands before a real database like Aurora before a paused one: until it
// opens, connections are refused, reset, closed or left without a word.
type gate struct {
	address string // 127.0.0.1:port
	tries   atomic.Int32
}

// asleep is what happens to one connection.
type asleep func(conn net.Conn)

var sleeps = map[string]asleep{
	"resets": func(conn net.Conn) {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	},
	"closes":       func(conn net.Conn) { _ = conn.Close() },
	"says nothing": func(net.Conn) {},
}

// newGate lets nobody in for a time. Without a sleep nobody listens meanwhile.
func newGate(t *testing.T, server string, closed time.Duration, sleep asleep) *gate {
	t.Helper()
	listener := listen(t)
	g := &gate{address: listener.Addr().String()}
	opens := time.Now().Add(closed)
	if sleep == nil {
		_ = listener.Close()
	}
	go func() {
		if sleep == nil {
			time.Sleep(closed)
			var err error
			if listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", g.address); err != nil {
				return
			}
		}
		defer context.AfterFunc(t.Context(), func() { _ = listener.Close() })()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.tries.Add(1)
			if time.Now().Before(opens) {
				sleep(conn)
			} else {
				go pipe(conn, server)
			}
		}
	}()
	return g
}

// pipe connects a connection with the server until either ends.
func pipe(conn net.Conn, server string) {
	upstream, err := net.Dial("tcp", server)
	if err != nil {
		_ = conn.Close()
		return
	}
	go func() {
		_, _ = io.Copy(upstream, conn)
		_ = upstream.Close()
	}()
	_, _ = io.Copy(conn, upstream)
	_ = conn.Close()
}

// throughGate is the reader's database behind a gate, as an environment describes
// it: with a token and verified TLS.
func (f fixture) throughGate(t *testing.T, g *gate, wake time.Duration) *Source {
	t.Helper()
	database := f.configured(t, contract.AuthIAM, local.CertifiedHost)
	_, port, _ := net.SplitHostPort(g.address)
	if _, err := fmt.Sscan(port, &database.Port); err != nil {
		t.Fatal(err)
	}
	return New(Options{
		Databases:   map[string]contract.Database{"app": database},
		Variable:    func(string) string { return "" },
		Authorities: reading(f.server.CAFile),
		Sign:        func(context.Context, string, string) (string, error) { return f.password(), nil },
		Wake:        wake,
	})
}

// testWaking counts in a database that lets nobody in for two seconds: one run
// waits for it.
func testWaking(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE waking (n integer)", insert("waking", "1", "1"))
	server := mustURL(f.server.URL).Host
	sleeping := map[string]asleep{"refuses": nil}
	for name, sleep := range sleeps {
		sleeping[name] = sleep
	}
	for name, sleep := range sleeping {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, server, 2*time.Second, sleep)
			result, err := f.throughGate(t, g, WakeTime).Count(t.Context(), queryOf("waking", "any", "n = 1"))
			if err != nil || result.Counts[0].Count != 2 {
				t.Errorf("counted %+v (%v), want 2", result.Counts, err)
			}
		})
	}
}

// testWokenLate is a run that waited so long for its database that it has less time
// than it should: a case that takes too long then has no verdict.
func testWokenLate(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE woken (n integer)", insert("woken", "1"))
	query := queryOf("woken", "slow", f.pick("pg_sleep(60) IS NULL", "SLEEP(60) = 1"), "one", "n = 1")
	query.FullTime = 8 * time.Second
	server := mustURL(f.server.URL).Host
	for closed, stored := range map[time.Duration]bool{0: true, 1500 * time.Millisecond: false} {
		g := newGate(t, server, closed, sleeps["closes"]) // which listens at once: else the first try might be refused
		ctx, cancel := context.WithTimeout(t.Context(), query.FullTime)
		defer cancel()
		_, err := f.throughGate(t, g, WakeTime).Count(ctx, query)
		if stored != (err == nil) || count.IsPermanent(err) {
			t.Errorf("closed for %s: got %v; the case may fail alone: %t", closed, err, stored)
		}
	}
}

// testAsleep is a database that never wakes: a run gives up while it has time left,
// and says how it was.
func testAsleep(t *testing.T, f fixture) {
	server := mustURL(f.server.URL).Host
	for _, test := range []struct {
		name     string
		wake     time.Duration
		left     time.Duration
		from, to time.Duration // how long it takes
		want     string
	}{
		{"for all of its time", 2 * time.Second, 20 * time.Second, 2 * time.Second, 4 * time.Second, "tried for 2s: connect: "},
		{"for its share of the run", WakeTime, 6 * time.Second, 2 * time.Second, 4 * time.Second, "tried for 2s: connect: "},
		{"not at all", 0, time.Minute, 0, time.Second, "database app: connect: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGate(t, server, time.Hour, sleeps["resets"])
			ctx, cancel := context.WithTimeout(t.Context(), test.left)
			defer cancel()
			begun := time.Now()
			_, err := f.throughGate(t, g, test.wake).Count(ctx, queryOf("waking", "any", "n = 1"))
			if err == nil || count.IsPermanent(err) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a transient failure that says %q", err, test.want)
			}
			if took := time.Since(begun); took < test.from || took > test.to {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// testAwake is a database that is awake and does not let us in: waiting would not help.
func testAwake(t *testing.T, f fixture) {
	server := mustURL(f.server.URL).Host
	for _, test := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"another authority", func(o *Options) { o.Authorities = reading(otherAuthority(t)) }, "signed by unknown authority"},
		{"a wrong token", func(o *Options) {
			o.Sign = func(context.Context, string, string) (string, error) { return "expired-token", nil }
		}, "tally_reader"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGate(t, server, 0, sleeps["closes"])
			source := f.throughGate(t, g, WakeTime)
			test.change(&source.options)
			begun := time.Now()
			_, err := source.Count(t.Context(), queryOf("waking", "any", "n = 1"))
			checkLogin(t, err, test.want, "expired-token")
			if took := time.Since(begun); took > wakePause {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestOnlyErrorsOfAWakingDatabaseAreWaitedFor(t *testing.T) {
	mySQL := func(number uint16) error { return serverError(&mysql.MySQLError{Number: number}) }
	for _, test := range []struct {
		name string
		err  error
		want bool
	}{
		{"silence", context.DeadlineExceeded, true},
		{"refused", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, true},
		{"reset", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, true},
		{"closed", io.EOF, true},
		{"closed within a message", io.ErrUnexpectedEOF, true},
		{"closed, as the drivers say it", driver.ErrBadConn, true},
		{"closed, as MySQL's says it", mysql.ErrInvalidConn, true},
		{"starting up", serverError(&pgconn.PgError{Code: "57P03"}), true},
		{"too many connections", mySQL(1040), true},
		{"a name server that is slow", &net.DNSError{IsTimeout: true}, true},

		{"no such name", &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, false},
		{"another's certificate", fmt.Errorf("tls: %w", &tls.CertificateVerificationError{Err: errors.New("x509")}), false},
		{"no TLS", mysql.ErrNoTLS, false},
		{"wrong password", serverError(&pgconn.PgError{Code: "28P01"}), false},
		{"access denied", mySQL(1045), false},
		{"no such database", mySQL(1049), false},
		{"our run is cancelled", context.Canceled, false},
		{"no token", errors.New("sign a token: no credentials"), false},
	} {
		if got := mayWake(fmt.Errorf("connect: %w", test.err)); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}
