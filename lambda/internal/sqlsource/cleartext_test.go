package sqlsource

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"tally/lambda/contract"
)

// A token goes to a server of RDS as it is. The password of a secret never does, whatever the
// server asks for: it may be good for years.
func TestOnlyTokensAreSentAsTheyAre(t *testing.T) {
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	defer certified.Close()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw})
	for auth, sent := range map[string]bool{contract.AuthIAM: true, contract.AuthSecret: false} {
		listener := listen(t)
		defer listener.Close()
		heard := make(chan string, 1)
		go func() { heard <- asksForClearText(listener, certified.TLS) }()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		number, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		source := New(Options{
			Databases: map[string]contract.Database{"app": {
				Engine: contract.EngineMySQL, Host: "127.0.0.1", Port: number, DBName: "app", Username: "tally_reader", Auth: auth, SecretARN: secretARN,
			}},
			Variable:    func(string) string { return "" },
			Authorities: func() ([]byte, error) { return authority, nil },
			Sign:        func(context.Context, string, string) (string, error) { return "passw0rd", nil },
			Secret:      func(context.Context, string) (string, error) { return `{"password":"passw0rd"}`, nil },
		})
		_, err = source.Count(t.Context(), queryOf("token", "any", "n = 1"))
		if said := <-heard; err == nil || !strings.Contains(said, "tally_reader") || strings.Contains(said, "passw0rd") != sent {
			t.Errorf("auth: %s: %v; the server heard %q", auth, err, said)
		}
	}
}

// asksForClearText is a server of MySQL with TLS that wants the password as it is. It returns
// what it was told within TLS.
func asksForClearText(listener net.Listener, config *tls.Config) string {
	plain, err := listener.Accept()
	if err != nil {
		return ""
	}
	defer plain.Close()
	const withTLS = 0x0800
	_, _ = io.WriteString(plain, strings.Replace(mySQLGreeting, "\x00\xa2", "\x00"+string([]byte{0xa2 | withTLS>>8}), 1))
	if _, err := io.ReadFull(plain, make([]byte, 4+32)); err != nil { // it asks for TLS
		return ""
	}
	conn := tls.Server(plain, config)
	defer conn.Close()
	var heard strings.Builder
	buffer := make([]byte, 4096)
	for first := true; ; first = false {
		n, err := conn.Read(buffer)
		heard.Write(buffer[:n])
		if err != nil {
			return heard.String()
		}
		if first { // a login in another form
			_, _ = io.WriteString(conn, "\x16\x00\x00\x03"+"\xfe"+"mysql_clear_password\x00")
		} else {
			return heard.String()
		}
	}
}
