package sqlsource

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// Whatever is wrong with getting in, it says nothing about the job: transient,
// with the reason and without the password.
func testRefused(t *testing.T, f fixture) {
	closed := listen(t)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	const password = "s3cret-hunter"
	for _, test := range []struct {
		name   string
		change func(*url.URL)
		want   string
		code   string
	}{
		{"wrong password", func(*url.URL) {}, "tally_reader", f.pick("28P01", "28000")},
		{"nobody listens", func(u *url.URL) { u.Host = closed.Addr().String() }, "connect: connection refused", ""},
		{"no such database", func(u *url.URL) {
			*u = *mustURL(f.server.ReaderURL)
			u.Path = "/nowhere"
		}, "nowhere", f.pick("3D000", "42000")},
		{"another kind of server", func(u *url.URL) {
			u.Scheme, u.RawQuery = f.pick("mysql", "postgres"), ""
		}, f.pick("the server said nothing for 5s; see whether it is MySQL or MariaDB", "what answers is MySQL or MariaDB, not PostgreSQL"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := mustURL(f.server.ReaderURL)
			u.User = url.UserPassword(u.User.Username(), password)
			test.change(u)
			used, _ := u.User.Password()
			_, err := sourceAt(u.String()).Count(t.Context(), queryOf("any", "any", "1 = 1"))
			var failure *count.Failure
			if !errors.As(err, &failure) || failure.Permanent || failure.Code != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v (%+v); want a transient failure with code %q that says %q", err, failure, test.code, test.want)
			}
			if strings.Contains(err.Error(), used) {
				t.Errorf("the error holds the password: %v", err)
			}
		})
	}
}

// A closed network swallows packets: the connect timeout has to end the attempt,
// not the invocation's.
func TestConnectTimeoutEndsSilentConnections(t *testing.T) {
	t.Parallel()
	silent := listen(t) // the kernel accepts, and nobody says a word
	t.Cleanup(func() { _ = silent.Close() })
	for _, scheme := range []string{"postgres", "mysql"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			_, err := sourceAt(scheme+"://tally:secret@"+silent.Addr().String()+"/app").Count(t.Context(), queryOf("any", "any", "1 = 1"))
			if err == nil || count.IsPermanent(err) || !strings.Contains(err.Error(), "connect: the server said nothing for 5s") {
				t.Errorf("got %v, want a transient failure that says so", err)
			}
			if took := time.Since(begun); took < connectTimeout || took > connectTimeout+3*time.Second {
				t.Errorf("it took %s, want %s", took, connectTimeout)
			}
		})
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func mustURL(text string) *url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

func TestBadURLsAreRefusedWithoutThePassword(t *testing.T) {
	const password = "s3cret:hunter/2"
	for _, test := range []struct{ name, value, want string }{
		{"not a URL", "postgres://tally:" + password + "@host:54x32/app", "percent-encoding"},
		{"another scheme", "oracle://tally:" + url.QueryEscape(password) + "@host/app", "mysql://"},
		{"no user", "postgres://host/app", "postgres://user:password@host"},
		{"a DSN of the driver", "tally:" + password + "@tcp(host:3306)/app", "mysql://"},
		{"a parameter of PostgreSQL", "postgres://tally:" + url.QueryEscape(password) + "@host/app?sslmode=sometimes", "write a sslmode of disable"},
		{"another parameter of PostgreSQL", "postgres://tally:" + url.QueryEscape(password) + "@host/app?pool=5", "PostgreSQL's are sslmode"},
		{"a parameter twice", "mysql://tally:" + url.QueryEscape(password) + "@host/app?tls=true&tls=false", "twice"},
		{"no port", "mysql://tally:" + url.QueryEscape(password) + "@host:65536/app", "from 1 to 65535"},
		{"a parameter of MySQL", "mysql://tally:" + url.QueryEscape(password) + "@host/app?multiStatements=true", "MySQL's is tls"},
		{"a value of tls", "mysql://tally:" + url.QueryEscape(password) + "@host/app?tls=custom", "true, preferred, skip-verify or false"},
	} {
		_, err := sourceAt(test.value).Count(t.Context(), queryOf("any", "any", "1 = 1"))
		if !count.IsPermanent(err) {
			t.Errorf("%s: got %v, want a permanent failure", test.name, err)
			continue
		}
		if !strings.Contains(err.Error(), "TALLY_DATABASE_APP") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %q does not say TALLY_DATABASE_APP and %q", test.name, err, test.want)
		}
		for _, secret := range []string{password, url.QueryEscape(password), "hunter"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error holds the password: %v", test.name, err)
			}
		}
	}
}

func TestBadConfigurationIsPermanent(t *testing.T) {
	for _, test := range []struct {
		name     string
		database contract.Database
		want     string
	}{
		{"app", contract.Database{Engine: "oracle", Auth: contract.AuthIAM}, `engine "oracle"`},
		{"app", contract.Database{Engine: contract.EngineMySQL, Auth: "trust"}, `auth "trust"`},
		{"app", contract.Database{Engine: contract.EnginePostgres, Auth: contract.AuthIAM}, "missing.pem"},
		{"logs", contract.Database{}, "the environment has logs, and TALLY_DATABASE_APP is not set"},
	} {
		source := New(Options{
			Databases:   map[string]contract.Database{test.name: test.database},
			Variable:    func(string) string { return "" },
			Authorities: reading("missing.pem"),
		})
		_, err := source.Count(t.Context(), queryOf("any", "any", "1 = 1"))
		if !count.IsPermanent(err) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want a permanent failure that says %q", err, test.want)
		}
	}
}
