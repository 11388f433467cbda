package faults_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tally/test/faults"
	"tally/test/local"
)

// scan is a row of the table scans, which the local environment's job daily-scans counts.
type scan struct {
	at         time.Time
	result     string // empty is NULL
	confidence int    // in hundredths
}

// The days that have scans, in Seoul, and how many scans a day has at most.
const (
	mostScans = 6
	scanDays  = 2200
)

// scanned are the scans of a day, the same ones on every machine. One may be right at midnight,
// at the slot or before it. No scan is on each seventh day.
func scanned(midnight time.Time) (scans []scan) {
	random := rand.New(rand.NewPCG(uint64(midnight.Unix()), 1))
	if midnight.Unix()/86400%7 == 0 {
		return nil
	}
	for range random.IntN(mostScans + 1) {
		at := midnight.Add(time.Duration(random.Int64N(int64(24*time.Hour/time.Millisecond))) * time.Millisecond)
		switch random.IntN(8) {
		case 0:
			at = midnight
		case 1:
			at = midnight.Add(23*time.Hour + 55*time.Minute)
		case 2:
			at = midnight.Add(23*time.Hour + 55*time.Minute - time.Millisecond)
		}
		scans = append(scans, scan{at, faults.Pick(random, "normal", "caries", "caries", "fracture", ""), random.IntN(101)})
	}
	return scans
}

// dayOf is the midnight in Seoul of a day before the last one.
func dayOf(last time.Time, before int) time.Time {
	last = last.In(local.Seoul)
	return time.Date(last.Year(), last.Month(), last.Day()-before, 0, 0, 0, 0, local.Seoul)
}

// loadScans fills the table scans with the days up to one.
func loadScans(database *local.Database, last time.Time) error {
	db, err := database.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	kind := map[string]string{"postgres": "timestamp(3)", "mysql": "datetime(3)"}[database.Engine]
	if _, err := db.ExecContext(context.Background(), "CREATE TABLE scans (id integer PRIMARY KEY, clinic_id integer NOT NULL, patient_id integer NOT NULL, "+
		"result varchar(20), confidence numeric(3,2), created_at "+kind+" NOT NULL)"); err != nil {
		return err
	}
	var values []string
	for before := range scanDays {
		for _, s := range scanned(dayOf(last, before)) {
			result := "NULL"
			if s.result != "" {
				result = "'" + s.result + "'"
			}
			values = append(values, fmt.Sprintf("(%d,1,1,%s,%d.%02d,'%s')", len(values), result, s.confidence/100, s.confidence%100, s.at.Format("2006-01-02 15:04:05.000")))
		}
	}
	_, err = db.ExecContext(context.Background(), "INSERT INTO scans VALUES "+strings.Join(values, ","))
	return err
}

// countedScans is the oracle: what the record of daily-scans of a day should say.
func countedScans(midnight time.Time) (slot time.Time, record faults.Record) {
	slot = midnight.Add(23*time.Hour + 55*time.Minute)
	counts := map[string]int64{"normal": 0, "caries": 0, "unread": 0, "other": 0, "total": 0}
	for _, s := range scanned(midnight) {
		if !s.at.Before(slot) {
			continue
		}
		counts["total"]++
		switch {
		case s.result == "normal":
			counts["normal"]++
		case s.result == "caries" && s.confidence >= 80:
			counts["caries"]++
		case s.result == "":
			counts["unread"]++
		default:
			counts["other"]++
		}
	}
	return slot.UTC(), faults.Record{From: midnight.UTC(), To: slot.UTC(), Counts: counts}
}

// apartScans is the job daily-scans without a total: it sends a statement for each case.
const apartScans = "apart-scans"

const apartScansYAML = `
  - name: apart-scans
    schedule: cron(55 14 * * ? *)
    source: {database: app, table: scans}
    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}
    total: false
    cases:
      normal: result = 'normal'
      caries: result = 'caries' AND confidence >= 0.8
      unread: result IS NULL
`

// withApartScans writes a jobs file that has apartScans too.
func withApartScans(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(projectRoot, "test/local/jobs.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	with := filepath.Join(t.TempDir(), "jobs.yaml")
	if err := os.WriteFile(with, bytes.Replace(text, []byte("\nreconcile:"), []byte(apartScansYAML+"\nreconcile:"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return with
}

// alone is what the record of apartScans should say, by that of daily-scans.
func alone(record faults.Record) faults.Record {
	record.Counts = maps.Clone(record.Counts)
	delete(record.Counts, "total")
	delete(record.Counts, "other")
	return record
}
