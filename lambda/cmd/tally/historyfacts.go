package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// jobFacts are the slots of a job, as --json prints them.
type jobFacts struct {
	Job      string          `json:"job"`
	Label    string          `json:"label,omitempty"`
	Timezone string          `json:"timezone"` // of local
	Cases    []string        `json:"cases"`
	Groups   contract.Groups `json:"groups,omitempty"` // whose counts they are; without, of all rows
	Slots    []slotFacts     `json:"slots"`

	zone *time.Location
}

// slotFacts are what is known of a slot.
type slotFacts struct {
	Slot     time.Time       `json:"slot"`
	Local    string          `json:"local"`
	State    history.State   `json:"state"`
	Revision int             `json:"revision,omitempty"`
	Origin   contract.Origin `json:"origin,omitempty"`
	Reason   string          `json:"reason,omitempty"` // of a revision above 1
	Late     bool            `json:"late"`
	// LateSeconds is how long after the slot it was counted, if that was late.
	LateSeconds int64        `json:"late_seconds,omitempty"`
	Error       string       `json:"error,omitempty"` // why the record cannot be read
	Counts      []countFacts `json:"counts"`
}

// countFacts are a case of a slot.
type countFacts struct {
	Case   string          `json:"case"`
	Count  *int64          `json:"count"`
	Status contract.Status `json:"status,omitempty"` // empty without a record
	Error  string          `json:"error,omitempty"`  // why a case failed
	Usual  *float64        `json:"usual"`            // null if it is not known
	Change *float64        `json:"change"`           // against usual, in percent with one decimal; null if that is 0 or not known
}

const localFormat = "Mon 2006-01-02 15:04"

// factsOf are the facts of the slots from a time on. The slots before say what is usual.
func factsOf(series history.Series, from time.Time, cases []string, groups contract.Groups) jobFacts {
	if len(cases) == 0 {
		cases = series.Cases()
	}
	facts := jobFacts{Job: series.Job.Name, Label: series.Job.Label, Timezone: series.Job.Zone.String(), Cases: cases, Groups: groups, Slots: []slotFacts{}, zone: series.Job.Zone}
	for i, slot := range series.Slots {
		if slot.Time.Before(from) {
			continue
		}
		known := slotFacts{Slot: slot.Time, Local: slot.Time.In(series.Job.Zone).Format(localFormat), State: slot.State, Revision: slot.Revision, Late: slot.Late()}
		if len(slot.Lines) > 0 {
			known.Origin, known.Reason = slot.Lines[0].Origin, slot.Lines[0].Reason
		}
		if known.Late {
			known.LateSeconds = int64(slot.Lines[0].CountedAt.Sub(slot.Time).Seconds())
		}
		if slot.Err != nil {
			known.Error = unreadableWords(slot.Err)
		}
		for _, name := range cases {
			line, _ := history.Line(slot.Lines, name, nil)
			count := countFacts{Case: name, Count: slot.Count(name, groups), Status: line.Status, Error: line.Message}
			if count.Count == nil && count.Status == contract.StatusOK {
				count.Status = "" // that is of all rows: nothing is known of the group
			}
			if usual, ok := series.Usual(i, name, groups); ok {
				count.Usual = &usual
				if count.Count != nil && usual != 0 {
					count.Change = new(math.Round((float64(*count.Count)/usual-1)*1000) / 10)
				}
			}
			known.Counts = append(known.Counts, count)
		}
		facts.Slots = append(facts.Slots, known)
	}
	return facts
}

// counts are those of one case, a nil for each slot without.
func (f jobFacts) counts(name string) []*int64 {
	index := slices.Index(f.Cases, name)
	var all []*int64
	for _, slot := range f.Slots {
		all = append(all, slot.Counts[index].Count)
	}
	return all
}

// printCSV writes a line for each slot and case, with a column for each column of the group.
// Empty fields are not known.
func printCSV(out io.Writer, all []jobFacts) error {
	columns := slices.Sorted(maps.Keys(all[0].Groups)) // only one job has groups
	heading := []string{"job", "slot", "local", "case", "count", "status", "usual", "state", "revision", "origin", "late", "late_seconds", "reason", "error"}
	for _, column := range columns {
		heading = append(heading, "group."+column)
	}
	rows := [][]string{heading}
	for _, facts := range all {
		for _, slot := range facts.Slots {
			for _, count := range slot.Counts {
				usual, late := "", ""
				if count.Usual != nil {
					usual = strconv.FormatFloat(*count.Usual, 'f', -1, 64)
				}
				if slot.Late {
					late = strconv.FormatInt(slot.LateSeconds, 10)
				}
				row := []string{
					facts.Job, slot.Slot.Format(time.RFC3339), slot.Local, count.Case, numberOr(count.Count, ""), string(count.Status), usual,
					string(slot.State), strconv.Itoa(slot.Revision), string(slot.Origin), strconv.FormatBool(slot.Late), late, slot.Reason, cmp.Or(count.Error, slot.Error),
				}
				for _, column := range columns {
					row = append(row, shownValue(facts.Groups, column, 1))
				}
				rows = append(rows, row)
			}
		}
	}
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}
