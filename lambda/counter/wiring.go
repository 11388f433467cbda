package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/athenasource"
	"tally/lambda/internal/awsconfig"
	"tally/lambda/internal/count"
	"tally/lambda/internal/function"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/internal/store"
	"tally/lambda/job"
)

// newHandler reads the environment variables and the layers, and builds everything that
// invocations share. It connects to no server.
func newHandler(logger *slog.Logger) (*function.Handler, error) {
	inputs, err := function.ReadInputs()
	if err != nil {
		return nil, err
	}
	config, err := contract.ParseConfig(os.Getenv(contract.ConfigVariable))
	if err != nil {
		return nil, err
	}
	s3 := inputs.For("S3")
	source := count.Router{
		job.KindDatabase: sqlsource.New(sqlsource.Options{
			Databases:   config.Databases,
			Variable:    os.Getenv,
			Authorities: func() ([]byte, error) { return os.ReadFile(function.LayerFile(contract.CAFile)) },
			Wake:        sqlsource.WakeTime,
			Sign:        sqlsource.SignRDS(inputs.AWS),
			Secret:      sqlsource.ReadSecrets(awsconfig.WithEndpoint(inputs.AWS, config.SecretsURL)),
		}),
		job.KindAthena: athenasource.New(athenasource.Options{Environment: config.Environment, Athena: config.Athena, API: inputs.For("ATHENA"), Glue: inputs.For("GLUE")}),
		job.KindBucket: s3source.New(s3source.Options{Client: s3source.NewClient(s3), Buckets: config.Buckets, RequesterPays: config.RequesterPays}),
	}
	records := store.New(store.NewClient(s3), config.Bucket)
	jobs, err := inputs.Jobs()
	if err != nil {
		return nil, err
	}
	return &function.Handler{Logger: logger, Serve: serve(&count.Engine{
		Jobs:    jobs,
		Source:  source,
		Checker: source,
		Store:   records,
		Metrics: metric.New(os.Stdout, config.Environment, time.Now),
		Now:     time.Now,
		Warn: func(ctx context.Context, job string, slot time.Time, warning string) {
			logger.With("request_id", function.RequestID(ctx)).Warn(warning, function.AboutSlot(job, slot)...)
		},
	})}, nil
}
