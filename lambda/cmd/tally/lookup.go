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

	"tally/infra/assembly"
	"tally/infra/settings"
)

// findStack returns a stack of the environment in the cloud assembly at folder: it says
// the account, the region and CDK's look-up role there.
func findStack(folder, environment string) (assembly.Stack, error) {
	stacks, err := assembly.Read(folder)
	if err != nil {
		return assembly.Stack{}, err
	}
	i := slices.IndexFunc(stacks, func(stack assembly.Stack) bool { return stack.Environment() == environment })
	if i < 0 {
		return assembly.Stack{}, invalidError{fmt.Errorf("%s holds no environment %q", folder, environment)}
	}
	return stacks[i], nil
}

// lookUp is the AWS configuration with the rights of CDK's look-up role where the stack
// is deployed. Whoever may not take that role asks with the own rights, if they are of
// the same account.
func lookUp(ctx context.Context, stack assembly.Stack, warn io.Writer) (aws.Config, error) {
	account := stack.Account()
	config, err := sourceOptions{}.logIn(ctx, &settings.Environment{Region: stack.Region()})
	if err != nil {
		return aws.Config{}, err
	}
	client := sts.NewFromConfig(config)
	caller, err := client.GetCallerIdentity(ctx, nil)
	if err != nil {
		return aws.Config{}, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	own := aws.ToString(caller.Account)
	identity, err := arn.Parse(aws.ToString(caller.Arn))
	if err != nil {
		return aws.Config{}, fmt.Errorf("ask AWS whose credentials these are: %w", err)
	}
	role := strings.NewReplacer("${AWS::Partition}", identity.Partition, "${AWS::AccountId}", own).Replace(stack.LookupRole)
	provider := aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, role, func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "tally" }))
	if _, err := provider.Retrieve(ctx); err != nil {
		if account != own && account != unknownAccount {
			return aws.Config{}, errors.Join(fmt.Errorf("these credentials are of account %s, and %s is deployed in %s", own, stack.Environment(), account), err)
		}
		fmt.Fprintf(warn, "cannot use the look-up role %s, so your own rights must do: %v\n", role, err)
		return config, nil
	}
	config.Credentials = provider
	return config, nil
}

// unknownAccount is where an environment without an account is deployed: in the
// caller's (CDK, UNKNOWN_ACCOUNT of cx-api).
const unknownAccount = "unknown-account"
