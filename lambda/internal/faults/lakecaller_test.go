package faults_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/contract"
	"tally/test/faults"
)

// callerOf is the access key of the invocations that count a slot. The SQL of a state does not say
// which slot it is for.
func callerOf(job string, slot time.Time) string {
	return job + "-" + slot.UTC().Format("20060102T1504Z")
}

type callerKey struct{}

// counting is the context of an invocation for an event.
func counting(ctx context.Context, event contract.Event) context.Context {
	return context.WithValue(ctx, callerKey{}, callerOf(event.Job, event.ScheduledTime))
}

// sign returns the credentials of the invocation.
func sign(ctx context.Context) (aws.Credentials, error) {
	caller, _ := ctx.Value(callerKey{}).(string)
	return aws.Credentials{AccessKeyID: caller, SecretAccessKey: "secret"}, nil
}

// knowCallers notes for which slot each query begins. Two slots have no query in common.
func (l *lake) knowCallers(deal func(faults.Call) faults.Fault) func(faults.Call) faults.Fault {
	return func(call faults.Call) faults.Fault {
		if call.Token != "" {
			if first, known := l.callers.LoadOrStore(call.Token, call.Caller); known && first != call.Caller {
				l.mutex.Lock()
				l.run.Wrongf("%s joins a query of %s", call.Caller, first)
				l.mutex.Unlock()
			}
		}
		return deal(call)
	}
}
