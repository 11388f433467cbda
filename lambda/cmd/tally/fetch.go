package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"tally/infra/assembly"
	"tally/infra/settings"
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
				return invalid("write --env, --assembly and --out")
			}
			stacks, _, err := deployedStacks(command.Context(), synthesized, environment, command.ErrOrStderr())
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
	addFolder(flags, &synthesized, "assembly", "the folder that synth wrote, which says where the environment is deployed")
	addFolder(flags, &out, "out", "the folder to write")
	completeFlag(flags, "env", new(files).completeEnvironments)
	return command
}

// lookUp is the AWS configuration with the rights of CDK's look-up role where an environment of
// the cloud assembly at folder is deployed, and a stack of it there. Whoever may not take that
// role asks with the own rights, if they are of the same account.
func lookUp(ctx context.Context, folder, environment string, warn io.Writer) (config aws.Config, stack assembly.Stack, err error) {
	stacks, err := assembly.Read(folder)
	if err != nil {
		return config, stack, err
	}
	i := slices.IndexFunc(stacks, func(stack assembly.Stack) bool { return stack.Environment() == environment })
	if i < 0 {
		return config, stack, invalid("%s holds no environment %q", folder, environment)
	}
	stack = stacks[i]
	if config, err = (sourceOptions{}).logIn(ctx, &settings.Environment{Region: stack.Region()}); err != nil {
		return config, stack, err
	}
	client := sts.NewFromConfig(config)
	caller, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return config, stack, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	identity, err := arn.Parse(aws.ToString(caller.Arn))
	if err != nil {
		return config, stack, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	account, own := stack.Account(), aws.ToString(caller.Account)
	role := strings.NewReplacer("${AWS::Partition}", identity.Partition, "${AWS::AccountId}", own).Replace(stack.LookupRole)
	provider := aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "tally" }))
	if _, err := provider.Retrieve(ctx); err == nil {
		config.Credentials = provider
	} else if account == own || account == unknownAccount {
		fmt.Fprintf(warn, "cannot use the look-up role %s, so your own rights must do: %v\n", role, err)
	} else {
		return config, stack, errors.Join(fmt.Errorf("these credentials are of account %s, and %s is deployed in %s", own, environment, account), err)
	}
	return config, stack, nil
}

// unknownAccount is the caller's, if the environment names none (CDK, UNKNOWN_ACCOUNT of cx-api).
const unknownAccount = "unknown-account"
