package sqlsource

import (
	"context"
	"database/sql/driver"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// applicationName is how a run shows in the database's list of connections.
const applicationName = "tally"

// target is a database and the way in.
type target struct {
	dialect   dialect
	connector driver.Connector
	// atURL is a database that a variable points to, of which errors show nothing.
	atURL bool
	// forget drops the login, which is made anew for the next connection; nil if
	// it is made for each.
	forget func()
	// wake is how long the database may take to wake.
	wake time.Duration
}

// target finds the database of a key.
func (s *Source) target(key string) (target, error) {
	variable := contract.DatabaseVariable(key)
	if value := s.options.Variable(variable); value != "" {
		found, err := targetAt(value, s.dial)
		if err != nil {
			return target{}, count.Permanentf("%s: %w", variable, err)
		}
		return found, nil
	}
	database, known := s.options.Databases[key]
	switch {
	case known:
		return s.targetOf(database)
	case len(s.options.Databases) == 0:
		return target{}, count.Permanentf("not configured; %s is not set and no environment is chosen", variable)
	}
	return target{}, count.Permanentf("not configured; the environment has %s, and %s is not set",
		strings.Join(slices.Sorted(maps.Keys(s.options.Databases)), ", "), variable)
}

// targetOf is a configured database.
func (s *Source) targetOf(database contract.Database) (target, error) {
	dialect, known := newDialect(database.Engine)
	if !known {
		return target{}, count.Permanentf("engine %q is not known", database.Engine)
	}
	login, err := s.loginTo(database)
	if err != nil {
		return target{}, err
	}
	verified, err := s.verifiedTLS(database.Host)
	if err != nil {
		return target{}, count.Permanentf("certificates: %w", err)
	}
	found := target{dialect: dialect, wake: s.options.Wake}
	if found.connector, err = dialect.withLogin(database, verified, login, s.dial.heard); err != nil {
		return target{}, count.Permanentf("%w", err)
	}
	if database.Auth == contract.AuthSecret {
		found.forget = func() { s.secrets.forget(database.SecretARN) }
	}
	return found, nil
}

// loginTo is how to log in to a configured database.
func (s *Source) loginTo(database contract.Database) (loginMaker, error) {
	switch database.Auth {
	case contract.AuthIAM:
		return func(ctx context.Context) (login, error) {
			token, err := s.options.Sign(ctx, endpoint(database), database.Username)
			if err != nil {
				return login{}, fmt.Errorf("sign a token: %w", err)
			}
			return login{database.Username, token}, nil
		}, nil
	case contract.AuthSecret:
		return func(ctx context.Context) (login, error) {
			return s.secrets.login(ctx, database.SecretARN, database.Username)
		}, nil
	}
	return nil, count.Permanentf("auth %q is not known", database.Auth)
}

// targetAt is the database that a URL points to.
func targetAt(value string, dial dialer) (target, error) {
	at, err := parseURL(value)
	if err != nil {
		return target{}, err
	}
	dialect, _ := newDialect(schemes[at.Scheme])
	found := target{dialect: dialect, atURL: true}
	found.connector, err = dialect.atURL(at, dial.heard)
	return found, err
}

func endpoint(database contract.Database) string {
	return net.JoinHostPort(database.Host, strconv.Itoa(database.Port))
}
