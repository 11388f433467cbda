package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tally/infra/settings"
)

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
