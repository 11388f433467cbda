package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/internal/discover"
)

// discoverOptions are the flags of "tally discover" and "tally init".
type discoverOptions struct {
	region, key, dbname, secretARN string
}

// finder fills in what it finds under a name.
type finder func(*discoverOptions, context.Context, *discover.Finder, string, *discovery) error

func newDiscoverCommand() *cobra.Command {
	var options discoverOptions
	var asJSON bool
	command := &cobra.Command{
		Use:   "discover rds NAME | bucket NAME | network VPC",
		Short: "Print the environment file of a database, a bucket or a VPC that exists",
		Long: "Ask AWS for a database, a bucket or a VPC, and print an environment file with every id. What has to be done first,\n" +
			"and the SQL that makes the reader, go to standard error, so that > writes the file alone. Nothing is changed.\n" +
			"\"tally init\" writes the file.",
		Example: "  tally discover rds app --region ap-northeast-2\n" +
			"  tally discover bucket acme-prod-logs --key logs --json\n" +
			"  tally discover network vpc-0123456789abcdef0",
	}
	options.addFlags(command.PersistentFlags())
	addJSON(command.PersistentFlags(), &asJSON)
	for _, what := range []struct {
		use, short string
		find       finder
	}{
		{"rds NAME", "An instance or a cluster of RDS, by its name, ARN or endpoint", (*discoverOptions).database},
		{"bucket NAME", "A bucket of S3", (*discoverOptions).bucket},
		{"network VPC", "A VPC, by its id", (*discoverOptions).network},
	} {
		command.AddCommand(&cobra.Command{Use: what.use, Short: what.short, Args: oneName, RunE: func(command *cobra.Command, args []string) error {
			found, err := options.find(command, args[0], what.find)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(command.OutOrStdout(), found)
			}
			fmt.Fprint(command.OutOrStdout(), found.YAML)
			found.tell(command.ErrOrStderr())
			return nil
		}})
	}
	command.Args = func(_ *cobra.Command, args []string) error {
		return invalid("what is to be found? write rds NAME, bucket NAME or network vpc-…, such as: tally discover rds app")
	}
	command.RunE = func(*cobra.Command, []string) error { return nil }
	return command
}

func oneName(command *cobra.Command, args []string) error {
	if len(args) != 1 || args[0] == "" {
		return invalid("%s takes one name, got %d: tally %s", command.Name(), len(args), strings.TrimPrefix(command.UseLine(), "tally "))
	}
	return nil
}

func (o *discoverOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.region, "region", "", "the AWS region (default that of the AWS configuration)")
	flags.StringVar(&o.key, "key", "", "what jobs call the database or the bucket (default app, logs)")
	flags.StringVar(&o.dbname, "dbname", "", "the database on the server (default the one that it was made with)")
	flags.StringVar(&o.secretARN, "secret-arn", "", "log in with user and password from this secret, instead of IAM")
}

// flagRules are the rules of settings that values of flags must keep.
var flagRules = map[string]string{"region": "region", "key": "databases", "secret-arn": "databases.*.secret_arn"}

// find checks the flags, logs in to AWS and looks for what is wanted.
func (o *discoverOptions) find(command *cobra.Command, name string, find finder) (discovery, error) {
	if err := refuseEmpty(command.Flags()); err != nil {
		return discovery{}, err
	}
	var wrong error
	command.Flags().Visit(func(flag *pflag.Flag) {
		rule := settings.Rules()[flagRules[flag.Name]]
		if rule.Pattern != nil && !rule.Pattern.MatchString(flag.Value.String()) {
			wrong = invalid("--%s %s is not valid; write %s", flag.Name, flag.Value, rule.Write)
		}
	})
	if wrong != nil {
		return discovery{}, wrong
	}
	config, err := sourceOptions{}.logIn(command.Context(), &settings.Environment{Region: o.region})
	if errors.As(err, &invalidError{}) {
		return discovery{}, invalid("which AWS region? write --region, or set AWS_REGION")
	}
	if err != nil {
		return discovery{}, err
	}
	found := discovery{Region: config.Region, Steps: []string{}, Notes: []string{}}
	err = find(o, command.Context(), discover.New(config), name, &found)
	if errors.As(err, &discover.InputError{}) {
		err = invalidError{err}
	}
	if err != nil {
		return discovery{}, err
	}
	return found, found.write()
}

// tell says what the YAML does not.
func (d discovery) tell(out io.Writer) {
	for i, step := range d.Steps {
		if i == 0 {
			fmt.Fprintln(out, "\nTo be done first:")
		}
		fmt.Fprintf(out, "%d. %s\n", i+1, step)
	}
	for i, note := range d.Notes {
		if i == 0 {
			fmt.Fprintln(out, "\nGood to know:")
		}
		fmt.Fprintf(out, "- %s\n", note)
	}
	if d.SQL != "" {
		fmt.Fprintf(out, "\n%s\n", d.SQL)
	}
}

func newInitCommand() *cobra.Command {
	var options discoverOptions
	var database, environments string
	command := &cobra.Command{
		Use:   "init ENV --rds NAME",
		Short: "Write the environment file of a database that exists",
		Long: "Write the environment file that \"tally discover rds\" prints, and say what has to be done first. A file that is there\n" +
			"stays as it is.",
		Example: "  tally init prod --rds app --region ap-northeast-2",
		Args:    oneName,
		RunE: func(command *cobra.Command, args []string) error {
			if database == "" {
				return invalid("which database? write for example: tally init prod --rds app")
			}
			path, err := newEnvironmentPath(args[0], environments)
			if err != nil {
				return err
			}
			found, err := options.find(command, database, (*discoverOptions).database)
			if err != nil {
				return err
			}
			if err := writeNew(path, schemaLine(filepath.Dir(path))+found.YAML); err != nil {
				return err
			}
			fmt.Fprintf(command.OutOrStdout(), "%s is written; then: make deploy ENV=%s\n", path, args[0])
			found.tell(command.OutOrStdout())
			return nil
		},
	}
	flags := command.Flags()
	options.addFlags(flags)
	flags.StringVar(&database, "rds", "", "the instance or cluster, by its name, ARN or endpoint")
	addEnvironments(flags, &environments)
	return command
}

// newEnvironmentPath is the file of an environment, which must not be there yet.
func newEnvironmentPath(name, folder string) (string, error) {
	if err := settings.CheckName(name); err != nil {
		return "", invalidError{err}
	}
	folder = cmp.Or(folder, settings.DefaultEnvironments)
	if !filepath.IsAbs(folder) {
		root, err := settings.Root(".")
		if err != nil {
			return "", err
		}
		folder = filepath.Join(root, folder)
	}
	path := filepath.Join(folder, name+".yaml")
	if _, err := os.Lstat(path); err == nil {
		return "", alreadyThere(path)
	}
	return path, nil
}

func alreadyThere(path string) error {
	return invalid("%s is there already, and stays as it is; write another name or another folder (--environments), or compare it with what \"tally discover rds\" prints", path)
}

// schemaLine names the schema for editors, if the folder is in the project.
func schemaLine(folder string) string {
	root, err := settings.Root(folder)
	if err != nil {
		return ""
	}
	schema, err := filepath.Rel(folder, filepath.Join(root, "infra/schema/environment.schema.json"))
	if err != nil {
		return ""
	}
	return "# yaml-language-server: $schema=" + filepath.ToSlash(schema) + "\n"
}

// writeNew writes a file that must not be there, whoever makes it at the same time.
func writeNew(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the folder of environment files: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return alreadyThere(path)
	}
	if err != nil {
		return fmt.Errorf("write the environment file: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write the environment file: %w", err), os.Remove(path))
	}
	return nil
}
