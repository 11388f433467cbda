package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newSweepCommand() *cobra.Command {
	var files files
	var ifDeployed bool
	command := &cobra.Command{
		Use:   "sweep --env ENV",
		Short: "Have the monitor look for slots without a record now",
		Long: "Have the monitor look for slots without a record now, as it does every hour: it learns which jobs are deployed, and\n" +
			"has the counters count what is missing. This command does not wait for that; the monitor's log says what became of\n" +
			"each slot. This machine's AWS credentials must be allowed to invoke the monitor.",
		Example: "  tally sweep --env dev",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if files.environment == "" {
				return invalidError{errors.New("which environment? write for example: tally sweep --env dev")}
			}
			loaded, err := files.load()
			if err != nil {
				return err
			}
			deployed, err := findDeployed(command.Context(), loaded.Environments[0])
			if ifDeployed && errors.Is(err, errNotDeployed) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := deployed.beginSweep(command.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s begins a sweep; its log says what becomes of each slot\n", loaded.Environments[0].MonitorName())
			return err
		},
	}
	files.addFlags(command.Flags())
	command.Flags().BoolVar(&ifDeployed, "if-deployed", false, "where there is no monitor, do nothing")
	return command
}
