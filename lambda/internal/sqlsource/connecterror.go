package sqlsource

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// notAsleepError means that it does not help to wait for the database to wake.
type notAsleepError struct{ error }

func (e notAsleepError) Unwrap() error { return e.error }

// connectError says in words why there is no connection to a target. silent tells that
// the time for it is over.
func (to target) connectError(err error, said *greeting, silent bool) error {
	err = serverError(err)
	if errors.As(err, new(*answerError)) {
		return err
	}
	shown := err
	if to.atURL {
		if shown = innermost(err); isBroken(err) {
			shown = fmt.Errorf("%w: %w", errLost, shown)
		}
	}
	wanted, other := said.wanted, said.otherServer()
	switch {
	case other != "":
		return notAsleepError{fmt.Errorf("what answers is %s, not %s; see the host, the port and the engine", other, wanted.product)}
	case wanted.refusal != "" && string(said.first) == wanted.refusal && !silent:
		return notAsleepError{fmt.Errorf("the server has no TLS; %s: %w", wanted.switchOn, shown)}
	case noCommonTLS(err):
		return notAsleepError{fmt.Errorf("the server has no TLS that this program takes: version 1.2 or later, with ECDHE. %s: %w", wanted.oldTLS, shown)}
	case silent && len(said.first) > 0:
		return fmt.Errorf("the server began to answer and did not end within %s: %w", connectTimeout, shown)
	case silent && said.open:
		return fmt.Errorf("the server said nothing for %s; see whether it is %s (others may wait for their client to begin), and awake: %w", connectTimeout, wanted.product, shown)
	case silent:
		return fmt.Errorf("no answer within %s; see whether security groups and routes let the function through: %w", connectTimeout, shown)
	}
	return shown
}

// noCommonTLS tells whether client and server could not agree on how to encrypt.
// Package tls exports no type for such errors.
func noCommonTLS(err error) bool {
	return slices.ContainsFunc([]string{
		"tls: handshake failure", "tls: protocol version not supported", "tls: insufficient security level", "tls: server selected unsupported",
	}, func(text string) bool { return strings.Contains(err.Error(), text) })
}

// innermost is the cause of an error, without what names the host, the user or the
// database on the way.
func innermost(err error) error {
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New(name.Err)
	}
	if errors.As(err, &x509.HostnameError{}) {
		return errors.New("the certificate is for another host")
	}
	for {
		var joined interface{ Unwrap() []error }
		cause := errors.Unwrap(err)
		if cause == nil && errors.As(err, &joined) {
			all := joined.Unwrap()
			cause = all[len(all)-1]
		}
		if cause == nil {
			return err
		}
		err = cause
	}
}
