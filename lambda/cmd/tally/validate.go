package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newValidateCommand() *cobra.Command {
	var files files
	command := &cobra.Command{
		Use:     "validate",
		Short:   "Check the environments and the jobs as synth does, without CDK",
		Example: "  tally validate\n  tally validate --env prod",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			loaded, err := files.load()
			if err != nil {
				return invalidError{err}
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%d environments, %d jobs: valid\n", len(loaded.Environments), len(loaded.Jobs.Jobs))
			return err
		},
	}
	files.addFlags(command.Flags())
	return command
}
