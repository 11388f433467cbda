package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// icon is how a kind of mark looks and what it means. A kind is its colour's and its shape's
// name.
type icon struct{ Kind, Class, Path, Meaning string }

// late, recounted and backfilled are marks of slots that have a count.
const (
	late       = "late"
	recounted  = "recounted"
	backfilled = "backfilled"
)

// icons are the marks, the worst first. Their shapes differ, not only their colours.
var icons = []icon{
	{string(history.Failed), "bad", "M-4-4 4 4M4-4-4 4", "a case could not be counted"},
	{string(history.Missing), "bad", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "there is no record"},
	{string(history.Missed), "bad", "M0-5 5 0 0 5-5 0Z", "nobody counted in time, and the state of that time is gone"},
	{string(history.Unreadable), "bad", "M-4-4H4V4H-4Z", "there is a record, which cannot be read"},
	{late, "warn", "M-5 4H5L0-5Z", "counted more than ten minutes after its slot"},
	{recounted, "info full", "M-4-4H4V4H-4Z", "counted again; the latest count is shown"},
	{backfilled, "info", "M0-5V5M-5 0H5", "counted afterwards by a backfill"},
	{string(history.Pending), "wait", "M-5 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M1 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0", "its run may still be going"},
}

func iconOf(kind string) icon {
	return icons[slices.IndexFunc(icons, func(i icon) bool { return i.Kind == kind })]
}

// mark is what is unusual about a slot.
type mark struct{ Kind, Detail string }

// marksOf are the marks of a slot, in the order of icons.
func marksOf(slot history.Slot) (marks []mark) {
	add := func(kind, detail string) { marks = append(marks, mark{kind, shorten(detail, longestMessage)}) }
	first := contract.Record{}
	if len(slot.Lines) > 0 {
		first = slot.Lines[0]
	}
	switch slot.State {
	case history.Failed:
		for _, failure := range failures(slot) {
			add(string(slot.State), failure)
		}
	case history.Missed:
		add(string(slot.State), first.Message)
	case history.Unreadable:
		add(string(slot.State), fmt.Sprint(slot.Err))
	case history.Missing, history.Pending:
		add(string(slot.State), "")
	}
	if slot.Late() && slot.State != history.Missed {
		add(late, strings.TrimSuffix(first.CountedAt.Sub(slot.Time).Truncate(time.Minute).String(), "0s")+" after its slot")
	}
	if slot.Revision > 1 {
		add(recounted, strings.TrimSuffix(fmt.Sprintf("revision %d: %s", slot.Revision, first.Reason), ": "))
	}
	if first.Origin == contract.OriginBackfill {
		add(backfilled, "")
	}
	return marks
}

// failures are the messages of a slot's cases without a count, each with its cases.
func failures(slot history.Slot) []string {
	var messages []string
	cases := map[string][]string{}
	for _, record := range contract.OfAllRows(slot.Lines) {
		if record.Status != contract.StatusFailed {
			continue
		}
		message := strings.TrimSpace(record.Code + " " + record.Message)
		if !slices.Contains(messages, message) {
			messages = append(messages, message)
		}
		cases[message] = append(cases[message], record.CaseName)
	}
	for i, message := range messages {
		messages[i] = strings.TrimSuffix(strings.Join(cases[message], ", ")+": "+message, ": ")
	}
	return messages
}
