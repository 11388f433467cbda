package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/test/local"
)

// showChecks shows what the monitor made of the records: the bucket's events had it judge each.
func showChecks(ctx context.Context, _ string, system *local.System) error {
	heading("The bucket told the monitor of each record, and it judged them by their checks")
	system.Settle()
	for _, key := range []string{
		contract.CheckKey("daily-scans", slots[0].at, 1),
		contract.ReconcileKey("orders", time.Date(2022, 4, 7, 15, 0, 0, 0, time.UTC), 1, 1),
	} {
		object, err := system.S3.Object(system.Bucket, key)
		if err != nil {
			return err
		}
		results, err := contract.DecodeResults(strings.NewReader(string(object)))
		if err != nil {
			return err
		}
		fmt.Printf("  %s\n", key)
		for _, result := range results {
			fmt.Println("    " + inWords(result))
		}
	}
	told := system.AWS.SNS.Messages()
	if len(told) != 1 {
		return fmt.Errorf("%d messages went out, want one: daily-scans has too many unread scans", len(told))
	}
	heading("The message about the check that failed")
	printMessage(told[0])
	return nil
}

// showSummary shows the latest summary. A sweep may have told it already, as nobody did in time.
func showSummary(ctx context.Context, _ string, system *local.System) error {
	heading("The summary of the counts")
	system.Settle()
	const ofDay = 23 * time.Hour // its schedule
	if _, err := system.Summarize(ctx, time.Now().UTC().Add(-ofDay).Truncate(24*time.Hour).Add(ofDay)); err != nil {
		return err
	}
	var summaries []local.Published
	for _, message := range system.AWS.SNS.Messages() {
		if message.Attributes["kind"] == "summary" {
			summaries = append(summaries, message)
		}
	}
	if len(summaries) != 1 {
		return fmt.Errorf("%d summaries went out, want one", len(summaries))
	}
	printMessage(summaries[0])
	return nil
}

// inWords is one result: unread 5829, max 5000: fail.
func inWords(r contract.CheckResult) string {
	count := "nothing"
	if r.Count != nil {
		count = fmt.Sprint(*r.Count)
	}
	text := fmt.Sprintf("%s.%s %s", r.Job, r.CaseName, count)
	if r.OtherCount != nil {
		text += fmt.Sprintf(", %s.%s %d", r.OtherJob, r.OtherCase, *r.OtherCount)
	}
	text += fmt.Sprintf(", %s %s: %s", r.Check, r.Bound, r.Result)
	if r.Reason != "" {
		text += " (" + r.Reason + ")"
	}
	return text
}

func printMessage(message local.Published) {
	fmt.Printf("  Subject: %s\n", message.Subject)
	for line := range strings.Lines(message.Text) {
		fmt.Print("  " + line)
	}
}
