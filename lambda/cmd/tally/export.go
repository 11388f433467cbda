package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
	"tally/lambda/internal/store"
)

// exportOptions are the flags of "tally export".
type exportOptions struct {
	reading
	out    string
	asJSON bool
}

func newExportCommand() *cobra.Command {
	var options exportOptions
	command := &cobra.Command{
		Use:   "export [JOB...] --env ENV --out FOLDER",
		Short: "Copy records from the results bucket into a folder",
		Long: "Copy the records of some jobs, or of all, from the results bucket into a folder, as they are and under their keys, for\n" +
			"\"tally backtest --records\" and other programs. What is there already, with the same size, is left as it is: run it\n" +
			"again to add what is new. It reads the results bucket with this machine's AWS credentials.",
		Example: "  tally export --env prod --out records\n" +
			"  tally export daily-orders daily-scans --env prod --out records --from 2025-01-01 --to 2025-12-31",
		Args: cobra.ArbitraryArgs,
		RunE: options.run,
	}
	flags := command.Flags()
	options.addFlags(flags)
	flags.StringVar(&options.out, "out", "", "the folder to write")
	_ = cobra.MarkFlagDirname(flags, "out") // an error only if there is no such flag
	addJSON(flags, &options.asJSON)
	command.ValidArgsFunction = options.files.completeAllJobs
	return command
}

// exported is what an export came to, as --json prints it.
type exported struct {
	Folder  string    `json:"folder"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Records int       `json:"records"`
	Bytes   int64     `json:"bytes"`
	Copied  int       `json:"copied"` // the others were there
}

func (o *exportOptions) run(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	if o.files.environment == "" || o.out == "" {
		return invalidError{errors.New("which records, and where to? write for example: tally export --env prod --out records")}
	}
	loaded, err := o.files.load()
	if err != nil {
		return err
	}
	jobs, err := named(loaded.Jobs, args)
	if err != nil {
		return err
	}
	facts := exported{Folder: o.out}
	if facts.From, facts.To, err = o.period.of(jobs, time.Now()); err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return invalidError{fmt.Errorf("--out cannot be written: %w", err)}
	}
	bucket, err := o.bucket(command, loaded.Environments[0])
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, name := range args {
		wanted[name] = true
	}
	told, end := newProgress(command.ErrOrStderr(), "copying records")
	err = facts.copy(command.Context(), bucket, wanted, told)
	end()
	if err != nil {
		return err
	}
	out := command.OutOrStdout()
	if o.asJSON {
		return printJSON(out, facts)
	}
	_, err = fmt.Fprintf(out, "%s: %s, %d KB, %s; %d of them were there already\n",
		o.out, amount(facts.Records, "record"), (facts.Bytes+999)/1000, periodWords(facts.From, facts.To, time.UTC), facts.Records-facts.Copied)
	return err
}

// copies is how many requests are under way at a time.
const copies = 32

// copy copies the records of the wanted jobs, or of all if none is named.
func (e *exported) copy(ctx context.Context, bucket *store.Store, wanted map[string]bool, told func(done, of int)) error {
	var mutex sync.Mutex
	sizes := map[string]int64{}
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(copies)
	for day := e.From.UTC().Truncate(24 * time.Hour); day.Before(e.To); day = day.AddDate(0, 0, 1) {
		group.Go(func() error {
			found, err := bucket.Sizes(working, contract.DayPrefix(day))
			maps.DeleteFunc(found, func(key string, _ int64) bool {
				name, slot, _, ok := contract.ParseRecordKey(key)
				return !ok || len(wanted) > 0 && !wanted[name] || slot.Before(e.From) || !slot.Before(e.To)
			})
			mutex.Lock()
			defer mutex.Unlock()
			maps.Copy(sizes, found)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("list the records: %w", err)
	}
	group, working = errgroup.WithContext(ctx)
	group.SetLimit(copies)
	for key, size := range sizes {
		group.Go(func() error {
			copied, err := copyRecord(working, bucket, key, size, store.Folder(e.Folder).Path(key))
			mutex.Lock()
			defer mutex.Unlock()
			e.Records, e.Bytes = e.Records+1, e.Bytes+size
			if copied {
				e.Copied++
			}
			told(e.Records, len(sizes))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("copy the records: %w", err)
	}
	return nil
}

// copyRecord copies an object to a file, unless that has its size already.
func copyRecord(ctx context.Context, bucket *store.Store, key string, size int64, file string) (copied bool, err error) {
	if info, err := os.Stat(file); err == nil && info.Size() == size {
		return false, nil
	}
	content, err := bucket.ReadBytes(ctx, key)
	if err != nil {
		return false, err
	}
	return true, errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), replaceFile(file, content))
}
