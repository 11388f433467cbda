package faults_test

import (
	"context"
	"errors"
	"sync"
)

// errKilled is the end of an invocation that was killed, whatever it did.
var errKilled = errors.New("killed")

// mortals are invocations in this process that may be killed.
type mortals struct{ all sync.Map }

// run makes an invocation.
func (m *mortals) run(ctx context.Context, do func(context.Context) error) error {
	ctx, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	m.all.Store(&ctx, kill)
	defer m.all.Delete(&ctx)
	err := do(ctx)
	if context.Cause(ctx) == errKilled {
		return errKilled
	}
	return err
}

// killer kills the invocations that there are now, when it is called.
func (m *mortals) killer() func() {
	var now []context.CancelCauseFunc
	m.all.Range(func(_, kill any) bool {
		now = append(now, kill.(context.CancelCauseFunc))
		return true
	})
	return func() {
		for _, kill := range now {
			kill(errKilled)
		}
	}
}
