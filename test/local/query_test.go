package local_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/test/local"
)

// TestQueries has the real function store records, and asks about them as Athena
// would: by the table, the view and the saved queries of the template.
func TestQueries(t *testing.T) {
	system := startSystem(t)
	storeRecords(t, system)
	system.Settle() // the monitor judges them
	engine := startAthena(t, system)
	t.Run("the table holds every line as it was stored", func(t *testing.T) { testTable(t, system) })
	t.Run("the view has the types that it declares", func(t *testing.T) { testViewTypes(t, engine) })
	t.Run("the view has each slot's highest revision", func(t *testing.T) { testView(t, system, engine) })
	t.Run("the saved queries answer right", func(t *testing.T) { testSavedQueries(t, engine) })
}

// storeRecords stores one of each kind: three days of a job of which the second was
// repaired, and a day on which a case fails; groups; objects; and, by hand, because
// here every slot is long past, one that was missed and one that came in time.
func storeRecords(t *testing.T, system *local.System) {
	t.Helper()
	for day := -2; day <= 0; day++ {
		fire(t, system, "daily-scans", slotTime.AddDate(0, 0, day))
	}
	fire(t, system, "daily-patients", yesterdayTo.Add(15*time.Minute))
	fire(t, system, "daily-uploads", yesterdayTo.Add(10*time.Minute))
	repair(t, system, "daily-scans", slotTime.AddDate(0, 0, -1))

	db, err := system.Database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE scans RENAME COLUMN confidence TO certainty"); err != nil {
		t.Fatal(err)
	}
	fire(t, system, "daily-scans", slotTime.AddDate(0, 0, 1))

	for slot, status := range map[time.Time]contract.Status{slotTime: contract.StatusOK, slotTime.Add(time.Hour): contract.StatusMissed} {
		record := contract.Record{
			Job: "by-hand", CaseName: contract.CaseTotal, Groups: contract.Groups{}, Status: status,
			ScheduledTime: slot, LocalDate: "2022-04-07", CountedAt: slot.Add(90*time.Second + 500*time.Millisecond),
			Schedule: "cron(55 * * * ? *)", Revision: 1, JobSHA256: "00ff", UnknownFields: []string{"order.statsu", "paid"},
		}
		if status == contract.StatusOK {
			record.Count = new(int64(9007199254740993)) // more than a double can hold
		}
		put(t, system, []contract.Record{record})
	}
	// One of two slots of a date, at the same minute as a slot of another job.
	repair(t, system, "by-hand", slotTime)
	storeResults(t, system)
}

// storeResults stores results of checks: of three days, the last one in two revisions, and a
// comparison.
func storeResults(t *testing.T, system *local.System) {
	t.Helper()
	results := func(slot time.Time, revision int, each ...contract.CheckResult) {
		key := contract.CheckKey("by-hand", slot, revision)
		for i := range each {
			each[i].Job, each[i].ScheduledTime, each[i].CountedDay, each[i].Revision = "by-hand", slot, slot.Format(time.DateOnly), revision
			if each[i].Reconcile != "" {
				key = contract.ReconcileKey(each[i].Reconcile, slot, revision, each[i].OtherRevision)
			}
		}
		content, err := contract.EncodeResults(each)
		if err != nil {
			t.Fatal(err)
		}
		if err := system.S3.Put(system.Bucket, key, content); err != nil {
			t.Fatal(err)
		}
	}
	total := func(check string, result contract.Result) contract.CheckResult {
		return contract.CheckResult{CaseName: contract.CaseTotal, Check: check, Result: result, Bound: "1", Count: new(int64(0))}
	}
	drop := total(contract.CheckMaxDrop, contract.ResultFail)
	drop.Bound, drop.Baseline, drop.BaselineSlots = "50%", new(10.5), []time.Time{slotTime.AddDate(0, 0, -2), slotTime.AddDate(0, 0, -3)}
	unknown := total(contract.CheckMaxDrop, contract.ResultNotEvaluated)
	unknown.Reason, unknown.Count = "fewer than three slots", nil
	results(slotTime.AddDate(0, 0, -2), 1, total(contract.CheckMin, contract.ResultPass), unknown)
	results(slotTime.AddDate(0, 0, -1), 1, total(contract.CheckMin, contract.ResultFail), drop)
	results(slotTime, 1, total(contract.CheckMin, contract.ResultFail), unknown)
	results(slotTime, 2, total(contract.CheckMin, contract.ResultPass), unknown)
	within := total(contract.CheckWithin, contract.ResultFail)
	within.Reconcile, within.Bound, within.OtherJob, within.OtherCase, within.OtherCount, within.OtherRevision = "pair", "2%", "daily-scans", "total", new(int64(7)), 1
	results(slotTime, 1, within)
}

// repair stores a second revision: one less of each case, and no case caries.
func repair(t *testing.T, system *local.System, job string, slot time.Time) {
	t.Helper()
	var repaired []contract.Record
	for _, record := range stored(t, system, contract.RecordKey(job, slot, 1)) {
		if record.CaseName == "caries" {
			continue
		}
		*record.Count--
		record.Revision, record.CountedAt = 2, record.CountedAt.Add(time.Hour)
		repaired = append(repaired, record)
	}
	put(t, system, repaired)
}

func put(t *testing.T, system *local.System, records []contract.Record) {
	t.Helper()
	content, err := contract.EncodeRecords(records)
	if err != nil {
		t.Fatal(err)
	}
	first := records[0]
	if err := system.S3.Put(system.Bucket, contract.RecordKey(first.Job, first.ScheduledTime, first.Revision), content); err != nil {
		t.Fatal(err)
	}
}

func stored(t *testing.T, system *local.System, key string) []contract.Record {
	t.Helper()
	content, err := system.S3.Object(system.Bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	records, err := contract.DecodeAll(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func allStored(t *testing.T, system *local.System) []contract.Record {
	t.Helper()
	keys, err := system.S3.Keys(system.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	var all []contract.Record
	for _, key := range keys {
		if strings.HasPrefix(key, contract.RecordPrefix) {
			all = append(all, stored(t, system, key)...)
		}
	}
	return all
}

func testTable(t *testing.T, system *local.System) {
	rows := readTable(t, system, "counts")
	records := allStored(t, system)
	if len(rows) != len(records) {
		t.Fatalf("%d rows of %d records", len(rows), len(records))
	}
	statuses := map[contract.Status]int{}
	for i, record := range records {
		statuses[record.Status]++
		row := rows[i]
		if got, want := row["date"], record.ScheduledTime.UTC().Format(time.DateOnly); got != want {
			t.Errorf("row %d is in the partition of %v, and its slot on %s", i, got, want)
		}
		var count any
		if record.Count != nil {
			count = *record.Count
		}
		if row["count"] != count || row["case_name"] != record.CaseName || row["late"] != record.Late || row["revision"] != int64(record.Revision) {
			t.Errorf("row %d is %v, stored is %+v", i, row, record)
		}
		if difference := cmp.Diff(map[string]*string(record.Groups), row["groups"]); difference != "" {
			t.Errorf("row %d: groups (- stored, + read):\n%s", i, difference)
		}
		if unknown, _ := row["unknown_fields"].([]string); !slices.Equal(unknown, record.UnknownFields) {
			t.Errorf("row %d: unknown fields %q, stored are %q", i, unknown, record.UnknownFields)
		}
	}
	if len(statuses) != 3 {
		t.Errorf("statuses are %v: one is not tried", statuses)
	}
}

// Athena refuses a view whose columns are not as declared ("view is stale").
func testViewTypes(t *testing.T, engine *athena) {
	var want []string
	for _, column := range engine.catalog.View.Columns {
		want = append(want, column.Name+"|"+prestoInPostgres[column.Type])
	}
	got := engine.ask(t, `SELECT column_name, data_type FROM information_schema.columns
		WHERE table_name = 'counts_latest' ORDER BY ordinal_position`)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("columns of the view (- declared, + selected):\n%s", difference)
	}
	if engine.catalog.View.Schema != "tally_local" {
		t.Errorf("the view looks for its table in %s", engine.catalog.View.Schema)
	}
}

func testView(t *testing.T, system *local.System, engine *athena) {
	records := allStored(t, system)
	highest := map[string]int{}
	for _, record := range records {
		slot := contract.SlotPrefix(record.Job, record.ScheduledTime)
		highest[slot] = max(highest[slot], record.Revision)
	}
	var want []string
	for _, record := range records {
		if record.Revision != highest[contract.SlotPrefix(record.Job, record.ScheduledTime)] {
			continue
		}
		count := ""
		if record.Count != nil {
			count = fmt.Sprint(*record.Count)
		}
		clinic := ""
		if value := record.Groups["clinic_id"]; value != nil {
			clinic = *value
		}
		want = append(want, fmt.Sprintf("%s|%s|%s|%d|%s|%s|%s", record.Job, record.CaseName, clinic, record.Revision, count,
			record.ScheduledTime.Format(time.RFC3339), record.CountedAt.Format(time.RFC3339Nano)))
	}
	if len(want) == len(records) {
		t.Fatal("no record was repaired: this test would prove nothing")
	}
	got := engine.ask(t, `SELECT job, case_name, element_at(groups, 'clinic_id'), revision, count, scheduled_time, counted_at FROM counts_latest`)
	slices.Sort(want)
	slices.Sort(got)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("the view (- records, + view):\n%s", difference)
	}
	got = engine.ask(t, `SELECT DISTINCT job, element FROM counts_latest, unnest(unknown_fields) AS element ORDER BY element`)
	if difference := cmp.Diff([]string{"by-hand|order.statsu", "by-hand|paid"}, got); difference != "" {
		t.Errorf("unknown fields of the view (- stored, + view):\n%s", difference)
	}
}
