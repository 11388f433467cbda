package sqlsource

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/test/local"
)

// configured is the reader's database as an environment describes it.
func (f fixture) configured(t *testing.T, auth, host string) contract.Database {
	t.Helper()
	reader := mustURL(f.server.ReaderURL)
	port, err := strconv.Atoi(reader.Port())
	if err != nil {
		t.Fatal(err)
	}
	return contract.Database{
		Engine: f.server.Engine, Host: host, Port: port, DBName: strings.TrimPrefix(reader.Path, "/"),
		Username: reader.User.Username(), Auth: auth, SecretARN: secretARN,
	}
}

const secretARN = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:rds!db-1"

func (f fixture) password() string {
	password, _ := mustURL(f.server.ReaderURL).User.Password()
	return password
}

func reading(file string) func() ([]byte, error) {
	return func() ([]byte, error) { return os.ReadFile(file) }
}

// otherAuthority is a CA file that did not sign the server's certificate.
func otherAuthority(t *testing.T) string {
	t.Helper()
	authority, err := local.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(authority.PEM), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// testToken connects as with auth: iam; the reader's password stands for the token.
// Whoever the server does not prove to be gets no token.
func testToken(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE token (n integer)")
	for _, test := range []struct {
		name, host, caFile, token string
		want                      string // "" for success
	}{
		{"verified", local.CertifiedHost, f.server.CAFile, f.password(), ""},
		{"another authority", local.CertifiedHost, otherAuthority(t), f.password(), "signed by unknown authority"},
		{"another host name", "127.0.0.1", f.server.CAFile, f.password(), "cannot validate certificate for 127.0.0.1"},
		{"a wrong token", local.CertifiedHost, f.server.CAFile, "expired-token", "tally_reader"},
	} {
		t.Run(test.name, func(t *testing.T) {
			signed := ""
			database := f.configured(t, contract.AuthIAM, test.host)
			source := New(Options{
				Databases:   map[string]contract.Database{"app": database},
				Variable:    func(string) string { return "" },
				Authorities: reading(test.caFile),
				Sign: func(_ context.Context, endpoint, username string) (string, error) {
					signed = username + "@" + endpoint
					return test.token, nil
				},
			})
			_, err := source.Count(t.Context(), queryOf("token", "any", "n = 1"))
			if want := "tally_reader@" + net.JoinHostPort(test.host, strconv.Itoa(database.Port)); signed != want {
				t.Errorf("the token was made for %q, want %q", signed, want)
			}
			checkLogin(t, err, test.want, test.token)
		})
	}
}

// checkLogin wants no error, or a transient failure that says want and no secret.
func checkLogin(t *testing.T, err error, want, secret string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want) || count.IsPermanent(err)):
		t.Errorf("got %v, want a transient failure that says %q", err, want)
	case err != nil && strings.Contains(err.Error(), secret):
		t.Errorf("the error holds the secret: %v", err)
	}
}

// A server that speaks no TLS, or somebody between, gets no token either.
func TestTokenNeedsTLS(t *testing.T) {
	for engine, greeting := range map[string]string{
		contract.EnginePostgres: "",
		contract.EngineMySQL:    mySQLGreeting,
	} {
		t.Run(engine, func(t *testing.T) {
			listener := listen(t)
			t.Cleanup(func() { _ = listener.Close() })
			heard := make(chan string, 1)
			go func() { heard <- withoutTLS(listener, greeting) }()
			_, port, _ := net.SplitHostPort(listener.Addr().String())
			number, err := strconv.Atoi(port)
			if err != nil {
				t.Fatal(err)
			}
			source := New(Options{
				Databases: map[string]contract.Database{"app": {
					Engine: engine, Host: "127.0.0.1", Port: number, DBName: "app", Username: "tally_reader", Auth: contract.AuthIAM,
				}},
				Variable:    func(string) string { return "" },
				Authorities: reading(otherAuthority(t)),
				Sign:        func(context.Context, string, string) (string, error) { return "t0ken", nil },
			})
			_, err = source.Count(t.Context(), queryOf("token", "any", "n = 1"))
			checkLogin(t, err, "TLS", "t0ken")
			if text := <-heard; strings.Contains(text, "t0ken") {
				t.Error("the server was sent the token")
			}
		})
	}
}

// mySQLGreeting is protocol version 10, with no CLIENT_SSL among the capabilities:
// https://mariadb.com/kb/en/connection/#initial-handshake-packet
const mySQLGreeting = "\x48\x00\x00\x00" + "\x0a5.7.0\x00" + "\x01\x00\x00\x00" + "abcdefgh\x00" +
	"\x00\xa2" + "\xff" + "\x02\x00" + "\x08\x00" + "\x15" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"ijklmnopqrst\x00" + "mysql_clear_password\x00"

// withoutTLS is a server that greets, refuses TLS where PostgreSQL's client asks
// for it, and returns everything that it was sent.
func withoutTLS(listener net.Listener, greeting string) string {
	conn, err := listener.Accept()
	if err != nil {
		return ""
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(greeting))
	var heard strings.Builder
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		heard.Write(buffer[:n])
		if err != nil {
			return heard.String()
		}
		if greeting == "" {
			_, _ = conn.Write([]byte("N"))
		}
	}
}

// testSecret logs in with what Secrets Manager keeps, which changes between runs.
func testSecret(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE secret (n integer)")
	manager := &secretsManager{}
	database := f.configured(t, contract.AuthSecret, local.CertifiedHost)
	database.Username = "somebody_else" // the secret's user wins
	source := New(Options{
		Databases:   map[string]contract.Database{"app": database},
		Variable:    func(string) string { return "" },
		Authorities: reading(f.server.CAFile),
		Secret:      manager.start(t),
	})
	asRDS := func(password string) string {
		text, err := json.Marshal(map[string]any{
			"engine": "mysql", "host": "another-host", "port": 1, "dbname": "another",
			"username": "tally_reader", "password": password, "dbInstanceIdentifier": "app",
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	forget := func() { source.secrets.forget(secretARN) }
	outdate := func() { source.secrets.logins[secretARN] = login{"tally_reader", "0utdated"} }
	keep := func() {}
	for _, step := range []struct {
		name   string
		before func()
		secret string
		reads  int
		want   string
	}{
		{"the first run reads it", keep, asRDS(f.password()), 1, ""},
		{"the second knows it", keep, "", 0, ""},
		{"one that was refused is read again", outdate, asRDS(f.password()), 1, ""},
		{"and then known", keep, "", 0, ""},
		{"again, but once", forget, asRDS("s3cret-hunter"), 2, "tally_reader"},
		{"not JSON", forget, "s3cret-hunter", 1, "it is not what RDS writes"},
		{"no password", forget, `{"username":"s3cret-hunter"}`, 1, "it is not what RDS writes"},
		{"no such secret", forget, "", 1, "ResourceNotFoundException"},
	} {
		step.before()
		manager.serve(step.secret)
		_, err := source.Count(t.Context(), queryOf("secret", "any", "n = 1"))
		t.Log(step.name)
		checkLogin(t, err, step.want, "s3cret-hunter")
		if manager.reads != step.reads {
			t.Errorf("%d reads, want %d", manager.reads, step.reads)
		}
	}
}

// secretsManager speaks as much of the protocol of Secrets Manager as it takes to
// read one secret.
type secretsManager struct {
	secret string // empty: there is none
	reads  int
}

func (m *secretsManager) serve(secret string) { m.secret, m.reads = secret, 0 }

func (m *secretsManager) start(t *testing.T) SecretReader {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.reads++
		var request struct{ SecretId string }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.SecretId != secretARN ||
			r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" {
			t.Errorf("request is %+v (%v) to %q", request, err, r.Header.Get("X-Amz-Target"))
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if m.secret == "" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}`))
			return
		}
		if err := json.NewEncoder(w).Encode(map[string]string{"ARN": secretARN, "SecretString": m.secret}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return ReadSecrets(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
}

// A reader that cannot be asked is not asked twice.
func TestSecretCannotBeRead(t *testing.T) {
	reads := 0
	kept := newSecrets(func(context.Context, string) (string, error) {
		reads++
		return "", errors.New("no route")
	}, secretPause)
	if _, err := kept.login(t.Context(), secretARN, "tally_reader"); err == nil || !strings.Contains(err.Error(), "read secret "+secretARN+": no route") {
		t.Errorf("got %v", err)
	}
	if reads != 1 || len(kept.logins) != 0 {
		t.Errorf("%d reads, and it remembers %v", reads, kept.logins)
	}
	// What is no RDS secret but has a password works with the configured user.
	kept.read = func(context.Context, string) (string, error) { return `{"password":"p"}`, nil }
	got, err := kept.login(t.Context(), secretARN, "tally_reader")
	if difference := cmp.Diff([2]string{"tally_reader", "p"}, [2]string{got.user, got.password}); difference != "" || err != nil {
		t.Errorf("login (-want +got): %v\n%s", err, difference)
	}
}

func TestTokenIsPresignedWithoutTheKey(t *testing.T) {
	sign := SignRDS(aws.Config{
		Region:      "ap-northeast-2",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "s3cret-hunter", "session"),
	})
	const endpoint = "app.xyz.ap-northeast-2.rds.amazonaws.com:3306"
	token, err := sign(t.Context(), endpoint, "tally_reader")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{endpoint + "?Action=connect", "DBUser=tally_reader", "X-Amz-Expires=900", "ap-northeast-2%2Frds-db", "X-Amz-Signature="} {
		if !strings.Contains(token, want) {
			t.Errorf("token %q does not hold %q", token, want)
		}
	}
	if strings.Contains(token, "s3cret-hunter") {
		t.Error("the token holds the secret key")
	}
}
