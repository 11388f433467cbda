// Command app synthesizes the stacks. The CDK CLI runs it (cdk.json); run by
// itself it writes cdk.out.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"tally/infra"
	"tally/infra/policy"
	"tally/infra/settings"
)

func main() {
	err := synth()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	infra.Close()
	if err != nil {
		os.Exit(1)
	}
}

// synth makes every stack. Whoever switches CDK's validation off, because it takes
// some seconds, switches off the project's policy with it.
func synth() (err error) {
	defer infra.Recover(&err)
	root, err := settings.Root(".")
	if err != nil {
		return err
	}
	if err := infra.UseProjectNode(root); err != nil {
		return err
	}
	app, err := infra.NewApp(root, filepath.Join(root, "cdk.out"), nil)
	if err != nil {
		return err
	}
	loaded, err := settings.Load(infra.SettingsSource(app, root))
	if err != nil {
		return err
	}
	if os.Getenv("CDK_VALIDATION") != "false" {
		if err := policy.Enforce(app); err != nil {
			return err
		}
	}
	if err := infra.AddStages(app, loaded, infra.Bundled(root)); err != nil {
		return err
	}
	return infra.Synth(app)
}
