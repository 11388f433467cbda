package main

import (
	"errors"

	"github.com/spf13/cobra"

	"tally/infra/assembly"
)

func newFetchCommand() *cobra.Command {
	var environment, synthesized, out string
	command := &cobra.Command{
		Use:   "fetch --env ENV --assembly FOLDER --out FOLDER",
		Short: "Fetch the templates of an environment as they are deployed",
		Long: "Fetch the templates of both stacks of an environment from CloudFormation, as they are deployed, for \"make diff\" and\n" +
			"\"make deploy\" to compare with. It asks with the rights of CDK's look-up role, and changes nothing on AWS. A stack\n" +
			"that is not deployed is left out.",
		Example: "  tally fetch --env dev --assembly cdk.out --out deployed",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if environment == "" || synthesized == "" || out == "" {
				return invalidError{errors.New("write --env, --assembly and --out")}
			}
			here, err := findStack(synthesized, environment)
			if err != nil {
				return err
			}
			config, err := lookUp(command.Context(), here, command.ErrOrStderr())
			if err != nil {
				return err
			}
			stacks, err := deployedStacks(command.Context(), config, environment, here.Target)
			if err != nil {
				return err
			}
			var templates []assembly.Template
			for _, stack := range stacks {
				templates = append(templates, stack.Template)
			}
			return assembly.Write(out, environment, templates)
		},
	}
	flags := command.Flags()
	flags.StringVar(&environment, "env", "", "the environment to ask for")
	flags.StringVar(&synthesized, "assembly", "", "the folder that synth wrote, which says where the environment is deployed")
	flags.StringVar(&out, "out", "", "the folder to write")
	completeFlag(flags, "env", new(files).completeEnvironments)
	_ = cobra.MarkFlagDirname(flags, "assembly") // an error only if there is no such flag
	_ = cobra.MarkFlagDirname(flags, "out")
	return command
}
