package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/job"
)

// SettingsSource reads from the app's context which files to load.
func SettingsSource(app awscdk.App, root string) settings.Source {
	return settings.Source{
		Root:         root,
		Environments: ContextText(app, ContextEnvironments),
		Jobs:         ContextText(app, ContextJobs),
		Only:         ContextText(app, ContextEnvironment),
		Deploying:    ContextText(app, ContextDeploying) == "true",
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
	stage := awscdk.NewStage(app, jsii.String(environment.Name), &awscdk.StageProps{
		Env:                 &awscdk.Environment{Account: optional(environment.Account), Region: jsii.String(environment.Region)},
		PermissionsBoundary: boundary(environment),
	})
	avoidZoneLookup(stage, environment)
	warnOfPlaceholders(stage, environment)
	data := NewData(stage, environment)
	return NewCounter(stage, CounterProps{
		Environment: environment,
		Jobs:        loaded.Jobs,
		JobsYAML:    loaded.JobsYAML,
		Databases:   usedDatabases(environment, loaded, data),
		Buckets:     usedBuckets(environment, loaded),
		Data:        data,
		Code:        code,
	})
}

// usedDatabases are the environment's databases that a job counts in, with their
// keys, and where they are.
func usedDatabases(environment settings.Environment, loaded settings.Settings, data *Data) []NamedDatabase {
	var used []NamedDatabase
	for _, key := range loaded.Used(job.KindDatabase) {
		if database, found := environment.Databases.Get(key); found {
			if cluster, created := data.Clusters[key]; created {
				database = cluster.locate(database)
			}
			used = append(used, NamedDatabase{Key: key, Database: database})
		}
	}
	return used
}

// usedBuckets are the environment's buckets that a job counts in, with their keys.
func usedBuckets(environment settings.Environment, loaded settings.Settings) []NamedBucket {
	var used []NamedBucket
	for _, key := range loaded.Used(job.KindBucket) {
		if bucket, found := environment.Buckets.Get(key); found {
			used = append(used, NamedBucket{Key: key, Bucket: bucket, Access: settings.BucketAccess(loaded.Jobs, key)})
		}
	}
	return used
}

// boundary limits every role of the environment, if the account asks for it.
func boundary(environment settings.Environment) awscdk.PermissionsBoundary {
	if environment.PermissionsBoundary == "" {
		return nil
	}
	return awscdk.PermissionsBoundary_FromArn(&environment.PermissionsBoundary)
}

func warnOfPlaceholders(stage awscdk.Stage, environment settings.Environment) {
	if keys := environment.Placeholders; len(keys) > 0 {
		awscdk.Annotations_Of(stage).AddInfo(jsii.String(fmt.Sprintf(
			"%d values of environment %s are the shipped examples (%s, …): make deploy refuses them", len(keys), environment.Name, keys[0])))
	}
}
