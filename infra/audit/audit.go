package audit

import (
	"fmt"
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"tally/infra"
	"tally/infra/policy"
)

// NewApp makes an app as infra.NewApp does, for Check: when it is synthesized, what
// is found is written to a report and does not end the program.
func NewApp(root, outdir string, extra map[string]any) (awscdk.App, error) {
	context := map[string]any{"@aws-cdk/core:failSynthOnValidationErrors": false}
	maps.Copy(context, extra)
	app, err := infra.NewApp(root, outdir, context)
	if err != nil {
		return nil, err
	}
	return app, policy.Enforce(app)
}

// Check synthesizes an app of NewApp, when everything is in it, and reports what all
// checks found.
func Check(app awscdk.App) (report Report, err error) {
	defer infra.Recover(&err)
	nag := cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{
		ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
	})
	for _, child := range *app.Node().Children() { // an aspect of the app would stop at its stages
		awscdk.Aspects_Of(child).Add(nag, &awscdk.AspectOptions{Priority: awscdk.AspectPriority_READONLY()})
	}
	app.Synth(nil)
	return read(*app.Outdir())
}

// read reads the reports in a cloud assembly.
func read(outdir string) (Report, error) {
	validated, err := readValidation(outdir)
	if err != nil {
		return Report{}, fmt.Errorf("audit: %w", err)
	}
	acknowledged, passed, err := readNag(outdir)
	if err != nil {
		return Report{}, fmt.Errorf("audit: %w", err)
	}
	return newReport(append(validated, acknowledged...), passed), nil
}
