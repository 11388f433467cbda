// Command demo runs jobs of each kind end to end on this machine: the synthesized
// stack, the function's real binary, a real PostgreSQL, a server of the S3
// protocol and a stand-in for Athena. It proves each stored count: rows with a
// plain SELECT, objects, records and events with a loop over them.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"tally/infra/settings"
	"tally/test/local"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// slots are the slots that the demo fires: 23:55 and some minutes past midnight in Seoul.
var slots = []slot{
	{job: "daily-scans", at: time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC), prove: proveRows},
	{job: "daily-scans-closed", at: time.Date(2022, 4, 7, 15, 5, 0, 0, time.UTC), prove: proveRows},
	{job: "daily-uploads", at: time.Date(2022, 4, 7, 15, 10, 0, 0, time.UTC), prove: proveUploads},
	{job: "daily-orders", at: time.Date(2022, 4, 7, 15, 25, 0, 0, time.UTC), prove: proveOrders},
	{job: "daily-orders-log", at: time.Date(2022, 4, 7, 15, 20, 0, 0, time.UTC), prove: proveOrders},
}

func run(ctx context.Context) (err error) {
	began := time.Now()
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	heading("Start PostgreSQL and load %d rows", local.SampleRows)
	database, err := local.StartPostgres(ctx, root)
	if err != nil {
		return err
	}
	defer func() { err = first(err, database.Stop()) }()
	if err := database.Load(ctx); err != nil {
		return err
	}

	heading("Synthesize the stack, start an S3 server with %d uploads and a log of %d orders, build and deploy the function (the first time about 40 seconds)",
		len(local.SampleUploads()), len(local.SampleOrders()))
	var log bytes.Buffer
	system, err := local.Start(ctx, local.Options{Root: root, Environment: "local", Database: database, Log: &log})
	if err != nil {
		return err
	}
	defer func() { err = first(err, system.Close()) }()
	printParts(system)

	heading("When the jobs run next (tally next)")
	if err := printNext(ctx, root); err != nil {
		return err
	}
	for _, slot := range slots {
		if err := slot.show(ctx, system); err != nil {
			return fmt.Errorf("%w\nthe function's log:\n%s", err, log.String())
		}
	}
	for _, show := range []func(context.Context, string, *local.System) error{showAthena, showChecks, showLate, showLost, showSummary, showHistory} {
		if err := show(ctx, root, system); err != nil {
			return fmt.Errorf("%w\nthe function's log:\n%s", err, log.String())
		}
	}
	heading("The function's log of the first run")
	fmt.Print(firstRun(log.String()))
	fmt.Printf("\nEvery count was right, nothing was counted twice, everything is cleaned up (%.0f s).\n", time.Since(began).Seconds())
	return nil
}

// first is the earliest error, which explains the most.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// firstRun cuts a log after the line that ends the first invocation.
func firstRun(log string) string {
	for i, line := range strings.SplitAfter(log, "\n") {
		if strings.Contains(line, `"msg":"done"`) {
			return strings.Join(strings.SplitAfter(log, "\n")[:i+1], "")
		}
	}
	return log
}

func heading(format string, args ...any) {
	fmt.Printf("\n== "+format+"\n", args...)
}
