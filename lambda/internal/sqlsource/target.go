package sqlsource

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// applicationName is how a run shows in the database's list of connections.
const applicationName = "tally"

// target is a database and the way in.
type target struct {
	dialect   dialect
	connector driver.Connector
	atURL     bool          // a variable points to it, and errors show nothing of its URL
	forget    func()        // drops a login that is remembered; nil if none is
	wake      time.Duration // how long the database may take to wake
}

// findTarget finds the database of a key.
func (s *Source) findTarget(key string) (target, error) {
	variable := contract.DatabaseVariable(key)
	if value := s.options.Variable(variable); value != "" {
		found, err := urlTarget(value, s.dial)
		if err != nil {
			return target{}, count.Permanentf("%s: %w", variable, err)
		}
		return found, nil
	}
	database, known := s.options.Databases[key]
	switch {
	case known:
		return s.configuredTarget(database)
	case len(s.options.Databases) == 0:
		return target{}, count.Permanentf("not configured; %s is not set and no environment is chosen: set it, or choose one", variable)
	}
	return target{}, count.Permanentf("not configured; the environment has %s, and %s is not set",
		strings.Join(slices.Sorted(maps.Keys(s.options.Databases)), ", "), variable)
}

// configuredTarget is a configured database.
func (s *Source) configuredTarget(database contract.Database) (target, error) {
	engine := findEngine(func(e *engine) bool { return e.name == database.Engine })
	if engine == nil {
		return target{}, count.Permanentf("engine %q is not known", database.Engine)
	}
	found := target{dialect: engine.dialect(), wake: s.options.Wake}
	var makeLogin loginMaker
	switch database.Auth {
	case contract.AuthIAM:
		makeLogin = func(ctx context.Context) (login, error) {
			token, err := s.options.Sign(ctx, endpoint(database), database.Username)
			if err != nil {
				return login{}, fmt.Errorf("sign a token: %w", err)
			}
			return login{database.Username, token}, nil
		}
	case contract.AuthSecret:
		makeLogin = func(ctx context.Context) (login, error) {
			return s.secrets.login(ctx, database.SecretARN, database.Username)
		}
		found.forget = func() { s.secrets.forget(database.SecretARN) }
	default:
		return target{}, count.Permanentf("auth %q is not known", database.Auth)
	}
	verified, err := s.verifiedTLS(database.Host)
	if err != nil {
		return target{}, count.Permanentf("certificates: %w", err)
	}
	if found.connector, err = found.dialect.connectorForLogin(database, verified, makeLogin, s.dial.recording); err != nil {
		return target{}, count.Permanentf("%w", err)
	}
	return found, nil
}

// urlTarget is the database that a URL points to.
func urlTarget(value string, dial dialer) (target, error) {
	at, engine, err := parseURL(value)
	if err != nil {
		return target{}, err
	}
	found := target{dialect: engine.dialect(), atURL: true}
	found.connector, err = found.dialect.connectorForURL(at, dial.recording)
	return found, err
}

func endpoint(database contract.Database) string {
	return net.JoinHostPort(database.Host, strconv.Itoa(database.Port))
}

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
