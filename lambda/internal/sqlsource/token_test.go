package sqlsource

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// testToken connects as with auth: iam; the reader's password stands for the token.
func testToken(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE token (n integer)")
	ours, others := newAuthority(t), newAuthority(t)
	if f.postgres() {
		f.serveTLS(t, ours, "localhost")
	}
	reader := mustURL(f.server.ReaderURL)
	password, _ := reader.User.Password()
	port, err := strconv.Atoi(reader.Port())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name      string
		host      string
		authority authority
		token     string
		want      string // "" for success
	}{
		{"verified", "localhost", ours, password, ""},
		{"another authority", "localhost", others, password, "certificate"},
		{"another host name", "127.0.0.1", ours, password, "127.0.0.1"},
		{"a wrong token", "localhost", ours, "expired-token", "tally_reader"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !f.postgres() {
				test.want = "TLS" // the server speaks none, and gets no token
			}
			signed := ""
			source := New(Options{
				Databases: map[string]contract.Database{"app": {
					Engine: f.server.Engine, Host: test.host, Port: port,
					DBName: strings.TrimPrefix(reader.Path, "/"), Username: reader.User.Username(), Auth: contract.AuthIAM,
				}},
				Variable: func(string) string { return "" },
				CAFile:   test.authority.file,
				Sign: func(_ context.Context, endpoint, username string) (string, error) {
					signed = username + "@" + endpoint
					return test.token, nil
				},
			})
			_, err := source.Count(t.Context(), queryOf("token", "any", "n = 1"))
			if want := "tally_reader@" + net.JoinHostPort(test.host, reader.Port()); signed != want {
				t.Errorf("the token was made for %q, want %q", signed, want)
			}
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || count.IsPermanent(err)):
				t.Errorf("got %v, want a transient failure that says %q", err, test.want)
			case err != nil && strings.Contains(err.Error(), test.token):
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

// serveTLS makes PostgreSQL speak TLS, with files that it writes itself because
// it runs as another user than the test, perhaps.
func (f fixture) serveTLS(t *testing.T, by authority, name string) {
	t.Helper()
	certificate, key := by.issue(t, name)
	for file, content := range map[string]string{"server.crt": certificate, "server.key": key} {
		f.exec(t, fmt.Sprintf("COPY (SELECT unnest(string_to_array('%s', chr(10)))) TO PROGRAM 'umask 077; cat > %s'", content, file))
	}
	f.exec(t, "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
	for range 500 {
		var on string
		if err := f.admin.QueryRowContext(t.Context(), "SHOW ssl").Scan(&on); err != nil {
			t.Fatal(err)
		}
		if on == "on" {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("PostgreSQL did not switch TLS on")
}

// authority is a certificate authority, whose certificate lies in file.
type authority struct {
	file        string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, encodePEM("CERTIFICATE", der), 0o600); err != nil {
		t.Fatal(err)
	}
	return authority{file: file, certificate: certificate, key: key}
}

// issue makes a certificate for a host name and its key, as PEM.
func (a authority) issue(t *testing.T, name string) (certificate, key string) {
	t.Helper()
	private := newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}, a.certificate, private.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(encodePEM("CERTIFICATE", der)), string(encodePEM("PRIVATE KEY", encoded))
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func encodePEM(kind string, content []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
}

func TestSignRDS(t *testing.T) {
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
