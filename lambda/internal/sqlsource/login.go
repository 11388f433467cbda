package sqlsource

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Signer makes a password for a user of the database at endpoint (host:port).
type Signer func(ctx context.Context, endpoint, username string) (token string, err error)

// SignRDS makes IAM database tokens, which are valid for 15 minutes and count at
// connect time only. Signing asks nobody: the token is a presigned request with
// the function's own credentials, in its own region.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
func SignRDS(config aws.Config) Signer {
	return func(ctx context.Context, endpoint, username string) (string, error) {
		return auth.BuildAuthToken(ctx, endpoint, config.Region, username, config.Credentials)
	}
}

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

// secrets remember logins from one run to the next: reading a secret costs money and
// time.
type secrets struct {
	read  SecretReader
	mutex sync.Mutex
	known map[string]login
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
	if known, found := s.known[arn]; found {
		return known, nil
	}
	text, err := s.read(ctx, arn)
	var content struct{ Username, Password string }
	if err == nil && (json.Unmarshal([]byte(text), &content) != nil || content.Password == "") {
		err = errSecretForm
	}
	if err != nil {
		return login{}, fmt.Errorf("read secret %s: %w", arn, err)
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

// verifiedTLS accepts a server only with a certificate for host, signed by one of
// the authorities.
func (s *Source) verifiedTLS(host string) (*tls.Config, error) {
	pem, err := s.options.Authorities()
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		return nil, errors.New("the authorities' file holds none")
	}
	return &tls.Config{RootCAs: authorities, ServerName: host, MinVersion: tls.VersionTLS12}, nil
}
