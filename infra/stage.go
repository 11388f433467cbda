package infra

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
)

// SettingsSource reads from the app's context which files to load.
func SettingsSource(app awscdk.App, root string) settings.Source {
	text := func(key string) string { // empty when absent
		value, _ := app.Node().TryGetContext(jsii.String(key)).(string)
		return value
	}
	return settings.Source{
		Root:         root,
		Environments: text(ContextEnvironments),
		Jobs:         text(ContextJobs),
		Only:         text(ContextEnvironment),
		Deploying:    text(ContextDeploying) == "true",
	}
}

// AddStages adds one stage per environment, with its Data and its Counter stack.
func AddStages(app awscdk.App, loaded settings.Settings, code Code) error {
	for _, environment := range loaded.Environments {
		if err := addStage(app, environment, loaded, code); err != nil {
			return fmt.Errorf("environment %s: %w", environment.Name, err)
		}
	}
	return nil
}

func addStage(app awscdk.App, environment settings.Environment, loaded settings.Settings, code Code) error {
	props := awscdk.StageProps{Env: &awscdk.Environment{Account: optional(environment.Account), Region: jsii.String(environment.Region)}}
	if environment.PermissionsBoundary != "" { // limits every role of the environment
		props.PermissionsBoundary = awscdk.PermissionsBoundary_FromArn(&environment.PermissionsBoundary)
	}
	stage := awscdk.NewStage(app, jsii.String(environment.Name), &props)
	avoidZoneLookup(stage, environment)
	warnOfPlaceholders(stage, environment)
	data := NewData(stage, environment)
	return NewCounter(stage, CounterProps{
		Environment: environment,
		Jobs:        loaded.Jobs,
		JobsYAML:    loaded.JobsYAML,
		Sources:     sourcesOf(environment, loaded, data),
		Data:        data,
		Code:        code,
	})
}

func warnOfPlaceholders(stage awscdk.Stage, environment settings.Environment) {
	if keys := environment.Placeholders; len(keys) > 0 {
		awscdk.Annotations_Of(stage).AddInfo(jsii.String(fmt.Sprintf(
			"%d values of environment %s are the shipped examples (%s, …): make deploy refuses them", len(keys), environment.Name, keys[0])))
	}
}

// newStack adds a stack of an environment. CloudFormation puts the stack's tags on
// every resource that takes tags (CloudFormation user guide, "Resource tag").
func newStack(scope constructs.Construct, part string, environment settings.Environment, does string) awscdk.Stack {
	tags := map[string]*string{}
	for _, tag := range environment.Tags {
		tags[tag.Key] = jsii.String(tag.Value)
	}
	return awscdk.NewStack(scope, jsii.String(part), &awscdk.StackProps{
		StackName:             jsii.String(environment.AWSName() + "-" + strings.ToLower(part)),
		Description:           jsii.String("Tally " + environment.Name + ": " + does),
		TerminationProtection: jsii.Bool(environment.Protect),
		Tags:                  &tags,
	})
}
