package main

import (
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

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
