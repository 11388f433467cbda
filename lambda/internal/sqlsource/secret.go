package sqlsource

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// SecretReader returns the text of a secret.
type SecretReader func(ctx context.Context, arn string) (string, error)

// ReadSecrets reads from Secrets Manager.
func ReadSecrets(config aws.Config) SecretReader {
	client := secretsmanager.NewFromConfig(config)
	return func(ctx context.Context, arn string) (string, error) {
		secret, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
		if err != nil {
			return "", err
		}
		return aws.ToString(secret.SecretString), nil
	}
}

// secrets remember logins from one run to the next: a secret that is read for each
// costs money and time.
type secrets struct {
	read  SecretReader
	mutex sync.Mutex
	known map[string]login
}

// errSecretForm does not quote the secret.
var errSecretForm = errors.New(`it is not what RDS writes; the secret must be JSON with a password, such as {"username":"tally_reader","password":"…"}`)

// login is the login of a secret: what RDS writes has a username, which may change
// when the secret rotates; for others it is the given one.
//
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
func (s *secrets) login(ctx context.Context, arn, username string) (login, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if known, found := s.known[arn]; found {
		return known, nil
	}
	text, err := s.read(ctx, arn)
	if err != nil {
		return login{}, fmt.Errorf("read secret %s: %w", arn, err)
	}
	var content struct{ Username, Password string }
	if json.Unmarshal([]byte(text), &content) != nil || content.Password == "" {
		return login{}, fmt.Errorf("read secret %s: %w", arn, errSecretForm)
	}
	made := login{cmp.Or(content.Username, username), content.Password}
	s.known[arn] = made
	return made, nil
}

func (s *secrets) forget(arn string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.known, arn)
}
