// Package test holds the tests of the stack as a whole: golden templates, what a
// reviewer cares about in them, and the walls between packages.
package test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"tally/infra"
	"tally/infra/bootstrap"
	"tally/infra/settings"
)

var update = flag.Bool("update", false, "write the golden templates again")

const root = ".."

// stack is a synthesized stack of a fixture environment.
type stack struct {
	Template              json.RawMessage
	TerminationProtection bool
}

// stacks are those of all fixture environments, by "environment-Stack". They are
// made once: jsii runs one kernel per process and starts slowly.
var stacks map[string]stack

func TestMain(m *testing.M) {
	flag.Parse()
	code := func() int {
		if err := infra.UseProjectNode(root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer jsii.Close()
		var err error
		if stacks, err = synthesize(fixtures); err != nil {
			fmt.Fprintln(os.Stderr, "synthesize the fixtures:", err)
			return 1
		}
		return m.Run()
	}()
	os.Exit(code)
}

// fixtures are the environments and jobs that the golden templates are made from.
var fixtures = settings.Source{Root: root, Environments: "test/fixtures", Jobs: "test/fixtures/jobs.yaml"}

// synthesize makes environments with the flags of cdk.json and a stand-in for the
// function's code.
func synthesize(source settings.Source) (map[string]stack, error) {
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
	loaded, err := settings.Load(source)
	if err != nil {
		return nil, err
	}
	if err := infra.AddStages(app, loaded, standIn); err != nil {
		return nil, err
	}
	app.Synth(nil)
	return readStacks(outdir)
}

// standIn is code that is there but never runs.
func standIn(bootstrap.Command) awslambda.Code {
	return awslambda.Code_FromAsset(jsii.String(filepath.Join(root, "test", "fixtures", "code")), nil)
}

func readStacks(outdir string) (map[string]stack, error) {
	manifests, err := filepath.Glob(filepath.Join(outdir, "assembly-*", "manifest.json"))
	if err != nil {
		return nil, err
	}
	sort.Strings(manifests)
	found := map[string]stack{}
	for _, file := range manifests {
		var manifest struct {
			Artifacts map[string]struct {
				Type        string
				DisplayName string
				Properties  struct {
					TemplateFile          string
					TerminationProtection bool
				}
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &manifest); err != nil {
			return nil, err
		}
		for _, artifact := range manifest.Artifacts {
			if artifact.Type != "aws:cloudformation:stack" {
				continue
			}
			template, err := os.ReadFile(filepath.Join(filepath.Dir(file), artifact.Properties.TemplateFile))
			if err != nil {
				return nil, err
			}
			environment, name := filepath.Split(artifact.DisplayName)
			found[filepath.Clean(environment)+"-"+name] = stack{template, artifact.Properties.TerminationProtection}
		}
	}
	return found, nil
}
