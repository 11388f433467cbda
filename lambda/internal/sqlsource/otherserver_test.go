package sqlsource

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// A URL of another kind of server, and servers that speak no TLS or an old one, are
// named in words, and nobody waits for them to wake.
func TestOtherServersAreNamed(t *testing.T) {
	greets := func(text string) func(net.Conn) {
		return func(conn net.Conn) { _, _ = io.WriteString(conn, text) }
	}
	answers := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 64))
			_, _ = io.WriteString(conn, text)
		}
	}
	for _, test := range []struct {
		name, scheme, query string
		server              func(net.Conn)
		want                string
	}{
		{"MySQL", "postgres", "", greets(mySQLGreeting), "what answers is MySQL or MariaDB, not PostgreSQL; see"},
		{"MySQL, with TLS wanted", "postgres", "?sslmode=require", greets(mySQLGreeting), "what answers is MySQL or MariaDB, not PostgreSQL; see"},
		{"MySQL that refuses the host", "postgres", "", greets("\x10\x00\x00\x00\xff\x6a\x04Host blocked"), "what answers is MySQL or MariaDB, not PostgreSQL; see"},
		{"a web server", "postgres", "", answers("HTTP/1.1 400 Bad Request\r\n\r\n"), "what answers is a web server, not PostgreSQL; see"},
		{"a web server", "mysql", "", greets("HTTP/1.1 408 Request Timeout\r\n\r\n"), "what answers is a web server, not MySQL or MariaDB; see"},
		{"Redis", "postgres", "?sslmode=disable", answers("-ERR unknown command\r\n"), "what answers is Redis, not PostgreSQL; see"},
		{"SSH", "mysql", "", greets("SSH-2.0-OpenSSH_9.2\r\n"), "what answers is an SSH server, not MySQL or MariaDB; see"},
		{"SSH", "postgres", "?sslmode=require", greets("SSH-2.0-OpenSSH_9.2\r\n"), "what answers is an SSH server, not PostgreSQL; see"},
		{"mail", "mysql", "", greets("220 mail ESMTP\r\n"), "what answers is another kind of server, not MySQL or MariaDB; see"},
		{"PostgreSQL without TLS", "postgres", "?sslmode=require", answers("N"), "the server has no TLS; switch it on there (ssl = on); only the URL"},
		{"PostgreSQL without TLS, to be verified", "postgres", "?sslmode=verify-full", answers("N"), "the server has no TLS; switch it on"},
		{"a server that closes", "mysql", "", func(conn net.Conn) { _ = conn.Close() }, "connect: the connection was lost: the server was stopped"},
		{"a server that closes", "postgres", "", func(conn net.Conn) { _ = conn.Close() }, "connect: the connection was lost: the server was stopped"},
		{"MySQL without TLS", "mysql", "?tls=true", greets(mySQLGreeting), "TLS requested but server does not support TLS"},
		{"MySQL 5.7, TLS 1.1", "mysql", "", oldTLS(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), "the server has no TLS that this program takes: version 1.2"},
		{"MySQL 5.7, RSA", "mysql", "?tls=skip-verify", oldTLS(&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}),
			"MySQL 5.7 often has not; upgrade the server to 8.0 or later"},
	} {
		t.Run(test.name+", asked as "+test.scheme, func(t *testing.T) {
			t.Parallel()
			listener := serve(t, test.server)
			begun := time.Now()
			_, err := sourceAt(test.scheme+"://tally:s3cret@"+listener.Addr().String()+"/app"+test.query).Count(t.Context(), queryOf("any", "any", "1 = 1"))
			if err == nil || count.IsPermanent(err) || !strings.HasPrefix(err.Error(), "database app: connect: ") || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "%!") ||
				strings.HasPrefix(test.want, "what answers") && strings.Contains(err.Error(), "lost") {
				t.Errorf("got %v, want a transient failure that says %q", err, test.want)
			}
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// serve answers every connection in a way of its own, and then closes it.
func serve(t *testing.T, answer func(net.Conn)) net.Listener {
	t.Helper()
	listener := listen(t)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				answer(conn)
				_, _ = io.Copy(io.Discard, conn) // a reset would drop the answer
			}()
		}
	}()
	return listener
}

// oldTLS is a MySQL server up to the TLS handshake.
func oldTLS(config *tls.Config) func(net.Conn) {
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	config.Certificates = certified.TLS.Certificates
	greeting := strings.Replace(mySQLGreeting, "\x00\xa2\xff", "\x00\xaa\xff", 1) // with CLIENT_SSL
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, greeting)
		_, _ = io.ReadFull(conn, make([]byte, 36)) // the wish for TLS
		_ = tls.Server(conn, config).Handshake()
	}
}

// The function does not wait for an old server to wake, either.
func TestOldServerDoesNotWake(t *testing.T) {
	listener := serve(t, oldTLS(&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}))
	source := New(Options{
		Databases: map[string]contract.Database{"app": {
			Engine: contract.EngineMySQL, Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, DBName: "app", Username: "tally_reader", Auth: contract.AuthIAM,
		}},
		Variable:    func(string) string { return "" },
		Authorities: reading(otherAuthority(t)),
		Sign:        func(context.Context, string, string) (string, error) { return "t0ken", nil },
		Wake:        WakeTime,
	})
	begun := time.Now()
	_, err := source.Count(t.Context(), queryOf("any", "any", "1 = 1"))
	var failure *count.Failure
	if !errors.As(err, &failure) || failure.Permanent || !strings.Contains(err.Error(), "MySQL 5.7") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begun); took > wakePause {
		t.Errorf("it took %s", took)
	}
}
