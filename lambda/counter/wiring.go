package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/contract"
	"tally/lambda/internal/awsconfig"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// newHandler reads the environment variables and the layers, and builds everything that
// invocations share. It connects to no server.
func newHandler(logger *slog.Logger) (*handler, error) {
	config, err := contract.ParseConfig(os.Getenv(contract.ConfigVariable))
	if err != nil {
		return nil, err
	}
	layers := cmp.Or(os.Getenv(contract.LayerRootVariable), contract.LayerRoot)
	jobsFile := filepath.Join(layers, contract.JobsFile)
	jobs, document, _ := job.ReadFile(jobsFile, jobsFile)
	if err := strictyaml.Join(document); err != nil {
		return nil, fmt.Errorf("read jobs: %w", err)
	}
	account, err := awsconfig.FromEnvironment(os.Getenv)
	if err != nil {
		return nil, fmt.Errorf("read the AWS configuration: %w", err)
	}
	s3 := withEndpoint(account, s3Endpoint(os.Getenv))
	source := count.Router{
		job.KindDatabase: sqlsource.New(sqlsource.Options{
			Databases: config.Databases,
			Variable:  os.Getenv,
			Authorities: func() ([]byte, error) {
				return os.ReadFile(filepath.Join(layers, contract.CAFile))
			},
			Wake:   sqlsource.WakeTime,
			Sign:   sqlsource.SignRDS(account),
			Secret: sqlsource.ReadSecrets(withEndpoint(account, config.SecretsURL)),
		}),
		job.KindBucket: s3source.New(s3source.Options{Client: s3source.NewClient(s3), Buckets: config.Buckets}),
	}
	return &handler{
		logger: logger,
		engine: &count.Engine{
			Jobs:    jobs,
			Source:  source,
			Checker: source,
			Store:   store.New(store.NewClient(s3), config.Bucket),
			Metrics: metric.New(os.Stdout, config.Environment, time.Now),
			Now:     time.Now,
			Warn: func(ctx context.Context, job string, slot time.Time, warning string) {
				logger.With("request_id", requestID(ctx)).Warn(warning, aboutSlot(job, slot)...)
			},
		},
	}, nil
}

// withEndpoint is the configuration for a service with an endpoint of its own. An empty
// url is the region's.
func withEndpoint(config aws.Config, url string) aws.Config {
	if url != "" {
		config.BaseEndpoint = &url
	}
	return config
}

// s3Endpoint is the endpoint of S3, which may be another server outside Lambda.
func s3Endpoint(variable func(string) string) string {
	return cmp.Or(variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL"))
}
