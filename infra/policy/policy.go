// Package policy holds the rules that this project sets itself, besides those of
// CDK: what the stack promises in public (nothing reachable from outside, TLS only,
// encrypted, no wildcards, no way to the internet, nobody deletes records, no query
// without a limit) and what a protected environment relies on.
//
// They run in the engine that CDK brings (CloudFormation Validate), whenever it
// validates, and so on every deploy. They are Rego, the language of CDK's own rules:
// the engine also takes CloudFormation Guard, but version 1.9.0-beta, which CDK
// 2.270 has, translates Guard without its filters and loops and then finds nothing,
// silently. For the same reason a test shows every rule a template that breaks it.
//
// CDK puts findings of one rule together and shows the first one's message only: each
// message has a rule of its own, and says what to do. CDK also takes an
// acknowledgement of such a rule anywhere in the app for all of it, so there are
// none: where a rule is wrong, the rule is changed.
package policy

import (
	"embed"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

//go:embed *.rego
var files embed.FS

// Enforce makes app check its templates against the rules, and against those that
// CDK has by default, when it synthesizes. The engine starts at once, which takes
// some seconds.
func Enforce(app awscdk.App) error {
	entries, err := files.ReadDir(".")
	if err != nil {
		return fmt.Errorf("list policy rules: %w", err)
	}
	var rules []*awscdk.ValidationRuleSource
	for _, entry := range entries {
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return fmt.Errorf("read policy rules: %w", err)
		}
		rules = append(rules, &awscdk.ValidationRuleSource{Name: jsii.String(entry.Name()), Content: jsii.String(string(text))})
	}
	engine := awscdk.NewCloudFormationValidatePlugin(&awscdk.CloudFormationValidatePluginProps{RegoRules: &rules})
	awscdk.Validations_Of(app).AddPlugins(engine)
	return nil
}
