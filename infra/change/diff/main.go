// Command diff shows what the working tree changes on AWS since another commit, by
// synthesizing both, or since the last deploy, which "tally fetch" has fetched: without
// credentials and without a network.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"tally/infra/change"
	"tally/infra/settings"
)

// The exit statuses.
const (
	exitHarmless  = 0 // nothing stateful goes
	exitFailed    = 1
	exitUsage     = 2
	exitStateLost = 3 // a stateful resource would be deleted or replaced, or would leave its stack
)

const usage = `Shows what the working tree changes on AWS since another commit, offline.

  diff -base origin/main [-env dev] [-format markdown] [-out FILE] [-each FOLDER]
  diff -deployed FOLDER -assembly FOLDER -env dev [-stack Counter] [-loss refuse] [-format markdown] [-out FILE]

Exit status: 0 when nothing stateful goes, 3 when a stateful resource would be
deleted or replaced, or would leave its stack, or when one stack would lose what
the other one still uses, 1 when it cannot be told, 2 for
wrong arguments. make turns every status but 0 into 2 and prints "Error 3".

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// What -loss says about stateful resources that would go.
const (
	lossAllowed = "allow"  // a deploy that goes on
	lossRefused = "refuse" // a deploy that stops here
)

// options are the command line.
type options struct{ base, deployed, assembly, stack, loss, environment, format, out, each string }

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	options, err := parse(arguments, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitHarmless
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	report, err := compare(ctx, options)
	if err == nil {
		err = write(report, options, stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, err)
		return exitFailed
	case len(report.OutOfOrder) > 0:
		fmt.Fprintf(stderr, "\nNothing was deployed: CloudFormation updates Data first, and would leave behind what Counter still uses (see above).\n"+
			"Deploy Counter first, wait until AWS has removed its network interfaces (up to 20 minutes), and then all:\n"+
			"  make deploy ENV=%[1]s STACK=Counter ALLOW_STATEFUL_LOSS=yes\n  make deploy ENV=%[1]s ALLOW_STATEFUL_LOSS=yes\n", options.environment)
		return exitStateLost
	case report.LosesState() && options.loss != lossAllowed:
		if options.loss == lossRefused {
			fmt.Fprintf(stderr, "\nNothing was deployed: stateful resources would go (see above). If they may: make deploy ENV=%s ALLOW_STATEFUL_LOSS=yes\n", options.environment)
		}
		return exitStateLost
	}
	return exitHarmless
}

func parse(arguments []string, stderr io.Writer) (options, error) {
	var given options
	flags := flag.NewFlagSet("diff", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&given.base, "base", "", "the commit to compare with, such as origin/main")
	flags.StringVar(&given.deployed, "deployed", "", "the folder that \"tally fetch\" wrote, to compare with instead")
	flags.StringVar(&given.assembly, "assembly", "", "with -deployed: the folder that synth wrote")
	flags.StringVar(&given.stack, "stack", "", "with -deployed: the one stack that is to be deployed, Data or Counter; both if absent")
	flags.StringVar(&given.loss, "loss", "", "with -deployed, before a deploy: refuse or allow that stateful resources go")
	flags.StringVar(&given.environment, "env", "", "the one environment to show; all if absent")
	flags.StringVar(&given.format, "format", "text", "text or markdown")
	flags.StringVar(&given.out, "out", "", "the file to write to instead of standard output")
	flags.StringVar(&given.each, "each", "", "a folder for a text report on each environment that changes, such as dev.txt")
	if err := flags.Parse(arguments); err != nil {
		return given, err
	}
	switch {
	case flags.NArg() > 0:
		return given, fmt.Errorf("there is nothing to do with %q", flags.Arg(0))
	case given.deployed != "" && (given.base != "" || given.assembly == "" || given.environment == ""):
		return given, errors.New("-deployed goes with -assembly and -env, and without -base")
	case given.base == "" && given.deployed == "":
		return given, errors.New("compare with which commit? write for example -base origin/main")
	}
	return given, errors.Join(
		oneOf("format", given.format, "text", "markdown"),
		oneOf("stack", cmp.Or(given.stack, "Data"), "Data", "Counter"),
		oneOf("loss", cmp.Or(given.loss, lossRefused), lossRefused, lossAllowed))
}

// oneOf refuses a word that a flag does not know.
func oneOf(flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return fmt.Errorf("there is no %s %q; write %s", flag, value, strings.Join(words, " or "))
}

func compare(ctx context.Context, options options) (change.Report, error) {
	root, err := settings.Root(".")
	if err != nil {
		return change.Report{}, err
	}
	if options.deployed != "" {
		return change.SinceDeploy(ctx, root, options.environment, options.stack, options.deployed, options.assembly)
	}
	report, err := change.Since(ctx, root, options.base)
	if err != nil || options.environment == "" {
		return report, err
	}
	if known := report.Known(); !slices.Contains(known, options.environment) {
		return report, fmt.Errorf("there is no environment %q here or there; write one of %s", options.environment, strings.Join(known, ", "))
	}
	return report.Of(options.environment), nil
}

func write(report change.Report, options options, stdout io.Writer) error {
	if options.each != "" {
		if err := writeEach(report, options.each); err != nil {
			return fmt.Errorf("write the reports: %w", err)
		}
	}
	text := report.Text()
	if options.format == "markdown" {
		text = report.Markdown()
	}
	if options.out != "" {
		return os.WriteFile(options.out, []byte(text), 0o644)
	}
	_, err := io.WriteString(stdout, text)
	return err
}

func writeEach(report change.Report, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, environment := range report.Environments() {
		if err := os.WriteFile(filepath.Join(folder, environment+".txt"), []byte(report.Of(environment).Text()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
