package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
)

// exportOptions are the flags of "tally export".
type exportOptions struct {
	reading
	out string
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
	options.addFlags(command)
	addFolder(command.Flags(), &options.out, "out", "the folder to write")
	return command
}

func (o *exportOptions) run(command *cobra.Command, args []string) error {
	if err := refuseEmpty(command.Flags()); err != nil {
		return err
	}
	if o.files.environment == "" || o.out == "" {
		return invalid("which records, and where to? write for example: tally export --env prod --out records")
	}
	loaded, err := o.files.load()
	if err != nil {
		return err
	}
	jobs, err := named(loaded.Jobs, args)
	if err != nil {
		return err
	}
	from, to, err := o.period.of(jobs, time.Now())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return invalid("--out cannot be written: %w", err)
	}
	bucket, err := o.bucket(command, loaded.Environments[0])
	if err != nil {
		return err
	}
	e := exporting{from: bucket, to: store.Folder(o.out), sizes: map[string]int64{}}
	wanted := func(name string) bool { return len(args) == 0 || slices.Contains(args, name) }
	keys, err := history.RecordKeys(command.Context(), e.list, wanted, from, to)
	if err != nil {
		return err
	}
	told, end := newProgress(command.ErrOrStderr(), "copying records")
	err = e.copy(command.Context(), keys, told)
	end()
	if err != nil {
		return err
	}
	bytes := int64(0) // also of those that were there
	for _, key := range keys {
		bytes += e.sizes[key]
	}
	out, copied := command.OutOrStdout(), int(e.copied.Load())
	if o.asJSON {
		return printJSON(out, map[string]any{"folder": o.out, "from": from, "to": to, "records": len(keys), "bytes": bytes, "copied": copied})
	}
	_, err = fmt.Fprintf(out, "%s: %s, %d KB, %s; %d of them were there already\n",
		o.out, amount(len(keys), "record"), (bytes+999)/1000, periodWords(from, to, time.UTC), len(keys)-copied)
	return err
}

// exporting is an export under way.
type exporting struct {
	from   *store.Store
	to     store.Folder
	mutex  sync.Mutex
	sizes  map[string]int64 // of what is listed
	copied atomic.Int64
}

func (e *exporting) list(ctx context.Context, prefix string) ([]string, error) {
	found, err := e.from.Sizes(ctx, prefix)
	e.mutex.Lock()
	defer e.mutex.Unlock()
	maps.Copy(e.sizes, found)
	return slices.Collect(maps.Keys(found)), err
}

// copy copies objects, unless there is a file with its size already. The first error ends it.
func (e *exporting) copy(ctx context.Context, keys []string, told func(done, of int)) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	failures := history.Each(ctx, len(keys), told, func(i int) error {
		file := e.to.Path(keys[i])
		if info, err := os.Stat(file); err == nil && info.Size() == e.sizes[keys[i]] {
			return nil
		}
		content, err := e.from.ReadBytes(ctx, keys[i])
		if err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), replaceFile(file, content))
		}
		if err != nil {
			end()
			return fmt.Errorf("copy a record: %w", err)
		}
		e.copied.Add(1)
		return nil
	})
	if len(failures) > 0 {
		return failures[0]
	}
	return ctx.Err()
}
