package sweep_test

import (
	"context"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/sweep"
)

// slowLambda has a counter that never ends for one slot.
type slowLambda struct {
	*world
	slot string
}

func (s *slowLambda) Invoke(ctx context.Context, function string, payload []byte) (sweep.Reply, error) {
	if request, err := contract.ParseEvent(payload); err == nil {
		if event, ok := request.(contract.Event); ok && event.ScheduledTime.Format(time.RFC3339) == s.slot {
			<-ctx.Done()
			return sweep.Reply{}, ctx.Err()
		}
	}
	return s.world.Invoke(ctx, function, payload)
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
