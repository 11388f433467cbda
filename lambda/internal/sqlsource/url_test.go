package sqlsource

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"tally/lambda/internal/count"
)

// canary stands for a secret that must not be seen anywhere.
const canary = "c4n4ry"

// askAt counts at a URL with nobody to connect to. It returns the addresses that it
// would have connected to, whose names would have been looked up.
func askAt(t *testing.T, value string) (asked []string, err error) {
	t.Helper()
	source := sourceAt(value)
	source.dial = func(_ context.Context, _, address string) (net.Conn, error) {
		asked = append(asked, address)
		host, _, _ := net.SplitHostPort(address)
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: host, Err: "no such host", IsNotFound: true}}
	}
	_, err = source.Count(t.Context(), queryOf("any", "any", "1 = 1"))
	if err == nil {
		t.Fatal("it counted")
	}
	return asked, err
}

// Passwords that nobody encoded: the URL is refused, or it is what it looks like.
func TestUnencodedPasswordsAreNotShown(t *testing.T) {
	for _, password := range []string{
		"p@ss#w/rd?", "h?c4n4ry", "c4n4ry@", "@c4n4ry", "c4n4ry/", "/c4n4ry", "c4n4ry?", "?c4n4ry", "c4n4ry#", "#c4n4ry", "p:c4n4ry", "c4n4ry:1",
		"p@c4n4ry", "p@c4n4ry:5432/x", "p@c4n4ry/x?sslmode=c4n4ry", "p@c4n4ry#", "p@[::1]c4n4ry", "p[c4n4ry]", "c4n4ry%", "%zzc4n4ry", "%40c4n4ry%2",
		"c4n4ry p", "c4n4ry\tp", "c4n4ry\n", "c4n4ry\\", `c4n4ry"`, "c4n4ry'", "c4n4ry`", "c4n4ry<>", "c4n4ry{}|^", "c4n4ryé", "c4n4ry\x00", "tcp(c4n4ry)", "&c4n4ry=", "p@h?c4n4ry=c4n4ry", "p@h,c4n4ry",
	} {
		for _, shape := range []string{"postgres://u:%@host/app", "mysql://u:%@host/err", "postgresql://u:%@host:5432/app?sslmode=disable", "mysql://u:%@host?tls=false", "mysql://%:u@host/app", "u:%@tcp(host)/app", "postgres:u:%@host", "host=host password=% user=u"} {
			value := strings.Replace(shape, "%", password, 1)
			asked, err := askAt(t, value)
			for _, address := range asked {
				if !strings.HasPrefix(address, "host:") {
					t.Errorf("%q: it looked up %s", value, address)
				}
			}
			var malformed URLError
			if len(asked) == 0 && (!errors.As(err, &malformed) || !count.IsPermanent(err)) || strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), "ss#w") {
				t.Errorf("%q: got %v", value, err)
			}
		}
	}
}

// Nothing of a URL is in an error about it, wherever a secret stands. Only what stands
// where a host does, in a URL of the one right shape, is looked up.
func FuzzURL(f *testing.F) {
	for part := range uint8(7) {
		for _, around := range []string{"", "@", "/", "?", "#", ":", "%", " ", "[", "\\", "\x00", "@/", "?@", "#@", "é", ",", "&", "="} {
			f.Add(around, "", part, false)
			f.Add("", around, part, true)
		}
	}
	f.Fuzz(func(t *testing.T, before, after string, part uint8, isMySQL bool) {
		parts := []string{"postgres", "user", "password", "host", "5432", "app", "sslmode=disable"}
		if isMySQL {
			parts[0], parts[6] = "mysql", "tls=false"
		}
		at := int(part) % len(parts)
		parts[at] = before + canary + after
		value := parts[0] + "://" + parts[1] + ":" + parts[2] + "@" + parts[3] + ":" + parts[4] + "/" + parts[5] + "?" + parts[6]
		asked, err := askAt(t, value)
		if strings.Contains(err.Error(), canary) {
			t.Errorf("%q: the error shows it: %v", value, err)
		}
		for _, address := range asked {
			if strings.Contains(address, canary) && (at != 3 || strings.ContainsAny(before+after, "@/?#")) {
				t.Errorf("%q: it looked up %s", value, address)
			}
		}
	})
}

// What the variables of libpq say is about other databases.
func TestVariablesOfLibpqAreIgnored(t *testing.T) {
	for name, value := range map[string]string{
		"PGHOST": canary, "PGPORT": "1", "PGDATABASE": canary, "PGUSER": canary, "PGPASSWORD": canary, "PGOPTIONS": "-c statement_timeout=1", "PGTZ": "Asia/Seoul",
		"PGSSLMODE": "verify-full", "PGTARGETSESSIONATTRS": "standby", "PGAPPNAME": canary,
	} {
		t.Setenv(name, value)
	}
	if asked, err := askAt(t, "postgres://user@host"); len(asked) != 2 || asked[0] != "host:5432" { // with and without TLS
		t.Errorf("it asked %v: %v", asked, err)
	}
	listener := listen(t)
	t.Cleanup(func() { _ = listener.Close() })
	heard := make(chan string, 1)
	go func() { heard <- withoutTLS(listener, "") }()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, _ = sourceAt("postgres://user@"+listener.Addr().String()+"?sslmode=disable").Count(ctx, queryOf("any", "any", "1 = 1"))
	if text := <-heard; !strings.Contains(text, applicationName) || strings.Contains(text, canary) || strings.Contains(text, "statement_timeout") || strings.Contains(text, "Seoul") {
		t.Errorf("it sent %q", text)
	}
	t.Setenv("PGSERVICE", canary)
	if _, err := askAt(t, "postgres://user@host"); strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "unset PGSERVICE") {
		t.Errorf("got %v", err)
	}
}

// An encoded password arrives as it is.
func TestEncodedPasswordsAreDecoded(t *testing.T) {
	const password = "p@ss#w/rd?:%[]é \\\"'"
	for _, scheme := range []string{"postgres", "mysql"} {
		at, _, err := parseURL((&url.URL{Scheme: scheme, User: url.UserPassword("u@d", password), Host: "[::1]:77", Path: "/app"}).String())
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := at.User.Password(); got != password || at.User.Username() != "u@d" || at.Host != "[::1]:77" {
			t.Errorf("read %s as %q", scheme, got)
		}
	}
}
