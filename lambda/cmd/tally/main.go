// Command tally is the operator's command line: when jobs run next, and whether
// the files are right.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses.
const (
	exitOK      = 0
	exitFailed  = 1 // something could not be done
	exitInvalid = 2 // what the user wrote is wrong: arguments, schedules, files
)

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "tally",
		Short:         "Counts things on a schedule on AWS",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return invalidError{fmt.Errorf("there is no command %q; \"tally help\" lists them", args[0])}
			}
			return command.Help()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return invalidError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newNextCommand(), newValidateCommand())
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, err)
	var invalid invalidError
	if errors.As(err, &invalid) {
		return exitInvalid
	}
	return exitFailed
}

// refuseEmpty refuses flags without text, such as --timezone "$ZONE" where ZONE is
// not set: leaving one out means something else.
func refuseEmpty(flags *pflag.FlagSet) error {
	var err error
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Value.String() == "" {
			err = invalidError{fmt.Errorf("--%s is empty; write its value or leave it out", flag.Name)}
		}
	})
	return err
}

// invalidError marks an error as the user's to mend.
type invalidError struct{ error }

func (e invalidError) Unwrap() error { return e.error }
