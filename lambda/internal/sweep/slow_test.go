package sweep_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"tally/lambda/contract"
)

// slowLambda has a counter that never ends for one slot.
type slowLambda struct {
	*world
	slot string
}

func (s *slowLambda) Invoke(ctx context.Context, input *lambda.InvokeInput, options ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	if request, err := contract.ParseEvent(input.Payload); err == nil {
		if event, ok := request.(contract.Event); ok && event.ScheduledTime.Format(time.RFC3339) == s.slot {
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}
	return s.world.Invoke(ctx, input, options...)
}

// sweep sweeps with little time, and reports what it did within that.
func (s *slowLambda) sweep(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second) // of which it keeps 5 to report and wants 2 to begin
	defer cancel()
	answer, err := s.sweeper.Sweep(ctx)
	if err != nil || ctx.Err() != nil || answer.Failed.Total != 0 {
		t.Errorf("the sweep says %+v (%v)", answer, err)
	}
}
