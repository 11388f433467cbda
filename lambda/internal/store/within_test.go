package store

import (
	"testing"
	"time"
)

// The largest records that synth accepts have some 200 MB for 16 cases, and more for
// more. Twenty seconds are too few to send them.
func TestTimeToSend(t *testing.T) {
	for size, want := range map[int64]time.Duration{2 << 10: requestTime, 200 << 20: requestTime + 50*time.Second} {
		if got := timeToSend(size); got != want {
			t.Errorf("%d bytes have %s, want %s", size, got, want)
		}
	}
}
