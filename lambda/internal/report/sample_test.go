package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/internal/report"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
)

var start = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// jobOf is the only job of a file in Asia/Seoul that has these lines.
func jobOf(t testing.TB, lines string) job.Job {
	t.Helper()
	return jobtest.Read(t, "timezone: Asia/Seoul\njobs:\n- source: {database: app, table: orders}\n  "+strings.ReplaceAll(strings.TrimSpace(lines), "\n", "\n  ")+"\n").Jobs[0]
}

// casesOf are n cases for a job.
func casesOf(names ...string) string {
	text := "cases:\n"
	for _, name := range names {
		text += fmt.Sprintf("  %s: status = 1\n", name)
	}
	return text
}

// counted has n slots, whose cases all have the count that count says.
func counted(j job.Job, n int, count func(slot int, name string) int64) history.Series {
	s := history.Series{Job: j}
	at, counting := start, j.CountingSHA256()
	for i := range n {
		at, _ = j.Cron.Next(at, j.ScheduleZone)
		slot := history.Slot{Time: at.UTC(), State: history.Counted, Key: "counts/x", Revision: 1}
		for _, name := range j.CaseNames() {
			value := count(i, name)
			slot.Lines = append(slot.Lines, contract.Record{Job: j.Name, CaseName: name, Count: &value, Status: contract.StatusOK,
				ScheduledTime: at, CountedAt: at.Add(20 * time.Second), Revision: 1, Origin: contract.OriginSchedule, CountingSHA256: counting})
		}
		s.Slots = append(s.Slots, slot)
	}
	return s
}

// grouped adds the lines of groups, whose values are those of the job's columns.
func grouped(s history.Series, groups [][]string, count func(slot, group int) int64) history.Series {
	for i := range s.Slots {
		all := s.Slots[i].Lines
		for k, values := range groups {
			named := contract.Groups{}
			for column, name := range s.Job.GroupBy {
				if named[name] = &values[column]; values[column] == "NULL" {
					named[name] = nil
				}
			}
			for _, line := range all {
				value := count(i, k)
				line.Groups, line.Count = named, &value
				s.Slots[i].Lines = append(s.Slots[i].Lines, line)
			}
		}
	}
	return s
}

// without changes slots into such without a count.
func without(s history.Series, state history.State, message string, slots ...int) history.Series {
	for _, i := range slots {
		slot := &s.Slots[i]
		slot.State = state
		switch state {
		case history.Missing, history.Pending:
			slot.Lines, slot.Key, slot.Revision = nil, "", 0
		case history.Unreadable:
			slot.Lines, slot.Err = nil, errors.New(message)
		case history.Missed:
			failed(contract.StatusMissed, message, slot.Lines)
		case history.Failed:
			failed(contract.StatusFailed, message, slot.Lines[:1])
		}
	}
	return s
}

func failed(status contract.Status, message string, lines []contract.Record) {
	for i := range lines {
		lines[i].Status, lines[i].Message, lines[i].Count = status, message, nil
	}
}

// each changes the lines of slots.
func each(s history.Series, change func(slot *history.Slot, line *contract.Record), slots ...int) history.Series {
	for _, i := range slots {
		for k := range s.Slots[i].Lines {
			change(&s.Slots[i], &s.Slots[i].Lines[k])
		}
	}
	return s
}

func lateRun(slot *history.Slot, line *contract.Record) {
	line.Late, line.CountedAt = true, slot.Time.Add(25*time.Minute)
}

func recount(slot *history.Slot, line *contract.Record) {
	slot.Revision, line.Revision, line.Origin, line.Reason = 2, 2, contract.OriginRecount, "rows of the app came late"
}

func backfill(_ *history.Slot, line *contract.Record) {
	line.Origin, line.Late = contract.OriginBackfill, true
}

// write is the page of some jobs.
func write(t testing.TB, series ...history.Series) []byte {
	t.Helper()
	var out bytes.Buffer
	page := report.Page{Environment: "prod", Made: start.AddDate(0, 0, 60), From: start, To: start.AddDate(0, 0, 60), Series: series}
	if err := report.Write(&out, page); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// weekly is a count with a rhythm of days and weeks, which no clock and no chance decides.
func weekly(level int64) func(slot int, name string) int64 {
	return func(slot int, name string) int64 {
		count := level + level*int64(slot)/100 + level*int64((slot*7919+len(name)*104729)%97)/600
		if slot%7 >= 5 {
			count = count * 2 / 5
		}
		return count
	}
}

// shop is a page as somebody would see it.
func shop(t testing.TB) []history.Series {
	level := map[string]int64{"paid": 48000, "refunded": 1900, "cancelled": 6100, "other": 240}
	orders := counted(jobOf(t, `name: daily-orders
label: Orders
description: Orders of the day before, by their state.
schedule: cron(20 0 * * ? *)
schedule_timezone: Asia/Seoul
window: {span: previous-day, column: ordered_at}
group_by: [country]
`+casesOf("paid", "refunded", "cancelled")), 60, func(slot int, name string) int64 {
		if name == "total" {
			sum := int64(0)
			for name, level := range level {
				sum += weekly(level)(slot, name)
			}
			return sum
		}
		return weekly(level[name])(slot, name)
	})
	countries := [][]string{{"KR"}, {"JP"}, {"US"}, {"DE"}, {"FR"}, {"BR"}, {"IN"}, {"NULL"}, {"SA"}, {"GB"}, {"NL"}, {"SE"}, {"PL"}, {"AU"}}
	orders = grouped(orders, countries, func(slot, group int) int64 { return weekly(20000/int64(group+1))(slot, countries[group][0]) })
	orders = without(orders, history.Missing, "", 20, 21, 22)
	orders = without(orders, history.Failed, `42703 column "status" does not exist`, 33, 34)
	orders = each(orders, lateRun, 12, 40)
	orders = each(orders, recount, 45)
	orders = each(orders, backfill, 23, 24)

	hourly := counted(jobOf(t, `name: hourly-uploads
schedule: cron(5 * * * ? *)
window: {span: previous-hour, column: created_at}
`+casesOf("image", "video")), 1440, func(slot int, name string) int64 {
		hour, day := int64((slot+9)%24), int64(slot/24)
		count := (210 - (hour-14)*(hour-14)) * (100 + day + int64(slot*31%17)) / 20
		switch part := map[string]int64{"image": 70, "video": 22, "other": 2}[name]; part {
		case 0:
			return count*70/100 + count*22/100 + count*2/100
		default:
			return count * part / 100
		}
	})
	hours := make([]int, 30)
	for i := range hours {
		hours[i] = 700 + i
	}
	hourly = without(hourly, history.Missing, "", hours...)

	stock := counted(jobOf(t, `name: stock-now
label: Stock at six
schedule: cron(0 21 * * ? *)
`+casesOf("in_stock", "sold_out", "ordered")), 60, func(slot int, name string) int64 {
		switch name {
		case "in_stock":
			return 910_000 + int64(slot)*2300 + int64(slot*37%11)*4000
		case "sold_out":
			return 64_000 - int64(slot)*310
		case "ordered":
			return 220_000 + int64(slot%9)*7000
		case "other":
			return 120
		}
		return 1_194_120 + int64(slot)*1990 + int64(slot*37%11)*4000 + int64(slot%9)*7000
	})
	stock = without(stock, history.Missed, "no run counted in time", 9, 30)
	stock = without(stock, history.Pending, "", 59)
	return []history.Series{orders, hourly, stock}
}
