package sqlsource

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/signed"
)

// SecretReader returns the text of a secret.
type SecretReader func(ctx context.Context, arn string) (string, error)

// ReadSecrets reads from Secrets Manager.
func ReadSecrets(config aws.Config) SecretReader {
	client := signed.NewJSON(config, "secretsmanager", "secretsmanager")
	return func(ctx context.Context, arn string) (string, error) {
		var secret struct{ SecretString string }
		_, err := client.Call(ctx, "GetSecretValue", map[string]string{"SecretId": arn}, &secret)
		return secret.SecretString, err
	}
}

const (
	secretTime  = 4 * time.Second  // for reading a secret, less than connectTimeout
	secretPause = 30 * time.Second // without another try after a read that got no answer
)

// secrets remember logins from one run to the next, because reading a secret costs money
// and time.
type secrets struct {
	read   SecretReader
	pause  time.Duration // secretPause, but for tests
	mutex  sync.Mutex
	logins map[string]login
	failed map[string]failedRead
}

// failedRead is a read that got no answer. Until its end, reads of the same secret fail
// at once with the same error. Otherwise each job would wait.
type failedRead struct {
	err   error
	until time.Time
}

func newSecrets(read SecretReader, pause time.Duration) *secrets {
	return &secrets{read: read, pause: pause, logins: map[string]login{}, failed: map[string]failedRead{}}
}

// errSecretForm does not quote the secret.
var errSecretForm = errors.New(`it is not what RDS writes; the secret must be JSON with a password, such as {"username":"tally_reader","password":"…"}`)

// login is the login of a secret. What RDS writes has a username, which may change when
// the secret rotates. A secret without one is for the given username.
//
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
func (s *secrets) login(ctx context.Context, arn, username string) (login, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if known, found := s.logins[arn]; found {
		return known, nil
	}
	text, err := s.readOnce(ctx, arn)
	var content struct{ Username, Password string }
	if err == nil && (json.Unmarshal([]byte(text), &content) != nil || content.Password == "") {
		err = errSecretForm
	}
	if err != nil {
		return login{}, fmt.Errorf("read secret %s: %w", arn, err)
	}
	s.logins[arn] = login{cmp.Or(content.Username, username), content.Password}
	return s.logins[arn], nil
}

// readOnce reads a secret, unless Secrets Manager did not answer shortly before.
func (s *secrets) readOnce(ctx context.Context, arn string) (string, error) {
	if last := s.failed[arn]; time.Now().Before(last.until) {
		return "", last.err
	}
	reading, cancel := context.WithTimeout(ctx, secretTime)
	defer cancel()
	text, err := s.read(reading, arn)
	if _, isNetwork := errors.AsType[net.Error](err); !isNetwork || ctx.Err() != nil {
		return text, err
	}
	err = notAsleepError{fmt.Errorf("no answer from Secrets Manager; in a VPC without a way to it, the environment needs secrets_endpoint: %w", err)}
	s.failed[arn] = failedRead{err, time.Now().Add(s.pause)}
	return "", err
}

func (s *secrets) forget(arn string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.logins, arn)
}
