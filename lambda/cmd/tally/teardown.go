package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/spf13/cobra"

	"tally/infra/settings"
	"tally/lambda/internal/store"
)

func newTeardownCommand() *cobra.Command {
	var environment, synthesized string
	var empty, now bool
	command := &cobra.Command{
		Use:   "teardown --env ENV --assembly FOLDER",
		Short: "See whether an environment's stacks can be deleted, and empty its results bucket",
		Long: "See whether an environment's stacks can be deleted: what stands in the way is said before anything is touched, since\n" +
			"CloudFormation would notice it halfway. With --empty, say what would go with the results bucket. With --empty --now,\n" +
			"delete it: every version, delete marker and unfinished upload. The Counter stack must be gone by then, so that no run\n" +
			"stores anything meanwhile. A bucket that the environment did not make, or that it protects, is never emptied.\n" +
			"\"make destroy\" runs it.",
		Example: "  tally teardown --env dev --assembly cdk.out --empty",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if environment == "" || synthesized == "" || now && !empty {
				return invalidError{errors.New("write --env and --assembly, and --now only with --empty")}
			}
			t, err := findTeardown(command.Context(), synthesized, environment, command.ErrOrStderr())
			if err != nil {
				return err
			}
			if now {
				return t.emptyBucket(command.Context(), command.OutOrStdout())
			}
			return t.look(command.Context(), command.OutOrStdout(), empty)
		},
	}
	flags := command.Flags()
	flags.StringVar(&environment, "env", "", "the environment to delete")
	flags.StringVar(&synthesized, "assembly", "", "the folder that synth wrote, which says where the environment is deployed")
	flags.BoolVar(&empty, "empty", false, "the records are to go, too")
	flags.BoolVar(&now, "now", false, "delete what the results bucket holds")
	return command
}

// teardown is an environment that is to be deleted.
type teardown struct {
	environment string
	stacks      map[string]deployedStack
	s3          *s3.Client
	bucket      string // of the environment's own; empty if it has none
	retained    bool   // the bucket stays when its stack goes
}

func findTeardown(ctx context.Context, synthesized, environment string, warn io.Writer) (*teardown, error) {
	here, err := findStack(synthesized, environment)
	if err != nil {
		return nil, err
	}
	config, err := lookUp(ctx, here, warn)
	if err != nil {
		return nil, err
	}
	t := &teardown{environment: environment}
	if t.stacks, err = deployedStacks(ctx, config, environment, here.Target); err != nil {
		return nil, err
	}
	data, deployed := t.stacks[dataStack]
	if !deployed {
		return t, nil
	}
	t.bucket = data.outputs["ResultsBucket"] // only a bucket of its own is an output
	if t.retained, err = retainsBucket(data.Text); err != nil {
		return nil, fmt.Errorf("template of %s: %w", data.StackName, err)
	}
	// The look-up role may only read; deleting needs the caller's own rights.
	_, region, _ := strings.Cut(strings.TrimPrefix(here.Target, "aws://"), "/")
	own, err := sourceOptions{}.loadAWS(ctx, &settings.Environment{Region: region})
	if err != nil {
		return nil, err
	}
	t.s3 = store.NewClient(own)
	return t, nil
}

// retainsBucket tells whether the results bucket stays when its stack is deleted.
func retainsBucket(text string) (bool, error) {
	var template struct {
		Resources map[string]struct{ Type, DeletionPolicy string }
	}
	err := json.Unmarshal([]byte(text), &template)
	for _, resource := range template.Resources {
		if resource.Type == "AWS::S3::Bucket" {
			return resource.DeletionPolicy == "Retain", err
		}
	}
	return false, err
}

// look says what stands in the way of deleting the stacks, or else what would go with them.
func (t *teardown) look(ctx context.Context, out io.Writer, empty bool) error {
	var wrong []error
	for _, part := range []string{counterStack, dataStack} {
		stack, deployed := t.stacks[part]
		if !deployed {
			continue
		}
		if stack.TerminationProtection {
			wrong = append(wrong, fmt.Errorf("%s is protected; run aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name %[1]s first", stack.StackName))
		}
		if state := string(stack.status); strings.HasSuffix(state, "_IN_PROGRESS") {
			wrong = append(wrong, fmt.Errorf("%s is %s; wait until that has ended", stack.StackName, state))
		}
	}
	if t.bucket == "" {
		return errors.Join(wrong...)
	}
	held, err := t.contents(ctx)
	if err != nil {
		return errors.Join(append(wrong, err)...)
	}
	switch {
	case t.retained && empty:
		wrong = append(wrong, fmt.Errorf("bucket %s is protected, and nothing empties it; leave EMPTY out: it stays with its records when its stack goes", t.bucket))
	case t.retained:
		fmt.Fprintf(out, "bucket %s stays, with %s\n", t.bucket, held)
	case held == (contents{}):
		fmt.Fprintf(out, "bucket %s is empty and goes\n", t.bucket)
	case empty:
		fmt.Fprintf(out, "bucket %s goes, with %s\n", t.bucket, held)
	default:
		wrong = append(wrong, fmt.Errorf("bucket %s holds %s; write EMPTY=yes to delete them with it, or protect: true in the environment file and deploy, to keep it", t.bucket, held))
	}
	return errors.Join(wrong...)
}

// emptyBucket deletes what the results bucket holds.
func (t *teardown) emptyBucket(ctx context.Context, out io.Writer) error {
	switch counter, deployed := t.stacks[counterStack]; {
	case deployed && counter.status != types.StackStatusDeleteComplete:
		return fmt.Errorf("%s is still there, and its functions may store records; nothing was emptied", counter.StackName)
	case t.bucket == "" || t.retained:
		return nil
	}
	return t.deleteContents(ctx, out)
}
