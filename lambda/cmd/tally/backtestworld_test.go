package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

// replayJobs count orders of a day in a database, and again in a log. checks are those of the
// first job, rest is what comes behind the jobs.
func replayJobs(checks, rest string) string {
	return `timezone: Asia/Seoul
jobs:
  - name: daily-orders
    schedule: cron(20 15 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: ordered_at}
    cases: {paid: status = 'paid'}
` + checks + `  - name: orders-log
    schedule: cron(40 15 * * ? *)
    source: {bucket: logs, prefix: orders/, format: jsonl}
    window: {span: previous-day, column: ordered_at}
    cases: {paid: status == 'paid'}
` + rest
}

const (
	shopChecks = `    checks:
      paid: {min: 100, max_drop: 50%, max_rise: 200%, baseline: same-weekday}
      total: {min: 1}
      except: [2025-12-25]
`
	shopReconcile = "reconcile: [{name: both, left: daily-orders.paid, right: orders-log.paid, within: 2%}]\n"
)

// shop is the course of a shop over 400 days, from 1 January 2025 to 4 February 2026.
type shop struct {
	t      *testing.T
	folder string
	jobs   job.File
}

// shopPeriod are the counted days of the shop.
var shopPeriod = []string{"--from", "2025-01-01", "--to", "2026-02-05"}

// newShop writes the records of the shop into a folder, as tally export does.
func newShop(t *testing.T) shop {
	t.Helper()
	s := shop{t, t.TempDir(), jobtest.Read(t, replayJobs("", ""))}
	first := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 400 {
		day := first.AddDate(0, 0, i)
		date, paid := day.Format(time.DateOnly), paidOn(day)
		if date == "2025-07-08" {
			continue // it has no record
		}
		if date == "2025-07-01" {
			s.put("daily-orders", day, 1, time.Minute, nil)
			continue // it failed
		}
		if date == "2025-08-05" { // most rows came after the first count
			s.put("daily-orders", day, 1, time.Minute, new(int64(200)))
			s.put("daily-orders", day, 2, 49*time.Hour, &paid)
			s.put("orders-log", day, 1, time.Minute, &paid)
			continue
		}
		s.put("daily-orders", day, 1, time.Minute, &paid)
		log := paid
		if date == "2025-11-11" {
			log -= paid/50 + 1
		}
		s.put("orders-log", day, 1, time.Minute, &log)
	}
	return s
}

// paidOn is how many orders were paid on a day: by the weekday, and a little more or less.
func paidOn(day time.Time) int64 {
	usual := [7]int64{400, 1000, 1100, 1200, 1100, 1300, 500}[day.Weekday()] * int64(97+day.YearDay()*37%7) / 100
	switch date := day.Format(time.DateOnly); {
	case "2025-06-10" <= date && date <= "2025-06-12": // an outage
		return 0
	case date == "2025-12-25": // a holiday
		return 30
	case date == "2025-11-28": // a sale
		return usual * 4 * 2 / 5
	case "2025-10-06" <= date: // a country went, for good
		return usual * 2 / 5
	}
	return usual
}

// put writes the record of a counted day, with a count for each case; nil is a failure.
func (s shop) put(name string, day time.Time, revision int, after time.Duration, count *int64) {
	s.t.Helper()
	j, _ := s.jobs.Lookup(name)
	slot, _ := j.Cron.Next(day.Add(12*time.Hour), j.ScheduleZone) // in the night that follows
	from, to, _, err := j.Range(slot)
	if err != nil {
		s.t.Fatal(err)
	}
	var lines []contract.Record
	sum, countingSum := j.SHA256(), j.CountingSHA256()
	for _, of := range j.CaseNames() {
		line := contract.Record{
			Job: name, CaseName: of, Count: count, Status: contract.StatusOK, ScheduledTime: slot, WindowFrom: &from, WindowTo: &to,
			CountedAt: slot.Add(after), Revision: revision, Schedule: j.Schedule, JobSHA256: sum, CountingSHA256: countingSum,
		}
		if count == nil {
			line.Status, line.Message = contract.StatusFailed, "no answer"
		}
		lines = append(lines, line)
	}
	content, err := contract.EncodeRecords(lines)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(contract.RecordKey(name, slot, revision), content)
}

func (s shop) write(key string, content []byte) {
	s.t.Helper()
	file := filepath.Join(s.folder, key)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// daysFrom are so many days, from one on.
func daysFrom(t *testing.T, first string, days int) (all []string) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, first)
	if err != nil {
		t.Fatal(err)
	}
	for i := range days {
		all = append(all, day.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return all
}
