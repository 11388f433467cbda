package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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
			"CloudFormation would notice it halfway. With --empty, say which data would go. With --empty --now, delete what the\n" +
			"results bucket holds: every version, delete marker and unfinished upload. The Counter stack must be gone by then, so\n" +
			"that no run stores anything meanwhile. It looks with CDK's look-up role, and deletes with your own rights. A bucket that the environment did not make, or that it protects, is never emptied.\n" +
			"\"make destroy\" runs it.",
		Example: "  tally teardown --env dev --assembly cdk.out --empty",
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if environment == "" || synthesized == "" || now && !empty {
				return invalid("write --env and --assembly, and --now only with --empty")
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
	addFolder(flags, &synthesized, "assembly", "the folder that synth wrote, which says where the environment is deployed")
	flags.BoolVar(&empty, "empty", false, "records and created databases are to go, too")
	flags.BoolVar(&now, "now", false, "delete what the results bucket holds")
	completeFlag(flags, "env", new(files).completeEnvironments)
	return command
}

// teardown is an environment that is to be deleted.
type teardown struct {
	stacks   map[string]deployedStack
	reads    *s3.Client // with the rights to look
	deletes  *s3.Client // with the caller's own
	bucket   string     // of the environment's own; empty if it has none
	retained bool       // the bucket stays when its stack goes
	clusters []string   // databases that go with their stack
}

func findTeardown(ctx context.Context, synthesized, environment string, warn io.Writer) (*teardown, error) {
	stacks, config, err := deployedStacks(ctx, synthesized, environment, warn)
	if err != nil {
		return nil, err
	}
	t := &teardown{stacks: stacks}
	data, deployed := stacks[dataStack]
	if !deployed {
		return t, nil
	}
	t.bucket = data.outputs["ResultsBucket"] // only a bucket of its own is an output
	if data.status == types.StackStatusRollbackComplete {
		return t, nil // its creation failed, and nothing of it is there
	}
	if err := t.readTemplate(data.Text); err != nil {
		return nil, fmt.Errorf("template of %s: %w", data.StackName, err)
	}
	own, err := sourceOptions{}.logIn(ctx, &settings.Environment{Region: config.Region})
	if err != nil {
		return nil, err
	}
	t.reads, t.deletes = store.NewClient(config), store.NewClient(own)
	return t, nil
}

// readTemplate finds out what becomes of the bucket and of created databases with their stack.
func (t *teardown) readTemplate(text string) error {
	var template struct {
		Resources map[string]struct {
			Type, DeletionPolicy string
			Metadata             map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &template); err != nil {
		return err
	}
	for id, resource := range template.Resources {
		switch {
		case resource.Type == "AWS::S3::Bucket":
			t.retained = resource.DeletionPolicy == "Retain"
		case resource.Type == "AWS::RDS::DBCluster" && resource.DeletionPolicy == "Delete":
			path, named := resource.Metadata["aws:cdk:path"].(string)
			if !named {
				path = id
			}
			t.clusters = append(t.clusters, path)
		}
	}
	slices.Sort(t.clusters)
	return nil
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
	for _, cluster := range t.clusters {
		if empty {
			fmt.Fprintf(out, "database cluster %s goes with its data, without a snapshot\n", cluster)
		} else {
			wrong = append(wrong, fmt.Errorf("database cluster %s would go with its data, without a snapshot; write EMPTY=yes if it may, or protect: true in the environment file and deploy, to keep it", cluster))
		}
	}
	if t.bucket == "" {
		return errors.Join(wrong...)
	}
	held, err := t.contents(ctx)
	switch {
	case err != nil && t.retained && !empty:
		fmt.Fprintf(out, "bucket %s stays; what it holds cannot be listed: %v\n", t.bucket, err)
	case err != nil:
		wrong = append(wrong, err)
	case t.retained && empty:
		wrong = append(wrong, fmt.Errorf("bucket %s is protected, and nothing empties it; leave EMPTY out: it stays with its records when its stack goes", t.bucket))
	case t.retained:
		fmt.Fprintf(out, "bucket %s stays, with %s\n", t.bucket, held)
	case held == (contents{}):
		fmt.Fprintf(out, "bucket %s is empty and goes\n", t.bucket)
	case empty:
		// Deleting needs the caller's own rights, and Counter would be gone by then.
		if _, err := t.deletes.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &t.bucket}); err != nil {
			wrong = append(wrong, fmt.Errorf("your own credentials, which would have to empty bucket %s, do not reach it: %w", t.bucket, err))
			break
		}
		fmt.Fprintf(out, "bucket %s goes, with %s\n", t.bucket, held)
	default:
		wrong = append(wrong, fmt.Errorf("bucket %s holds %s; write EMPTY=yes to delete them with it, or protect: true in the environment file and deploy, to keep it", t.bucket, held))
	}
	return errors.Join(wrong...)
}

// emptyBucket deletes what the results bucket holds.
func (t *teardown) emptyBucket(ctx context.Context, out io.Writer) error {
	switch counter, deployed := t.stacks[counterStack]; {
	case deployed:
		return fmt.Errorf("%s is still there, and its functions may store records; nothing was emptied", counter.StackName)
	case t.bucket == "" || t.retained:
		return nil
	}
	return t.deleteContents(ctx, out)
}
