// Command report prints the policy report of one environment, or of all: every
// finding, and why it is accepted. It fails if one is not.
package main

import (
	"flag"
	"fmt"
	"os"

	"tally/infra"
	"tally/infra/audit"
	"tally/infra/settings"
)

func main() {
	environment := flag.String("env", "", "the environment to check; all if empty")
	flag.Parse()
	report, err := check(*environment)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		report.Write(os.Stdout)
	}
	infra.Close()
	if err != nil || len(report.Open()) > 0 {
		os.Exit(1)
	}
}

// check synthesizes into a folder that is thrown away. The function is not built:
// no rule looks into it.
func check(environment string) (report audit.Report, err error) {
	defer infra.Recover(&err)
	root, err := settings.Root(".")
	if err != nil {
		return audit.Report{}, err
	}
	if err := infra.UseProjectNode(root); err != nil {
		return audit.Report{}, err
	}
	outdir, err := os.MkdirTemp("", "tally-audit-")
	if err != nil {
		return audit.Report{}, err
	}
	defer os.RemoveAll(outdir)
	app, err := audit.NewApp(root, outdir, map[string]any{
		infra.ContextEnvironment:  environment,
		"aws:cdk:bundling-stacks": []string{},
	})
	if err != nil {
		return audit.Report{}, err
	}
	loaded, err := settings.Load(infra.SettingsSource(app, root))
	if err != nil {
		return audit.Report{}, err
	}
	if err := infra.AddStages(app, loaded, infra.Bundled(root)); err != nil {
		return audit.Report{}, err
	}
	return audit.Check(app)
}
