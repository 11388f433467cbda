package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tally/lambda/internal/history"
	"tally/lambda/internal/report"
)

// reportOptions are the flags of "tally report".
type reportOptions struct {
	files  files
	period period
	out    string
	asJSON bool
}

func newReportCommand() *cobra.Command {
	var options reportOptions
	command := &cobra.Command{
		Use:   "report --env ENV --out FILE",
		Short: "Write what was counted as a page with charts",
		Long: "Write what was counted as one page of HTML, which needs no network: a chart for each job with its slots that are\n" +
			"missing, failed, late or counted again, the largest groups, when the job runs next, and a table behind each chart.\n" +
			"It reads the results bucket with this machine's AWS credentials. A file that is there is replaced once the page is\n" +
			"complete.",
		Example: "  tally report --env prod --out report.html\n" +
			"  tally report --env prod --from 2022-04-01 --to 2022-04-30 --out april.html",
		Args: noArguments,
		RunE: options.run,
	}
	flags := command.Flags()
	options.files.addFlagsOfOne(flags)
	options.period.addFlags(flags, 60)
	flags.StringVar(&options.out, "out", "", "the file to write, such as report.html")
	_ = cobra.MarkFlagFilename(flags, "out", "html") // an error only if there is no such flag
	flags.BoolVar(&options.asJSON, "json", false, "print as JSON where the page is, and how big")
	return command
}

func (o *reportOptions) run(command *cobra.Command, _ []string) error {
	if err := cmp.Or(refuseEmpty(command.Flags()), writable(o.out)); err != nil {
		return err
	}
	a, err := o.files.openArchive(command, nil)
	if err != nil {
		return err
	}
	now := time.Now()
	from, to, err := o.period.of(a.jobs, now)
	if err != nil {
		return err
	}
	series, err := a.read(command.Context(), command.ErrOrStderr(), history.Options{From: from, To: to, Groups: true})
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.Write(&page, report.Page{Environment: a.environment.Name, Made: now, From: from, To: to, Series: series}); err != nil {
		return err
	}
	if err := replaceFile(o.out, page.Bytes()); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	slots := 0
	for _, each := range series {
		slots += len(each.Slots)
	}
	out := command.OutOrStdout()
	if o.asJSON {
		return printJSON(out, map[string]any{"file": o.out, "bytes": page.Len(), "jobs": len(series), "slots": slots})
	}
	_, err = fmt.Fprintf(out, "%s: %s, %s, %d KB\n", o.out, amount(len(series), "job"), amount(slots, "slot"), (page.Len()+999)/1000)
	return err
}

// writable refuses what cannot become the page, before anything is read.
func writable(path string) error {
	if path == "" {
		return invalid("where to? write for example: --out report.html")
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(filepath.Dir(path))
	}
	switch {
	case err != nil:
		return invalid("--out %s cannot be written; write a file in a folder that is there: %w", path, err)
	case info != nil && !info.Mode().IsRegular():
		return invalid("--out %s is a folder or a device; write the name of a file, such as report.html", path)
	}
	return nil
}

// replaceFile writes a file as a whole, or leaves the one that is there.
func replaceFile(path string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".tally-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(data)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
