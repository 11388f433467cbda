package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// slot is one firing of a job.
type slot struct {
	job string
	at  time.Time
}

// show fires the slot, proves its counts, and fires it again.
func (s slot) show(ctx context.Context, system *local.System) error {
	heading("Fire %s for %s", s.job, s.at.Format(time.RFC3339))
	answer, err := system.Fire(ctx, s.job, s.at)
	if err != nil {
		return err
	}
	if answer.Outcome != contract.OutcomeStored {
		return fmt.Errorf("%s: the first event was answered %q, want %q", s.job, answer.Outcome, contract.OutcomeStored)
	}
	fmt.Printf("  %s in %s; beside each count a plain SELECT:\n", answer.Outcome, answer.Key)
	if err := prove(ctx, system.Database, answer.Records); err != nil {
		return err
	}
	object, err := system.S3.Object(system.Bucket, answer.Key)
	if err != nil {
		return err
	}
	fmt.Printf("  the stored object:\n%s", object)
	return s.repeat(ctx, system, answer, object)
}

// repeat fires the same slot again: nothing may change.
func (s slot) repeat(ctx context.Context, system *local.System, stored contract.Answer, object []byte) error {
	fmt.Println("  the same event again:")
	before, err := system.S3.Keys(system.Bucket)
	if err != nil {
		return err
	}
	answer, err := system.Fire(ctx, s.job, s.at)
	if err != nil {
		return err
	}
	after, err := system.S3.Keys(system.Bucket)
	if err != nil {
		return err
	}
	again, err := system.S3.Object(system.Bucket, stored.Key)
	if err != nil {
		return err
	}
	if answer.Outcome != contract.OutcomeAlreadyStored || len(after) != len(before) || !bytes.Equal(again, object) {
		return fmt.Errorf("%s: the repeated event was answered %q and left %d objects (%d before)", s.job, answer.Outcome, len(after), len(before))
	}
	fmt.Printf("  %s; still %d object(s) in the bucket, and the same bytes\n", answer.Outcome, len(after))
	return nil
}

// proofs are the cases of test/local/jobs.yaml, with other and total, written out
// by hand: what is proven must not be computed by what is to be proven.
var proofs = map[string]map[string]string{
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

// prove compares each record with a count of its own.
func prove(ctx context.Context, database *local.Database, records []contract.Record) error {
	db, err := database.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  case\tstored\tSELECT count(*)\tFROM scans WHERE")
	wrong := 0
	for _, record := range records {
		where := fmt.Sprintf("created_at >= '%s' AND created_at < '%s' AND %s",
			wallClock(*record.WindowFrom), wallClock(*record.WindowTo), proofs[record.Job][record.CaseName])
		var count int64
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM scans WHERE "+where).Scan(&count); err != nil {
			return fmt.Errorf("prove case %s: %w", record.CaseName, err)
		}
		if count != *record.Count {
			wrong++
		}
		fmt.Fprintf(table, "  %s\t%d\t%d\t%s\n", record.CaseName, *record.Count, count, where)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if want := len(proofs[records[0].Job]); wrong > 0 || len(records) != want {
		return fmt.Errorf("%d counts are wrong, and there are %d of %d cases", wrong, len(records), want)
	}
	return nil
}

func wallClock(t time.Time) string { return t.In(local.Seoul).Format(time.DateTime) }
