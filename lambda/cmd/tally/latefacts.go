package main

import (
	"fmt"
	"math"
	"slices"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// lateFacts say how late the rows of a job arrive, as --json prints them.
type lateFacts struct {
	Job       string    `json:"job"`
	Label     string    `json:"label,omitempty"`
	Case      string    `json:"case"`      // whose counts are compared
	Slots     int       `json:"slots"`     // with a record
	Recounted int       `json:"recounted"` // of them, counted more than once
	LeftOut   int       `json:"left_out"`  // of them, that cannot be read
	Ages      []ageFact `json:"ages"`
	// DelaySeconds is from the end of the window to the slot, and AdvisedSeconds what it should
	// be; null if that cannot be told, or if no schedule can be so late.
	DelaySeconds   int64   `json:"delay_seconds"`
	AdvisedSeconds *int64  `json:"advised_delay_seconds"`
	ShareWanted    float64 `json:"share_wanted"`
	Advice         string  `json:"advice"`
}

// ageFact is what was found until an age, which is a time since the window's end, by slots
// that were counted until then and again after it. The last age is about all slots.
type ageFact struct {
	WithinSeconds int64      `json:"within_seconds"`
	Slots         int        `json:"slots"`
	Found         int64      `json:"found"` // of Of
	Of            int64      `json:"of"`    // what the last counts found
	Share         *float64   `json:"share"` // in percent, cut off after two decimals; null if Of is 0
	Gone          int64      `json:"gone"`  // what was found until then, and not by the last counts
	Worst         *slotShare `json:"worst"` // the slot that lacked the largest share; null if none lacked any
}

// slotShare is what of a slot was found.
type slotShare struct {
	Slot  time.Time `json:"slot"`
	Local string    `json:"local"`
	Found int64     `json:"found"`
	Of    int64     `json:"of"`
}

func (s slotShare) share() float64 { return float64(s.Found) / float64(max(s.Of, 1)) }

// found is what a slot's count found at an age.
type found struct {
	age   time.Duration
	count int64
}

func lateFactsOf(j job.Job, recounts history.Recounts, share float64, now time.Time) (lateFacts, error) {
	facts := lateFacts{Job: j.Name, Label: j.Label, Slots: recounts.Stored, LeftOut: len(recounts.Unreadable), Ages: []ageFact{}, ShareWanted: share}
	facts.Case = j.CaseNames()[mainCase(j.CaseNames())]
	counted := map[time.Time][]found{}
	var ages []time.Duration
	for _, slot := range recounts.Slots {
		if all := comparableCounts(slot, facts.Case); len(all) > 1 {
			counted[slot.Slot] = all
			for _, each := range all {
				ages = append(ages, each.age)
			}
		}
	}
	facts.Recounted = len(counted)
	bounds := ageBounds(ages)
	for i, bound := range bounds {
		age := ageFact{WithinSeconds: int64(bound.Seconds())}
		for _, slot := range recounts.Slots {
			all := counted[slot.Slot]
			before := slices.IndexFunc(all, func(f found) bool { return f.age > bound })
			if before < 0 && i == len(bounds)-1 {
				before = len(all)
			}
			if before > 0 {
				age.add(slotShare{slot.Slot, slot.Slot.In(j.Zone).Format(localFormat), all[before-1].count, all[len(all)-1].count})
			}
		}
		if age.Of > 0 {
			age.Share = new(math.Floor(float64(age.Found)/float64(age.Of)*10_000) / 100)
		}
		if age.Slots > 0 {
			facts.Ages = append(facts.Ages, age)
		}
	}
	return facts, facts.advise(j, now)
}

func (a *ageFact) add(slot slotShare) {
	a.Gone += max(0, slot.Found-slot.Of)
	slot.Found = min(slot.Found, slot.Of)
	a.Slots++
	a.Found += slot.Found
	a.Of += slot.Of
	if slot.Found < slot.Of && (a.Worst == nil || slot.share() < a.Worst.share()) {
		a.Worst = &slot
	}
}

// comparableCounts are a slot's counts of a case by the definition of the last one.
func comparableCounts(slot history.Countings, name string) []found {
	var all []found
	last := slot.All[len(slot.All)-1].Lines[0]
	for _, counting := range slot.All {
		i := slices.IndexFunc(counting.Lines, func(line contract.Record) bool { return line.CaseName == name })
		if i < 0 || counting.Lines[i].Count == nil || counting.Lines[i].WindowTo == nil || counting.Lines[i].JobSHA256 != last.JobSHA256 {
			continue
		}
		all = append(all, found{roundedUp(counting.At.Sub(*counting.Lines[i].WindowTo)), *counting.Lines[i].Count})
	}
	return all
}

// closeTo is the most that an age can be which lies close to a lesser one.
func closeTo(least time.Duration) time.Duration {
	return max(least*3/2, least+contract.LateAfter)
}

// ageBounds are the most of the ages that lie close together.
func ageBounds(ages []time.Duration) []time.Duration {
	slices.Sort(ages)
	var bounds []time.Duration
	var least time.Duration
	for _, age := range ages {
		if len(bounds) > 0 && age <= closeTo(least) {
			bounds[len(bounds)-1] = age
			continue
		}
		bounds, least = append(bounds, age), age
	}
	return bounds
}

// roundedUp is an age in whole minutes, or hours if it is long.
func roundedUp(age time.Duration) time.Duration {
	unit := time.Minute
	if age > 2*time.Hour {
		unit = time.Hour
	}
	return max((age + unit - 1).Truncate(unit), time.Minute)
}

func ageWords(age time.Duration) string {
	switch days, hours := int(age.Hours())/24, int(age.Hours())%24; {
	case age <= 2*time.Hour:
		return fmt.Sprintf("%.0f min", age.Minutes())
	case days < 2:
		return fmt.Sprintf("%.0f h", age.Hours())
	case hours == 0:
		return amount(days, "day")
	default:
		return fmt.Sprintf("%s %d h", amount(days, "day"), hours)
	}
}
