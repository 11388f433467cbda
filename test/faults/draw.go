package faults

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// Draw makes the random numbers for one thing of a run, such as a request. They follow from the
// seed and the thing alone, in whatever order concurrent requests come.
func (r *Run) Draw(of any) *rand.Rand {
	name := fnv.New64a()
	_, _ = fmt.Fprint(name, of)
	return rand.New(rand.NewPCG(r.Seed, name.Sum64()))
}

// Pick draws one of several.
func Pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }
