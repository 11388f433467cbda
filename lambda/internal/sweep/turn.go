package sweep

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
)

// inTurn orders gaps so that a slow one cannot keep the same others waiting for ever: after each
// two sweeps the order is another one, as if by chance, and the second of the two goes through
// it from its end.
func inTurn(gaps []DueSlot, now time.Time) []DueSlot {
	turn := now.Unix() / int64(contract.SweepEvery/time.Second)
	places := make(map[DueSlot]string, len(gaps))
	for _, g := range gaps {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", turn/2, g.Job.Name, g.Slot.Time.Unix()))
		places[g] = string(sum[:])
	}
	slices.SortFunc(gaps, func(a, b DueSlot) int { return strings.Compare(places[a], places[b]) })
	if turn%2 == 1 {
		slices.Reverse(gaps)
	}
	return gaps
}
