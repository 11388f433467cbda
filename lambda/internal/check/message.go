package check

import (
	"encoding/json"
	"fmt"
	"path"
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

// messageOfOne is about one verdict.
func (c *Checker) messageOfOne(v verdict) notify.Message {
	first, fails := v.results[0], v.failures()
	title := v.name()
	if first.Reconcile == "" && v.job.Label != "" {
		title = v.job.Label + " (" + title + ")"
	}
	var body strings.Builder
	fmt.Fprintf(&body, "%s in %s, %s\n", title, c.Environment, dayOf(v.job, first.ScheduledTime))
	for _, result := range fails {
		fmt.Fprintf(&body, "\n%s\n", phrase(result))
		if result.Check != contract.CheckMin && result.Check != contract.CheckMax { // which the phrase has
			fmt.Fprintf(&body, "  check: %s %s\n", result.Check, result.Bound)
		}
		if result.Baseline != nil {
			fmt.Fprintf(&body, "  baseline: %s, the median of %s\n", number(*result.Baseline), days(v.job, result.BaselineSlots))
		}
	}
	if v.again != "" {
		fmt.Fprintf(&body, "\nNo check fails any more: %s\n", counts(v.results))
	}
	fmt.Fprintf(&body, "\nWindow: %s\n", windowOf(v.job, first))
	for _, key := range []string{first.Record, first.OtherRecord} {
		if key != "" {
			fmt.Fprintf(&body, "Record: s3://%s/%s\n", c.Bucket, key)
		}
	}
	kind := kindCheck
	switch {
	case v.again != "":
		kind = kindAsUsual
	case first.Reconcile != "":
		kind = kindReconcile
	}
	step := fmt.Sprintf("tally history %s --env %s", v.job.Name, c.Environment)
	return c.notification(c.subject(v, fails), body.String(), step, map[string]string{"kind": kind, "job": v.job.Name})
}

// subject says the most important of a verdict: prod: orders, Sat 28 Nov: paid 120, 87 % below 950.
func (c *Checker) subject(v verdict, fails []contract.CheckResult) string {
	return headline(func(name func(string) string) string {
		about := fmt.Sprintf("%s: %s, %s: ", c.Environment, name(v.name()), dayOf(v.job, v.results[0].ScheduledTime))
		switch {
		case v.again != "":
			return about + "as usual again"
		case v.results[0].Reconcile != "":
			return about + judged(fails[0])
		case len(fails) > 1:
			return about + fmt.Sprintf("%s %s, and %d more", name(fails[0].CaseName), judged(fails[0]), len(fails)-1)
		}
		return about + name(fails[0].CaseName) + " " + judged(fails[0])
	})
}

// shortestName is to how many characters a name is cut at most.
const shortestName = 4

// headline is what say says, with names cut as far as a subject needs it: the numbers after
// them matter more.
func headline(say func(name func(string) string) string) string {
	for most := notify.SubjectLimit; ; most-- {
		text := say(func(name string) string {
			if len(name) > most {
				name = name[:most-1] + "…" // names are ASCII
			}
			return name
		})
		if len([]rune(text)) <= notify.SubjectLimit || most == shortestName {
			return text
		}
	}
}

// mostLines is how many slots one message lists.
const mostLines = 200

// messageOfSeveral is about several verdicts.
func (c *Checker) messageOfSeveral(all []verdict) notify.Message {
	var body strings.Builder
	fails, ofOne := 0, true
	for i, v := range all {
		said := "as usual again"
		if v.again == "" {
			fails++
			var phrases []string
			for _, result := range v.failures() {
				phrases = append(phrases, phrase(result))
			}
			said = strings.Join(phrases, "; ")
		}
		if v.results[0].Revision > 1 {
			said += fmt.Sprintf(" (revision %d)", v.results[0].Revision)
		}
		ofOne = ofOne && v.name() == all[0].name()
		if i < mostLines {
			fmt.Fprintf(&body, "- %s, %s: %s\n", v.name(), dayOf(v.job, v.results[0].ScheduledTime), said)
		}
	}
	if more := len(all) - mostLines; more > 0 {
		fmt.Fprintf(&body, "… and %d more slots.\n", more)
	}
	opening, said := "Failed checks that had no message of their own yet, the oldest first:", "failed checks of "+slots(fails)
	if fails == 0 {
		opening, said = "As usual again, the oldest first:", slots(len(all))+" as usual again"
	}
	subject := headline(func(name func(string) string) string {
		if ofOne {
			return fmt.Sprintf("%s: %s: %s", c.Environment, name(all[0].name()), said)
		}
		return c.Environment + ": " + said
	})
	return c.notification(subject, opening+"\n\n"+body.String(), "tally history --env "+c.Environment, map[string]string{"kind": kindSeveral})
}

func slots(number int) string {
	if number == 1 {
		return "1 slot"
	}
	return fmt.Sprintf("%d slots", number)
}

// How many bytes the texts of a message have at most. SNS takes 262,144 bytes in all.
const (
	mostText = 150_000
	mostChat = 3_000
)

// notification is a message with its form for chats (Amazon Q Developer in chat applications
// user guide, "Custom notifications"), which subscribe with https. The step is what to do next.
func (c *Checker) notification(subject, text, step string, attributes map[string]string) notify.Message {
	next := "\nLook further: " + step + "\n"
	attributes["environment"] = c.Environment
	chat, _ := json.Marshal(map[string]any{ // texts always are JSON
		"version": "1.0", "source": "custom",
		"content":  map[string]any{"textType": "client-markdown", "title": subject, "description": shortened(text, mostChat), "nextSteps": []string{step}},
		"metadata": map[string]any{"threadId": path.Join(c.Environment, attributes["job"]), "eventType": attributes["kind"], "summary": subject},
	})
	return notify.Message{Subject: subject, Text: shortened(text, mostText) + next, ByProtocol: map[string]string{"https": string(chat)}, Attributes: attributes}
}

// shortened is a text without the last lines that are too much.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:strings.LastIndexByte(text[:most], '\n')+1] + "… and more, which is too long for a message.\n"
}

const (
	dayLayout  = "Mon 2 Jan"
	timeLayout = "Mon 2 Jan 15:04"
	fullLayout = "Mon 2 Jan 2006 15:04"
)

// dayOf is the day that a slot is about, with the slot's time where the day has several.
func dayOf(j job.Job, slot time.Time) string {
	counted := j.CountedDay(slot)
	for _, other := range []func(time.Time, *time.Location) (time.Time, bool){j.Cron.Prev, j.Cron.Next} {
		if near, ok := other(slot, j.ScheduleZone); ok && j.CountedDay(near) == counted {
			return slot.In(j.Zone).Format(timeLayout)
		}
	}
	at, _ := time.Parse(time.DateOnly, counted)
	return at.Format(dayLayout)
}

func days(j job.Job, slots []time.Time) string {
	var all []string
	for _, slot := range slots {
		all = append(all, dayOf(j, slot))
	}
	return strings.Join(all, ", ")
}

// windowOf is the window in local time.
func windowOf(j job.Job, r contract.CheckResult) string {
	if r.WindowFrom == nil || r.WindowTo == nil {
		return fmt.Sprintf("the state of %s (%s)", r.ScheduledTime.In(j.Zone).Format(fullLayout), j.Zone)
	}
	return fmt.Sprintf("%s to %s (%s)", r.WindowFrom.In(j.Zone).Format(fullLayout), r.WindowTo.In(j.Zone).Format(fullLayout), j.Zone)
}
