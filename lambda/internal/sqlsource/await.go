package sqlsource

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// WakeTime is how long a run may wait for a database to wake: a paused Aurora
// cluster takes some 15 seconds, and 30 or more after a day. A run that fails
// instead comes again only a minute later.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
const WakeTime = 60 * time.Second

const (
	wakePause  = time.Second // between two tries, where the answer is quick
	wakeShares = 3           // it waits no longer than one of these, of what is left of the run
)

// await connects, and again while the database may be waking.
func await(ctx context.Context, to target) (*session, error) {
	wait := to.wake
	if deadline, limited := ctx.Deadline(); limited {
		wait = min(wait, time.Until(deadline)/wakeShares)
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	begun := time.Now()
	for {
		s, err := connect(ctx, to) // which has a time of its own
		if err == nil || to.wake == 0 || !mayWake(err) {
			return s, err
		}
		select {
		case <-time.After(wakePause):
		case <-waiting.Done():
		}
		if waiting.Err() != nil {
			return nil, fmt.Errorf("tried for %s: %w", time.Since(begun).Round(time.Second), err)
		}
	}
}

// mayWake tells whether an error is what a database gives that wakes: silence, a
// connection that is refused or breaks off, or an answer about its own state. A
// server that is another, a bad certificate, a refused login and a name that does not exist are as they are.
func mayWake(err error) bool {
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	var answer *answerError
	var network net.Error
	switch {
	case errors.As(err, &otherServerError{}), errors.As(err, &unreachableError{}):
		return false
	case errors.As(err, &certificate):
		return false
	case errors.As(err, &name):
		return !name.IsNotFound
	case errors.As(err, &answer):
		return answer.transient
	}
	return errors.As(err, &network) || isBroken(err)
}
