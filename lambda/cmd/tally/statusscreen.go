package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// status shows a status on one screen, if little is wrong.
func (s screen) status(facts statusFacts) {
	s.say(0, s.none, "%s in %s, %s; jobs in their own zones", facts.Environment, facts.Region, facts.Time.Format("Mon 2006-01-02 15:04 MST"))
	for _, part := range facts.Unreadable {
		s.say(0, s.bad, "%s cannot be read: %s", part.Part, part.Error)
	}
	s.lastSlots(facts)
	s.gaps(facts)
	for _, queue := range facts.Queues {
		s.queue(queue, facts.Time)
	}
	if sweep := facts.Sweep; sweep != nil && sweep.Last != nil {
		s.say(0, s.none, "last sweep %s ago: counted %s, left %d without a count", roughly(facts.Time.Sub(*sweep.Last)), amount(sweep.Counted, "slot"), sweep.Left)
	}
	for _, alarm := range facts.Alarms {
		s.say(0, s.bad, "alarm %s is on: %s", alarm.Name, alarm.Reason)
	}
	if len(facts.Needs) == 0 {
		s.say(0, s.good, "nothing needs a person")
	}
}

// lastSlots shows a line for each job, with its main case, and one for each other unusual case.
func (s screen) lastSlots(facts statusFacts) {
	var rows [][]string
	for _, job := range facts.Jobs {
		row := []string{job.title(), none, s.faint("no slot yet"), none, "", none}
		if job.Next != nil {
			row[5] = clock(*job.Next, facts.Time, job.zone)
		}
		rows = append(rows, row)
		for _, slot := range job.Slots {
			row[1], row[2] = clock(slot.Slot, facts.Time, job.zone), s.state(slot.State)
			for i, count := range slot.Counts {
				if i == mainCase(job.Cases) {
					row[3], row[4] = shownNumber(count), s.change(count)
				} else if count.Status == contract.StatusFailed || count.Change != nil && math.Abs(*count.Change) >= unusualPercent {
					rows = append(rows, []string{"  " + count.Case, "", "", shownNumber(count), s.change(count), ""})
				}
			}
		}
	}
	if len(rows) > 0 {
		s.grid([]string{"JOB", "LAST SLOT", "OUTCOME", "COUNT", "CHANGE", "NEXT"}, rows, 3, 4)
	}
	for _, job := range facts.Jobs {
		for _, slot := range job.Slots {
			remarks := slot.remarks()
			if slot.Late {
				remarks = append(remarks, screen{}.note(slotFacts{Late: true, LateSeconds: slot.LateSeconds}))
			}
			if len(remarks) > 0 {
				s.say(0, s.doubt, "%s: %s", job.Job, strings.Join(remarks, ", "))
			}
		}
	}
}

func (s screen) state(state history.State) string {
	if state == history.Counted {
		return s.good(string(state))
	}
	return s.bad(string(state))
}

// gaps shows for each job and reason how many slots have no record, and the first of them.
func (s screen) gaps(facts statusFacts) {
	type kind struct{ job, reason string }
	amounts := map[kind]int{}
	for _, gap := range facts.Gaps {
		amounts[kind{gap.Job, gap.Reason}]++
	}
	for _, gap := range facts.Gaps {
		of := kind{gap.Job, gap.Reason}
		if amounts[of] > 0 {
			s.say(0, s.bad, "%s of %s, the first %s, %s ago: %s", amount(amounts[of], "gap"), gap.Job, gap.Local, roughly(facts.Time.Sub(gap.Slot)), gap.Reason)
		}
		amounts[of] = 0 // said
	}
}

// queueLines is how many messages of a queue are shown: one screen is enough at night.
const queueLines = 8

func (s screen) queue(queue queueFacts, now time.Time) {
	if queue.Waiting > 0 {
		s.say(0, s.bad, "%s: %s", queue.Name, queue.amount())
	}
	for i, message := range queue.Messages {
		if i == queueLines {
			s.say(2, s.none, "and %d more, which --json lists", len(queue.Messages)-i)
			return
		}
		s.say(2, s.none, "%s, waits for %s: %s", message.title(), roughly(now.Sub(message.Sent)), message.Cause)
		if message.Problem != "" {
			s.say(4, s.none, "cannot be sent again: %s", message.Problem)
		}
	}
}

// clock is a time as short as it can be: its weekday, if it is within six days.
func clock(at, now time.Time, zone *time.Location) string {
	if now.Sub(at).Abs() > 6*24*time.Hour {
		return at.In(zone).Format("01-02 15:04")
	}
	return at.In(zone).Format("Mon 15:04")
}

// roughly is a duration in its largest unit.
func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
