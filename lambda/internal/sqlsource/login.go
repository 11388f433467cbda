package sqlsource

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
)

// loginMaker makes a user's name and password at connect time, because passwords
// expire and change.
type loginMaker func(context.Context) (login, error)

type login struct{ user, password string }

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
