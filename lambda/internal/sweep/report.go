package sweep

import (
	"sync"

	"tally/lambda/contract"
)

// report notes in a sweep's answer what became of each gap and recount. It may be used
// concurrently.
type report struct {
	mutex  sync.Mutex
	answer *contract.SweepAnswer
	lists  map[verdict]*contract.SweptSlots
}

func newReport(answer *contract.SweepAnswer) *report {
	return &report{answer: answer, lists: map[verdict]*contract.SweptSlots{
		recovered: &answer.Recovered, missed: &answer.Missed, failed: &answer.Failed, pending: &answer.Pending, filled: {},
	}}
}

func (r *report) add(g DueSlot, result verdict, why string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	lastChance := g.isLast(r.answer.From)
	if g.Recount != nil {
		r.addRecount(g, result, why, lastChance)
		return
	}
	if result == pending && lastChance {
		result = failed
	}
	r.lists[result].Add(g.swept(why))
	if result == failed && lastChance {
		r.answer.GivenUp.Add(g.swept(why))
	}
}

// addRecount notes a recount. One that is pending is tried by the next sweep, if there is one
// for it.
func (r *report) addRecount(g DueSlot, result verdict, why string, lastChance bool) {
	switch {
	case result != pending:
		r.answer.Recounted.Add(g.swept(why))
	case lastChance:
		r.answer.GivenUp.Add(g.swept("not counted again " + g.Recount.Reason + ": " + why))
	}
}
