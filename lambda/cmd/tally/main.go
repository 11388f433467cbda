// Command tally is the operator's command line: when jobs run next, whether the
// files are right, what a job counts, and whether what is deployed could count it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tally/lambda/internal/sqlsource"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitOK      = 0
	exitFailed  = 1 // something failed
	exitInvalid = 2 // the user's input is wrong: arguments, schedules, files
)

// about begins the help. The page docs/command-line.md has the same statuses.
var about = fmt.Sprintf(`Counts things on a schedule on AWS. See when jobs run, check the files, count from this
machine, and ask what is deployed.

Exit statuses:
  %d  done
  %d  something failed, a job cannot be counted, or something needs a person
  %d  what the user wrote is wrong: arguments, jobs, environments
  3  of make diff and make deploy only: a stateful resource would go

"tally completion --help" says how a shell completes commands, jobs and environments.`, exitOK, exitFailed, exitInvalid)

// commands make the commands, in the order of the help.
var commands = []func() *cobra.Command{
	newNextCommand,
	newValidateCommand,
	newRunCommand,
	newVerifyCommand,
	newStatusCommand,
	newRedriveCommand,
	newHistoryCommand,
	newReportCommand,
	newLateCommand,
	newBacktestCommand,
	newExportCommand,
	newBackfillCommand,
	newRecountCommand,
	newSweepCommand,
	newFetchCommand,
	newTeardownCommand,
	newDiscoverCommand,
	newInitCommand,
}

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if err := refusePasswords(args); err != nil {
		fmt.Fprintln(stderr, err)
		return exitInvalid
	}
	root := &cobra.Command{
		Use:           "tally",
		Short:         "Counts things on a schedule on AWS",
		Long:          about,
		Example:       "  tally next --env prod\n  tally help run",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args:          cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return invalid("there is no command %q; \"tally help\" lists them", args[0])
			}
			return command.Help()
		},
	}
	cobra.EnableCommandSorting = false
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return invalidError{err} })
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	for _, command := range commands {
		root.AddCommand(command())
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	for line := range strings.SplitSeq(inWords(err), "\n") {
		screenFor(stderr).say(0, painterFor(stderr).bad, "%s", line)
	}
	if errors.As(err, &invalidError{}) || errors.As(err, new(sqlsource.URLError)) {
		return exitInvalid
	}
	return exitFailed
}

// noArguments refuses arguments of a command that takes none.
func noArguments(command *cobra.Command, args []string) error {
	if len(args) > 0 {
		return invalid("%s takes no arguments, got %q; \"tally help %s\" lists its flags", command.CommandPath(), args[0], command.Name())
	}
	return nil
}

// oneJob wants the name of one job as the argument of a command.
func oneJob(command *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		example, _, _ := strings.Cut(strings.TrimSpace(command.Example), "\n")
		return invalid("which job? write for example: %s", example)
	case len(args) > 1:
		return invalid("one job at a time; got %d", len(args))
	}
	return nil
}

// refuseEmpty refuses flags with an empty value, such as --timezone "$ZONE" where ZONE is
// not set. To leave the flag out means something else.
func refuseEmpty(flags *pflag.FlagSet) error {
	var err error
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Value.String() == "" {
			err = invalid("--%s is empty; write its value or leave it out", flag.Name)
		}
	})
	return err
}

// version is the commit that the program was built from. go run does not know it.
func version() string {
	built, known := debug.ReadBuildInfo()
	if !known || built.Main.Version == "" || built.Main.Version == "(devel)" {
		return "devel (" + runtime.Version() + ")"
	}
	return built.Main.Version + " (" + runtime.Version() + ")"
}

// withPassword is a URL that names a user with a password.
var withPassword = regexp.MustCompile(`(?is)[a-z0-9+.-]+://.*:.*@`)

// refusePasswords refuses arguments that hold a password: other users of the machine see
// them in the list of processes, and the shell keeps them in its history.
func refusePasswords(args []string) error {
	for i, arg := range args {
		if withPassword.MatchString(arg) {
			return fmt.Errorf("argument %d holds a password, which everybody on this machine can read; "+
				"put the URL of database app into the variable TALLY_DATABASE_APP, and keys of S3 into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", i+1)
		}
	}
	return nil
}

// invalidError marks an error of the user's input.
type invalidError struct{ error }

func (e invalidError) Unwrap() error { return e.error }

func invalid(format string, values ...any) error { return invalidError{fmt.Errorf(format, values...)} }
