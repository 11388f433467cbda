package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/notify"
	"tally/lambda/job"
)

// The kinds of messages, as the attribute "kind" has them.
const (
	kindCheck     = "check"
	kindReconcile = "reconcile"
	kindAsUsual   = "as-usual"
	kindSeveral   = "several"
	kindSummary   = "summary"
)

// message is about one verdict.
func (c *Checker) message(v verdict) notify.Message {
	first, kind := v.results[0], kindCheck
	fails := slices.DeleteFunc(slices.Clone(v.results), func(r contract.CheckResult) bool { return !failed(r) })
	headline := fmt.Sprintf("%s: %s, %s: ", c.Environment, v.subject(), dayOf(v.job, first))
	switch {
	case v.again:
		kind, headline = kindAsUsual, headline+"as usual again"
	case first.Reconcile != "":
		kind, headline = kindReconcile, headline+phrase(fails[0])
	default:
		headline += phrase(fails[0])
		if more := len(fails) - 1; more > 0 {
			headline += fmt.Sprintf(", and %d more", more)
		}
	}
	var body strings.Builder
	fmt.Fprintf(&body, "%s in %s, %s\n", v.job.Title(), c.Environment, dayOf(v.job, first))
	for _, result := range fails {
		fmt.Fprintf(&body, "\n%s\n", phrase(result))
		fmt.Fprintf(&body, "  check: %s %s\n", result.Check, result.Bound)
		if result.Baseline != nil {
			fmt.Fprintf(&body, "  baseline: %s, the median of %s\n", number(*result.Baseline), days(v.job, result.BaselineSlots))
		}
	}
	if v.again {
		body.WriteString("\nAll checks pass again.\n")
	}
	fmt.Fprintf(&body, "\nWindow: %s\n", windowOf(v.job, first))
	for _, key := range []string{first.Record, first.OtherRecord} {
		if key != "" {
			fmt.Fprintf(&body, "Record: s3://%s/%s\n", c.Bucket, key)
		}
	}
	step := fmt.Sprintf("tally history %s --env %s", v.job.Name, c.Environment)
	fmt.Fprintf(&body, "Look further: %s\n", step)
	return c.notification(headline, body.String(), []string{step}, map[string]string{"kind": kind, "job": v.job.Name})
}

// table is about several verdicts.
func (c *Checker) table(all []verdict) notify.Message {
	var body strings.Builder
	fmt.Fprintf(&body, "What the checks of %s found in slots that were counted again, filled in or told too late, the oldest first:\n\n", c.Environment)
	for i, v := range all {
		if i == mostLines {
			fmt.Fprintf(&body, "… and %d more slots.\n", len(all)-i)
			break
		}
		said := "as usual again"
		if !v.again {
			var phrases []string
			for _, result := range v.results {
				if failed(result) {
					phrases = append(phrases, phrase(result))
				}
			}
			said = strings.Join(phrases, "; ")
		}
		revision := ""
		if v.results[0].Revision > 1 {
			revision = fmt.Sprintf(" (revision %d)", v.results[0].Revision)
		}
		fmt.Fprintf(&body, "- %s, %s%s: %s\n", v.subject(), dayOf(v.job, v.results[0]), revision, said)
	}
	step := "tally history --env " + c.Environment
	fmt.Fprintf(&body, "\nLook further: %s\n", step)
	return c.notification(fmt.Sprintf("%s: checks of %d slots", c.Environment, len(all)), body.String(), []string{step}, map[string]string{"kind": kindSeveral})
}

// mostLines is how many slots one message lists.
const mostLines = 200

// notification is a message with its form for chats (Amazon Q Developer in chat applications
// user guide, "Custom notifications"), which subscribe with https.
func (c *Checker) notification(subject, text string, steps []string, attributes map[string]string) notify.Message {
	attributes["environment"] = c.Environment
	chat, _ := json.Marshal(map[string]any{ // texts always are JSON
		"version": "1.0", "source": "custom",
		"content":  map[string]any{"textType": "client-markdown", "title": subject, "description": text, "nextSteps": steps},
		"metadata": map[string]any{"threadId": cmp.Or(attributes["job"], c.Environment), "eventType": attributes["kind"], "summary": subject},
	})
	return notify.Message{Subject: subject, Text: text, ByProtocol: map[string]string{"https": string(chat)}, Attributes: attributes}
}

// phrase is a failed check in words: paid 120, 87 % below 950.
func phrase(r contract.CheckResult) string {
	switch r.Check {
	case contract.CheckMin:
		return fmt.Sprintf("%s %d, below min %s", r.CaseName, *r.Count, r.Bound)
	case contract.CheckMax:
		return fmt.Sprintf("%s %d, above max %s", r.CaseName, *r.Count, r.Bound)
	case contract.CheckWithin:
		return fmt.Sprintf("%s.%s %d, %s.%s %d", r.Job, r.CaseName, *r.Count, r.OtherJob, r.OtherCase, *r.OtherCount)
	}
	return fmt.Sprintf("%s %d, %s", r.CaseName, *r.Count, change(*r.Count, *r.Baseline))
}

// change compares a count with what is usual: 87 % below 950.
func change(count int64, usual float64) string {
	baseline := new(big.Rat).SetFloat64(usual)
	apart := new(big.Rat).Sub(new(big.Rat).SetInt64(count), baseline)
	if apart.Sign() == 0 {
		return "the same as " + number(usual)
	}
	side := map[int]string{-1: "below", 1: "above"}[apart.Sign()]
	if baseline.Sign() == 0 {
		return side + " 0"
	}
	percent := apart.Abs(apart).Quo(apart, baseline).Mul(apart, big.NewRat(100, 1))
	whole := new(big.Int).Quo(percent.Num(), percent.Denom()) // not rounded: 99.9 % below is not everything
	if whole.Sign() == 0 {
		return fmt.Sprintf("less than 1 %% %s %s", side, number(usual))
	}
	return fmt.Sprintf("%s %% %s %s", whole, side, number(usual))
}

// number writes a median, which may be half of an odd number.
func number(value float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", value), ".0")
}

const (
	dayLayout  = "Mon 2 Jan"
	timeLayout = "Mon 2 Jan 15:04"
)

// dayOf is the day that a result is about, with the slot's time where the day has several.
func dayOf(j job.Job, r contract.CheckResult) string {
	at, err := time.Parse(time.DateOnly, r.CountedDay)
	if err != nil {
		return r.CountedDay
	}
	for _, other := range []func(time.Time, *time.Location) (time.Time, bool){j.Cron.Prev, j.Cron.Next} {
		if near, ok := other(r.ScheduledTime, j.ScheduleZone); ok && j.CountedDay(near) == r.CountedDay {
			return r.ScheduledTime.In(j.Zone).Format(timeLayout)
		}
	}
	return at.Format(dayLayout)
}

func days(j job.Job, slots []time.Time) string {
	var all []string
	for _, slot := range slots {
		all = append(all, slot.In(j.Zone).Format(timeLayout))
	}
	return strings.Join(all, ", ")
}

// windowOf is the window in local time.
func windowOf(j job.Job, r contract.CheckResult) string {
	if r.WindowFrom == nil || r.WindowTo == nil {
		return fmt.Sprintf("the state of %s (%s)", r.ScheduledTime.In(j.Zone).Format(timeLayout+" 2006"), j.Zone)
	}
	return fmt.Sprintf("%s to %s (%s)", r.WindowFrom.In(j.Zone).Format(timeLayout), r.WindowTo.In(j.Zone).Format(timeLayout+" 2006"), j.Zone)
}
