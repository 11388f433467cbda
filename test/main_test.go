// Package test holds the tests of the stack as a whole: golden templates, what a
// reviewer cares about in them, and the walls between packages.
package test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"tally/infra"
	"tally/infra/assembly"
	"tally/infra/bundle"
	"tally/infra/settings"
)

var update = flag.Bool("update", false, "write the golden templates again")

const root = ".."

// stack is a synthesized stack of a fixture environment.
type stack struct {
	Template              json.RawMessage
	TerminationProtection bool
	Tags                  map[string]string
	Messages              []string // what synth says about the stack's constructs
}

// stacks are those of all fixture environments, by "environment-Stack". They are
// made once: jsii runs one kernel per process and starts slowly.
var stacks map[string]stack

// lakeStacks are those of the environment with Athena, whose jobs are its own.
var lakeStacks map[string]stack

func TestMain(m *testing.M) {
	flag.Parse()
	code := func() int {
		if err := infra.UseProjectNode(root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer infra.Close()
		var err error
		for into, source := range map[*map[string]stack]settings.Source{&stacks: fixtures, &lakeStacks: lake} {
			if *into, err = synthesize(source); err != nil {
				fmt.Fprintln(os.Stderr, "synthesize the fixtures:", err)
				return 1
			}
		}
		return m.Run()
	}()
	os.Exit(code)
}

// fixtures are the environments and jobs that the golden templates are made from.
var fixtures = settings.Source{Root: root, Environments: "test/fixtures", Jobs: "test/fixtures/jobs.yaml"}

// lake is the fixture environment with Athena as a source.
var lake = settings.Source{Root: root, Environments: "test/fixtures/athena", Jobs: "test/fixtures/athena/jobs.yaml"}

// allStacks are those of both.
func allStacks() map[string]stack {
	all := maps.Clone(stacks)
	maps.Copy(all, lakeStacks)
	return all
}

// synthesize makes environments with the flags of cdk.json and a stand-in for the
// function's code.
func synthesize(source settings.Source) (map[string]stack, error) {
	loaded, err := settings.Load(source)
	if err != nil {
		return nil, err
	}
	return synthesizeWith(loaded, standIn)
}

func synthesizeWith(loaded settings.Settings, code infra.Code) (map[string]stack, error) {
	os.Setenv("CDK_VALIDATION", "false") // some 10 s; validation has a test of its own
	outdir, err := os.MkdirTemp("", "tally-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(outdir)
	app, err := infra.NewApp(root, outdir, nil)
	if err != nil {
		return nil, err
	}
	if err := infra.AddStages(app, loaded, code); err != nil {
		return nil, err
	}
	if err := infra.Synth(app); err != nil {
		return nil, err
	}
	return readStacks(outdir)
}

// standIn is code that is there but never runs.
func standIn(bundle.Command) awslambda.Code {
	return awslambda.Code_FromAsset(jsii.String(filepath.Join(root, "test", "fixtures", "code")), nil)
}

func readStacks(outdir string) (map[string]stack, error) {
	made, err := assembly.Read(outdir)
	if err != nil {
		return nil, err
	}
	found := map[string]stack{}
	for _, one := range made {
		template, err := os.ReadFile(one.TemplateFile)
		if err != nil {
			return nil, err
		}
		messages, err := readMessages(one.MetadataFile)
		if err != nil {
			return nil, err
		}
		found[strings.Replace(one.Name, "/", "-", 1)] = stack{
			Template: template, TerminationProtection: one.TerminationProtection, Tags: one.Tags, Messages: messages,
		}
	}
	return found, nil
}

// readMessages reads what constructs have the CLI say.
func readMessages(file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var metadata map[string][]struct {
		Type string
		Data any
	}
	if err := json.Unmarshal(data, &metadata); err != nil {
		return nil, err
	}
	var messages []string
	for _, entries := range metadata {
		for _, entry := range entries {
			if text, isText := entry.Data.(string); isText && slices.Contains([]string{"aws:cdk:info", "aws:cdk:warning"}, entry.Type) {
				messages = append(messages, text)
			}
		}
	}
	return messages, nil
}
