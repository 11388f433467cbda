package faults_test

import (
	"context"
	"errors"
	"sync"
)

// errCutOff is the end of an invocation that was cut off, whatever it did.
var errCutOff = errors.New("cut off")

// invocations are those in this process, which may be cut off: their contexts end. They still do
// what code does then, such as stopping a query. The campaigns of kills kill processes.
type invocations struct{ all sync.Map }

// run makes an invocation.
func (i *invocations) run(ctx context.Context, do func(context.Context) error) error {
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	i.all.Store(&ctx, cut)
	defer i.all.Delete(&ctx)
	err := do(ctx)
	if context.Cause(ctx) == errCutOff {
		return errCutOff
	}
	return err
}

// cutter cuts off the invocations that there are now, when it is called.
func (i *invocations) cutter() func() {
	var now []context.CancelCauseFunc
	i.all.Range(func(_, cut any) bool {
		now = append(now, cut.(context.CancelCauseFunc))
		return true
	})
	return func() {
		for _, cut := range now {
			cut(errCutOff)
		}
	}
}
