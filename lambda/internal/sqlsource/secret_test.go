package sqlsource

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
)

// Secrets Manager takes the connection and says nothing, as in a VPC without a way to
// it. A run does not wait for the database to wake, and the next does not ask again.
func TestUnreachableSecretIsAskedForOnce(t *testing.T) {
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	url := "http://" + silent.Addr().String()
	asked := 0
	read := ReadSecrets(aws.Config{Region: "ap-northeast-2", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")})
	source := New(Options{
		Databases: map[string]contract.Database{"app": {Engine: contract.EnginePostgres, Host: "127.0.0.1", Port: 1, DBName: "app", Username: "u", Auth: contract.AuthSecret, SecretARN: secretARN}},
		Variable:  func(string) string { return "" },
		Secret: func(ctx context.Context, arn string) (string, error) {
			asked++
			return read(ctx, arn)
		},
		Authorities: reading(otherAuthority(t)),
		Wake:        WakeTime,
	})
	begun := time.Now()
	for range 3 {
		_, err := source.Count(t.Context(), queryOf("secret", "any", "n = 1"))
		if err == nil || !strings.Contains(err.Error(), "read secret "+secretARN+": no answer from Secrets Manager") {
			t.Fatalf("got %v", err)
		}
		if text := err.Error(); strings.Contains(text, "security groups") || strings.Contains(text, "tried for") {
			t.Errorf("it blames the database: %s", text)
		}
	}
	if took := time.Since(begun); asked != 1 || took > connectTimeout+2*time.Second {
		t.Errorf("asked %d times in %s", asked, took)
	}
}

func TestSecretIsAskedForAgainAfterThePause(t *testing.T) {
	reads, failure := 0, error(&net.OpError{Op: "dial", Err: errors.New("no route")})
	read := newSecrets(func(context.Context, string) (string, error) {
		reads++
		return "text", failure
	}, 20*time.Millisecond).readOnce
	for range 2 {
		if _, err := read(t.Context(), "a"); !errors.As(err, &notAsleepError{}) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := read(t.Context(), "b"); err == nil || reads != 2 {
		t.Errorf("%d reads, want one of each secret", reads)
	}
	time.Sleep(30 * time.Millisecond)
	failure = nil
	if text, err := read(t.Context(), "a"); text != "text" || err != nil || reads != 3 {
		t.Errorf("got %q, %v after %d reads", text, err, reads)
	}
	failure = errors.New("access denied")
	for range 2 {
		_, _ = read(t.Context(), "a")
	}
	if reads != 5 {
		t.Errorf("%d reads: an answer is no reason not to ask again", reads)
	}
}

// A run whose own time ended says nothing about Secrets Manager.
func TestARunThatEndsBlamesNoSecret(t *testing.T) {
	kept := newSecrets(func(ctx context.Context, _ string) (string, error) {
		if err := ctx.Err(); err != nil {
			return "", context.DeadlineExceeded // which is a net.Error
		}
		return `{"password":"p"}`, nil
	}, secretPause)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := kept.login(ended, secretARN, "tally_reader"); err == nil {
		t.Error("a run that has ended reads a secret")
	}
	if got, err := kept.login(t.Context(), secretARN, "tally_reader"); err != nil || got.password != "p" {
		t.Errorf("the next run: %v", err)
	}
}
