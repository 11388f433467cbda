package sqlsource

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"tally/lambda/internal/pause"
)

// WakeTime is how long a run may wait for a database to wake. A paused Aurora cluster
// takes some 15 seconds, and 30 or more after a day. A run that fails instead is tried
// again only a minute later. A run also waits for at most a third of its time, which is why
// docs/deploying.md asks for a timeout_seconds of three times as much.
//
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
const WakeTime = 60 * time.Second

const (
	wakePause    = time.Second // between two tries, where the answer is quick
	wakeFraction = 3           // a run waits for at most 1/3 of its time
)

// connectAwake connects, and again while the database may be waking.
func connectAwake(ctx context.Context, to target) (*session, error) {
	wait := to.wake
	if deadline, limited := ctx.Deadline(); limited {
		wait = min(wait, time.Until(deadline)/wakeFraction)
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	begun := time.Now()
	for {
		s, err := connect(ctx, to) // has a timeout of its own
		if err == nil || to.wake == 0 || !mayWake(err) {
			return s, err
		}
		pause.For(waiting, wakePause)
		if waiting.Err() != nil {
			return nil, fmt.Errorf("tried for %s: %w", time.Since(begun).Round(time.Second), err)
		}
	}
}

// mayWake tells whether an error is what a database gives that wakes: silence, a
// connection that is refused or breaks off, or an answer about its own state. It is not
// another kind of server, a bad certificate, a refused login or an unknown name.
func mayWake(err error) bool {
	if errors.As(err, &notAsleepError{}) || errors.As(err, new(*tls.CertificateVerificationError)) {
		return false
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return !name.IsNotFound
	}
	if answer, ok := errors.AsType[*answerError](err); ok {
		return answer.transient
	}
	return errors.As(err, new(net.Error)) || isBroken(err)
}
