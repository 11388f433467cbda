// Package audit checks environments against everything there is, and reports what
// was found and what of it is acknowledged, with the reasons: the rules of CDK and
// of infra/policy, which every deploy checks too, and cdk-nag's AwsSolutions, which
// only the tests and "make policy" load. It is outside the app so that a synth stays
// fast.
package audit

import (
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
