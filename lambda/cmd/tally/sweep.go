package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newSweepCommand() *cobra.Command {
	var files files
	var ifDeployed, asJSON bool
	command := &cobra.Command{
		Use:   "sweep --env ENV",
		Short: "Have the monitor look for slots without a record now",
		Long: "Have the monitor look for slots without a record now, as it does every hour: it learns which jobs are deployed, and\n" +
			"has the counters count what is missing. This command does not wait for that; the monitor's log says what became of\n" +
			"each slot. This machine's AWS credentials must be allowed to invoke the monitor.",
		Example: "  tally sweep --env dev",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if files.environment == "" {
				return invalid("which environment? write for example: tally sweep --env dev")
			}
			loaded, err := files.load()
			if err != nil {
				return err
			}
			environment, out := loaded.Environments[0], command.OutOrStdout()
			facts := sweepFacts{Environment: environment.Name, Monitor: environment.MonitorName()}
			deployed, err := findDeployed(command.Context(), environment)
			switch {
			case err == nil:
				err = deployed.beginSweep(command.Context())
				facts.Begun = err == nil
			case ifDeployed && errors.Is(err, errNotDeployed):
				err = nil
			}
			switch {
			case err != nil:
				return err
			case asJSON:
				return printJSON(out, facts)
			case facts.Begun:
				_, err = fmt.Fprintf(out, "%s begins a sweep; its log says what becomes of each slot\n", facts.Monitor)
			}
			return err
		},
	}
	files.addFlagsOfOne(command.Flags())
	addJSON(command.Flags(), &asJSON)
	command.Flags().BoolVar(&ifDeployed, "if-deployed", false, "where there is no monitor, do nothing")
	return command
}

// sweepFacts are what --json prints.
type sweepFacts struct {
	Environment string `json:"environment"`
	Monitor     string `json:"monitor"` // the function
	Begun       bool   `json:"begun"`   // false if it is not deployed
}
