package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// rowProofs are the cases of test/local/jobs.yaml, with other and total, written by hand:
// the proof must not use the code that it proves.
var rowProofs = map[string]map[string]string{
	"daily-scans": {
		"normal": "result = 'normal'",
		"caries": "result = 'caries' AND confidence >= 0.8",
		"unread": "result IS NULL",
		"other":  "(result = 'fracture' OR result = 'caries' AND confidence < 0.8)",
		"total":  "true",
	},
	"daily-scans-closed": {
		"normal": "result = 'normal'",
		"unread": "result IS NULL",
		"other":  "result IN ('caries', 'fracture')",
		"total":  "true",
	},
}

// proveRows compares each record with a count of its own.
func proveRows(ctx context.Context, system *local.System, records []contract.Record) error {
	db, err := system.Database.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	wheres := rowProofs[records[0].Job]
	return prove(records, len(wheres), "SELECT count(*)\tFROM scans WHERE", func(record contract.Record) (count int64, how string, err error) {
		where := fmt.Sprintf("created_at >= '%s' AND created_at < '%s' AND %s",
			wallClock(*record.WindowFrom), wallClock(*record.WindowTo), wheres[record.CaseName])
		err = db.QueryRowContext(ctx, "SELECT count(*) FROM scans WHERE "+where).Scan(&count)
		return count, where, err
	})
}

func wallClock(t time.Time) string { return t.In(local.Seoul).Format(time.DateTime) }

// proveUploads counts the sample's uploads of 7 April in a loop.
func proveUploads(_ context.Context, _ *local.System, records []contract.Record) error {
	matches := map[string]func(jpeg, large bool) bool{
		"jpeg":  func(jpeg, _ bool) bool { return jpeg },
		"large": func(_, large bool) bool { return large },
		"other": func(jpeg, large bool) bool { return !jpeg && !large },
		"total": func(bool, bool) bool { return true },
	}
	return prove(records, len(matches), "a loop\tover", func(record contract.Record) (count int64, how string, err error) {
		for _, upload := range local.SampleUploads() {
			if upload.Day == 7 && matches[record.CaseName](strings.HasSuffix(upload.Key, ".jpg"), upload.Size > 3000) {
				count++
			}
		}
		return count, "the uploads of 7 April", nil
	})
}

// proveOrders counts the sample's orders of 7 April in Seoul in a loop.
func proveOrders(_ context.Context, _ *local.System, records []contract.Record) error {
	statuses := map[string][]string{"paid": {"paid"}, "refunded": {"refunded"}, "other": {"open"}, "total": {"paid", "refunded", "open"}}
	return prove(records, len(statuses), "a loop\tover", func(record contract.Record) (count int64, how string, err error) {
		for _, order := range local.SampleOrders() {
			if order.OrderedAt.In(local.Seoul).Format(time.DateOnly) == "2022-04-07" && slices.Contains(statuses[record.CaseName], order.Status) {
				count++
			}
		}
		return count, "the orders of 7 April in Seoul", nil
	})
}

// proveEvents counts the sample's events of 7 April in Seoul in a loop.
func proveEvents(_ context.Context, _ *local.System, records []contract.Record) error {
	matches := map[string]func(local.Event) bool{
		"clicks": func(e local.Event) bool { return e.Kind == "click" },
		"large":  func(e local.Event) bool { return e.Amount >= 100 },
		"other":  func(e local.Event) bool { return e.Kind != "click" && e.Amount < 100 },
		"total":  func(local.Event) bool { return true },
	}
	return prove(records, len(matches), "a loop\tover", func(record contract.Record) (count int64, how string, err error) {
		for _, event := range local.SampleEvents() {
			if event.At.In(local.Seoul).Format(time.DateOnly) == "2022-04-07" && matches[record.CaseName](event) {
				count++
			}
		}
		return count, "the events of 7 April in Seoul", nil
	})
}

// prove prints each record beside a count of another kind, and how that was made. cases is
// how many records there must be.
func prove(records []contract.Record, cases int, heading string, again func(contract.Record) (count int64, how string, err error)) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  case\tstored\t"+heading)
	wrong := 0
	for _, record := range records {
		count, how, err := again(record)
		if err != nil {
			return fmt.Errorf("prove case %s: %w", record.CaseName, err)
		}
		if count != *record.Count {
			wrong++
		}
		fmt.Fprintf(table, "  %s\t%d\t%d\t%s\n", record.CaseName, *record.Count, count, how)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if wrong > 0 || len(records) != cases {
		return fmt.Errorf("%d counts are wrong, and there are %d of %d cases", wrong, len(records), cases)
	}
	return nil
}
