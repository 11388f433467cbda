package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
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

// advise says what delay the schedule should have.
func (f *lateFacts) advise(j job.Job, now time.Time) error {
	slot := j.LatestOrNext(now).Time
	// No schedule of a previous-… window is later than the period after it is long.
	period, toDate := strings.CutSuffix(string(j.Window.Span), "-to-date")
	span := job.Span("previous-" + strings.TrimPrefix(period, "previous-"))
	begin, end, err := span.Range(slot, j.Zone)
	if err != nil {
		return fmt.Errorf("window of the slot %s: %w", slot.Format(time.RFC3339), err)
	}
	length := end.Sub(begin)
	if toDate {
		end = slot
	}
	delay := slot.Sub(end)
	f.DelaySeconds = int64(delay.Seconds())
	age, ok := f.enough()
	within := time.Duration(age.WithinSeconds) * time.Second
	switch {
	case f.Slots == 0:
		f.Advice = "nothing was counted in this time"
	case f.Recounted == 0 && len(j.RecountAfter) == 0:
		f.Advice = "no slot was counted again: write recount_after: [1d, 7d] into the job and deploy; this tells more from the next sweep on, as it counts again what became so old in the last 14 days"
	case f.Recounted == 0:
		f.Advice = fmt.Sprintf("no slot was counted again yet: once recount_after is deployed, the monitor does so when a slot is %s old", j.RecountAfter[0])
	case f.Ages[len(f.Ages)-1].Of == 0:
		f.Advice = "no rows were found, so nothing can be told"
	case !ok:
		f.Advice = f.moreAges()
	case within <= roundedUp(closeTo(delay+contract.LateAfter)):
		f.AdvisedSeconds = &f.DelaySeconds
		f.Advice = "nothing arrives late: the schedule may stay"
		if age.Found < age.Of {
			f.Advice = fmt.Sprintf("%s when the schedule counts: it may stay", age.words())
		}
	case within >= length:
		f.Advice = fmt.Sprintf("%s %s after the window's end, and no schedule of span: %s is so late: recount_after finds the rest", age.words(), ageWords(within), span)
	case toDate:
		f.AdvisedSeconds = &age.WithinSeconds
		f.Advice = fmt.Sprintf("%s %s after the window's end, which is the slot: write span: %s, and have the schedule %s after its end", age.words(), ageWords(within), span, ageWords(within))
	default:
		f.AdvisedSeconds = &age.WithinSeconds
		f.Advice = fmt.Sprintf("%s %s after the window's end: have the schedule so late (now: %s)", age.words(), ageWords(within), ageWords(delay))
	}
	return nil
}

func (a ageFact) words() string {
	return fmt.Sprintf("%.2f %% of the rows of %s are there", *a.Share, amount(a.Slots, "slot"))
}

// enough is the least age from which on as many rows are there as should be. The last age
// does not tell: nothing was counted after it.
func (f *lateFacts) enough() (age ageFact, ok bool) {
	for i := len(f.Ages) - 2; i >= 0; i-- {
		if float64(f.Ages[i].Found)*100 < f.ShareWanted*float64(f.Ages[i].Of) {
			break
		}
		if f.Ages[i].Of > 0 {
			age, ok = f.Ages[i], true
		}
	}
	return age, ok
}

// moreAges says at which age to count again, as what was counted last found new rows, or was
// counted together with all before.
func (f *lateFacts) moreAges() string {
	last := time.Duration(f.Ages[len(f.Ages)-1].WithinSeconds) * time.Second
	advice := fmt.Sprintf("even the last counts, up to %s after the window's end, found new rows", ageWords(last))
	if len(f.Ages) == 1 {
		advice = fmt.Sprintf("all counts were within %s of the window's end", ageWords(last))
	}
	for _, age := range []job.Age{"1d", "7d", "14d", "30d", "90d", "365d"} {
		if age.Duration() > last {
			return fmt.Sprintf("%s: %s in recount_after would tell more", advice, age)
		}
	}
	return advice
}
