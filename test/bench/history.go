package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

const (
	readJobs = 10
	readDays = 28
)

// history measures how fast the records of ten daily jobs are read from a server 30 ms away,
// against the same requests one after the other.
func history(ctx context.Context, root string) ([]figure, error) {
	m, done, err := newMeasurer(ctx, root)
	if err != nil {
		return nil, err
	}
	defer done()
	s3, err := local.StartS3(ctx, "bench")
	if err != nil {
		return nil, err
	}
	defer s3.Close()
	jobs, err := putDailyRecords(s3, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	var requests atomic.Int64
	far, err := farAway(s3, func() { requests.Add(1) })
	if err != nil {
		return nil, err
	}
	defer far.Close()
	read := func(options ...string) (seconds float64, sent int64, err error) {
		requests.Store(0)
		result, err := m.run(ctx, jobs, append(options, "-endpoint", far.URL, "-days", fmt.Sprint(readDays))...)
		if err == nil && result.Total != readJobs*readDays {
			err = fmt.Errorf("%d of %d slots are counted", result.Total, readJobs*readDays)
		}
		return result.Seconds, requests.Load(), err
	}
	var ours, theirs []float64
	var sent int64
	for range runs {
		took, count, err := read()
		if err != nil {
			return nil, err
		}
		inTurn, countInTurn, err := read("-one-by-one")
		if err != nil {
			return nil, err
		}
		if count != countInTurn {
			return nil, fmt.Errorf("%d requests, and one by one %d", count, countInTurn)
		}
		ours, theirs, sent = append(ours, took), append(theirs, inTurn), count
	}
	value, spread := ratio(ours, theirs, median)
	return []figure{{
		name: "history of 28 days of ten daily jobs, time to one request after the other's", value: value, spread: spread, limit: 1.0 / 8, unit: "x",
		detail: fmt.Sprintf("%.1f times as fast; %d requests, each %s away: %.2f s and %.2f s", 1/value, sent, away, median(ours), median(theirs)),
	}}, nil
}

// putDailyRecords stores a record of two cases for each of the last slots, and the schedule
// history. It returns the jobs file.
func putDailyRecords(s3 *local.S3, now time.Time) (string, error) {
	const schedule = "cron(0 0 * * ? *)"
	var file strings.Builder
	file.WriteString("timezone: UTC\njobs:\n")
	var scheduled []map[string]string
	for i := range readJobs {
		name := fmt.Sprintf("job-%02d", i)
		fmt.Fprintf(&file, "  - {name: %s, schedule: %s, source: {database: app, table: t}, window: {span: previous-day, column: at}, cases: {a: a = 1}}\n", name, schedule)
		scheduled = append(scheduled, map[string]string{"name": name, "schedule": schedule})
		for day := range readDays {
			slot := now.Truncate(24*time.Hour).AddDate(0, 0, -day)
			line := contract.Record{Job: name, CaseName: "a", Count: new(int64(day)), Status: contract.StatusOK, ScheduledTime: slot, Revision: 1}
			total := line
			total.CaseName = contract.CaseTotal
			record, err := contract.EncodeRecords([]contract.Record{line, total})
			if err == nil {
				err = s3.Put("bench", contract.RecordKey(name, slot, 1), record)
			}
			if err != nil {
				return "", err
			}
		}
	}
	return file.String(), putSchedules(s3, now.AddDate(0, 0, -2*readDays), scheduled)
}
