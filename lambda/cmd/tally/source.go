package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/sqlsource"
)

// databasesHelp says where commands find databases.
const databasesHelp = "The database of a job is the URL in TALLY_DATABASE_<KEY>, such as\n" +
	"TALLY_DATABASE_APP=postgres://user:password@host:port/db or mysql://… for the key app, or else the one that the\n" +
	"environment of --env names, logged in to as the function would."

// newSource makes the source that the function has, with the databases of the
// environment; nil has none, so that only variables say where they are.
func newSource(ctx context.Context, environment *settings.Environment) (*sqlsource.Source, error) {
	options := sqlsource.Options{Variable: os.Getenv}
	if environment != nil {
		config, err := loadAWS(ctx, environment.Region)
		if err != nil {
			return nil, err
		}
		options.Databases = map[string]contract.Database{}
		for _, database := range environment.Databases {
			options.Databases[database.Key] = database.Value.Connection()
		}
		options.Authorities = func() ([]byte, error) { return environment.RDSCA, nil }
		options.Sign = sqlsource.SignRDS(config)
		options.Secret = sqlsource.ReadSecrets(config)
	}
	return sqlsource.New(options), nil
}

// loadAWS reads the AWS configuration of this machine, for a region unless it is
// empty.
func loadAWS(ctx context.Context, region string) (aws.Config, error) {
	config, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(region))
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	return config, nil
}
