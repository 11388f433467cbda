package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func newValidateCommand() *cobra.Command {
	var files files
	var inDatabase bool
	command := &cobra.Command{
		Use:   "validate",
		Short: "Check the environments and the jobs as synth does, without CDK",
		Long: "Check the environments and the jobs as synth does, without CDK.\n" +
			"With --database, every job's statement is prepared where it would run, which finds tables, columns and\n" +
			"conditions that the database refuses. " + databasesHelp,
		Example: "  tally validate\n  tally validate --env prod\n  TALLY_DATABASE_APP=postgres://… tally validate --database",
		Args:    cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return invalidError{fmt.Errorf("validate takes no arguments, got %q; write --env %s for one environment", args[0], args[0])}
			}
			if err := refuseEmpty(command.Flags()); err != nil {
				return err
			}
			var engine func(key string) string
			if inDatabase {
				engine = engineOfVariable
			}
			loaded, err := files.loadFor(engine)
			if err != nil {
				return err
			}
			for _, j := range loaded.Jobs.Jobs {
				for _, warning := range append(j.Cron.Warnings(time.Now(), j.ScheduleZone), j.Warnings()...) {
					fmt.Fprintf(command.ErrOrStderr(), "warning: job %s: %s\n", j.Name, warning)
				}
			}
			if inDatabase {
				if err := checkInDatabase(command.Context(), command.ErrOrStderr(), files, loaded); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "valid: %s, %s\n", amount(len(loaded.Environments), "environment"), amount(len(loaded.Jobs.Jobs), "job"))
			return err
		},
	}
	files.addFlags(command.Flags())
	command.Flags().BoolVar(&inDatabase, "database", false, "also check every job in its database")
	return command
}

func amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
