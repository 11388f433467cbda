// Package settings reads where the system runs (one file per environment) and
// what it counts (jobs.yaml), and reports everything that is wrong with all of
// them at once. It knows no CDK, so the command line checks the same as synth.
package settings

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// Where the project keeps its files, relative to its root.
const (
	DefaultEnvironments = "infra/environments"
	DefaultJobs         = "infra/jobs.yaml"
)

// Source says which files to load.
type Source struct {
	Root         string // the project: where go.mod is
	Environments string // folder of environment files, absolute or relative to Root; DefaultEnvironments if empty
	Jobs         string // the jobs file, likewise; DefaultJobs if empty
	Only         string // name of the one environment to load; all if empty
	Deploying    bool   // refuse the placeholders that the project ships
	// Engine returns the engine of the database that stands in for the environments'
	// database of that key; empty if there is none. It may be nil.
	Engine func(key string) string
}

// path is where a file of the source is.
func (s Source) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.Root, name)
}

// Settings are all that the stacks are made from.
type Settings struct {
	Environments []Environment // in the order of their names
	Jobs         job.File
	JobsYAML     []byte               // the jobs file as it is
	JobsDocument *strictyaml.Document // where its keys stand, for problems that are found later
}

// Load reads and checks all files. The error lists every problem of every file, one a
// line, and is a strictyaml.Problems; it is another one if the environment files cannot
// be listed.
func Load(source Source) (Settings, error) {
	source.Environments = cmp.Or(source.Environments, DefaultEnvironments)
	source.Jobs = cmp.Or(source.Jobs, DefaultJobs)

	names, others, err := environmentNames(source)
	if err != nil {
		return Settings{}, err
	}
	var loaded Settings
	loaded.Jobs, loaded.JobsDocument, loaded.JobsYAML = job.ReadFile(source.path(source.Jobs), source.Jobs)

	var documents []*strictyaml.Document
	for _, name := range names {
		environment, document := readEnvironment(source, name)
		loaded.Environments = append(loaded.Environments, environment)
		documents = append(documents, document)
	}
	loaded.Jobs.CheckClocks(loaded.JobsDocument)
	loaded.Jobs.CheckComparisons(loaded.JobsDocument)
	checkOverrides(loaded, documents)
	checkReferences(loaded, documents, loaded.JobsDocument, source.Engine)
	checkMemory(loaded.Environments, documents, loaded.Jobs)
	everywhere := slices.Clone(loaded.Environments)
	for _, name := range others { // whose own problems are not asked for
		environment, _ := readEnvironment(source, name)
		everywhere = append(everywhere, environment)
	}
	checkRuleNames(loaded.Environments, documents)
	checkResults(loaded.Environments, documents, everywhere)
	return loaded, strictyaml.Join(append(documents, loaded.JobsDocument)...)
}

// Readable are the environments of the folder whose own files have no problem.
func Readable(source Source) []Environment {
	source.Environments = cmp.Or(source.Environments, DefaultEnvironments)
	source.Jobs = cmp.Or(source.Jobs, DefaultJobs)
	names, _, err := environmentNames(source)
	if err != nil {
		return nil
	}
	var readable []Environment
	for _, name := range names {
		if environment, document := readEnvironment(source, name); strictyaml.Join(document) == nil {
			readable = append(readable, environment)
		}
	}
	return readable
}

func readEnvironment(source Source, name string) (Environment, *strictyaml.Document) {
	environment := newEnvironment(name)
	shown := filepath.Join(source.Environments, name+".yaml")
	document, _ := strictyaml.ReadFile(source.path(shown), shown, &environment, rules)
	for i := range environment.Databases {
		environment.Databases[i].Value.setDefaults(environment.Databases[i].Key)
	}
	for i := range environment.Athena {
		environment.Athena[i].Value.setDefaults(environment.AWSName(), environment.Athena[i].Key)
	}
	environment.check(document)
	environment.readCA(source, document)
	environment.Placeholders = findPlaceholders(document)
	if source.Deploying {
		for _, key := range environment.Placeholders {
			document.Report(key, "is the shipped example; write your own before you deploy")
		}
	}
	return environment, document
}

// placeholders are what the shipped files hold where every team writes its own:
// AWS's documentation account, a domain that nobody has, and ids that AWS never gives.
var placeholders = []string{"111122223333", "@example.com", "0123456789abcdef", "00000000000000", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijkl"}

// findPlaceholders lists the keys whose values are still the shipped examples.
func findPlaceholders(document *strictyaml.Document) []string {
	var keys []string
	for _, text := range document.Texts() {
		if slices.ContainsFunc(placeholders, func(placeholder string) bool { return strings.Contains(text.Value, placeholder) }) {
			keys = append(keys, text.Key)
		}
	}
	return keys
}

// namePattern keeps "tally-<environment>-<job>" and stack names within AWS's limits.
var namePattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,19}$`)

// CheckName refuses what no environment can be called.
func CheckName(name string) error {
	if !namePattern.MatchString(name) {
		return fmt.Errorf("%q is not an environment name; use a lower-case letter, then letters, digits or -, at most 20 in all", name)
	}
	return nil
}

// environmentNames lists the files to load and the others, sorted.
func environmentNames(source Source) (names, others []string, err error) {
	entries, err := os.ReadDir(source.path(source.Environments))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s: the folder does not exist; write it, or name another", source.Environments)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list environments: %w", err)
	}
	for _, entry := range entries {
		name, isYAML := strings.CutSuffix(entry.Name(), ".yaml")
		if filepath.Ext(entry.Name()) == ".yml" {
			return nil, nil, fmt.Errorf("%s is not read; rename it to end in .yaml", filepath.Join(source.Environments, entry.Name()))
		}
		if !isYAML || filepath.Join(source.Environments, entry.Name()) == filepath.Clean(source.Jobs) {
			continue
		}
		if err := CheckName(name); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", filepath.Join(source.Environments, entry.Name()), err)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("%s holds no environment; write %s", source.Environments, filepath.Join(source.Environments, "dev.yaml"))
	}
	if source.Only == "" {
		return names, nil, nil
	}
	only := slices.Index(names, source.Only)
	if only < 0 {
		return nil, nil, fmt.Errorf("environment %q does not exist; write one of %s, or add %s",
			source.Only, strings.Join(names, ", "), filepath.Join(source.Environments, source.Only+".yaml"))
	}
	return []string{source.Only}, slices.Delete(names, only, only+1), nil
}
