package main

import (
	"fmt"
	"math"
	"time"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/test/local"
)

const (
	day           = 24 * time.Hour
	simulatedDays = 60
)

// What the simulated days have, by how many days ago.
const (
	holiday      = 41 // hardly anything is counted
	outageFrom   = 24 // nothing is counted
	outageTo     = 22
	failedDay    = 33 // one case could not be counted
	lateDay      = 12
	recountedDay = 9
)

// simulated are the jobs with counts of the last days: their cases with each one's share, and
// groups.
var simulated = []struct {
	job    string
	rows   float64 // on an ordinary day
	cases  map[string]float64
	groups []string // of the first column of group_by
}{
	{"daily-scans", 620, map[string]float64{"normal": 0.55, "caries": 0.12, "unread": 0.2}, nil},
	{"daily-uploads", 860, map[string]float64{"jpeg": 0.8, "large": 0.3}, []string{"busan", "daegu", "seoul"}},
	{"daily-orders-log", 3_150, map[string]float64{"paid": 0.7, "refunded": 0.06}, []string{"app", "phone", "web"}},
}

// simulate stores the records that the last days would have left: with a weekly rhythm, a
// holiday, an outage, and a slot each that failed in part, came late, or was counted again.
// The counts are made up; all other records of the demo are counted. One slot has no record.
func simulate(root string, system *local.System, now time.Time, without string) error {
	loaded, err := settings.Load(settings.Source{Root: root, Environments: "test/local", Jobs: "test/local/jobs.yaml", Only: "local"})
	if err != nil {
		return err
	}
	var watched []job.Job
	for _, each := range simulated {
		j, _ := loaded.Jobs.Lookup(each.job)
		watched = append(watched, j)
	}
	if err := system.Watch("local", now.Add(-simulatedDays*day), watched...); err != nil {
		return err
	}
	for i, each := range simulated {
		for _, slot := range watched[i].SlotsBetween(now.Add(-simulatedDays*day), now) {
			ago := int(now.Sub(slot.Time) / day)
			if ago >= outageTo && ago <= outageFrom || contract.RecordKey(each.job, slot.Time, 1) == without {
				continue
			}
			for _, lines := range revisions(watched[i], slot, ago, each.rows, each.cases, each.groups) {
				content, err := contract.EncodeRecords(lines.Records())
				if err == nil {
					err = system.S3.Put(system.Bucket, contract.RecordKey(each.job, slot.Time, lines.AllRows[0].Revision), content)
				}
				if err != nil {
					return fmt.Errorf("simulate %s: %w", each.job, err)
				}
			}
		}
	}
	return nil
}

// revisions are the records of one slot.
func revisions(j job.Job, slot job.Slot, ago int, rows float64, cases map[string]float64, groups []string) []contract.Lines {
	rows *= 1 + 0.004*float64(simulatedDays-ago) // it grows
	switch slot.Time.In(j.Zone).Weekday() {
	case time.Saturday:
		rows *= 0.4
	case time.Sunday:
		rows *= 0.15
	}
	rows *= 1 + 0.08*math.Sin(float64(ago*ago)) // no two days are the same
	if ago == holiday {
		rows *= 0.05
	}
	first := lines(j, slot, rows, cases, groups)
	same := first.AllRows
	switch ago {
	case failedDay:
		same[0].Count, same[0].Status, same[0].Code, same[0].Message = nil, contract.StatusFailed, "57014", "canceling statement due to statement timeout"
	case lateDay:
		for i := range same {
			same[i].Late, same[i].Origin, same[i].CountedAt = true, contract.OriginSweep, slot.Time.Add(75*time.Minute)
		}
	case recountedDay:
		second := lines(j, slot, rows*1.2, cases, groups)
		for i := range second.AllRows {
			line := &second.AllRows[i]
			line.Revision, line.Reason, line.Origin, line.Late, line.CountedAt = 2, "1d after the slot", contract.OriginRecount, true, slot.Time.Add(day)
		}
		return []contract.Lines{first, second}
	}
	return []contract.Lines{first}
}

// lines are the lines of a record with so many rows, of which each group has a share.
func lines(j job.Job, slot job.Slot, rows float64, cases map[string]float64, groups []string) contract.Lines {
	var all contract.Lines
	for range max(1, len(groups)) {
		all.Groups = append(all.Groups, contract.GroupCounts{})
	}
	names := j.CaseNames()
	sums := make([]int64, len(names))
	for i := range all.Groups {
		total := int64(rows * float64(i+1) / float64(len(all.Groups)*(len(all.Groups)+1)/2))
		counts, rest := make([]int64, len(names)), total
		for n, name := range names {
			share, ofJob := cases[name]
			switch {
			case ofJob:
				counts[n] = int64(float64(total) * share)
				rest = max(0, rest-counts[n])
			case name == contract.CaseOther:
				counts[n] = rest
			case name == contract.CaseTotal:
				counts[n] = total
			}
			sums[n] += counts[n]
		}
		all.Groups[i].Counts = counts
		if len(groups) > 0 {
			all.Groups[i].Groups = contract.Groups{j.GroupBy[0]: &groups[i]}
		}
	}
	if len(groups) == 0 {
		all.Groups = nil
	}
	from, to, _, _ := j.Range(slot.Time) // these jobs have windows
	from, to = from.UTC(), to.UTC()
	for n, name := range names {
		all.AllRows = append(all.AllRows, contract.Record{
			Job: j.Name, CaseName: name, Groups: contract.Groups{}, Count: &sums[n], Status: contract.StatusOK, ScheduledTime: slot.Time,
			LocalDate: slot.Time.In(j.Zone).Format(time.DateOnly), WindowFrom: &from, WindowTo: &to, CountedAt: slot.Time.Add(1200 * time.Millisecond),
			Schedule: slot.Schedule, ScheduleTimezone: slot.Timezone, Revision: 1, Origin: contract.OriginSchedule, JobSHA256: j.SHA256(),
		})
	}
	return all
}
