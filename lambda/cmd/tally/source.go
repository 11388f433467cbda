package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"github.com/spf13/pflag"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/internal/athenasource"
	inLambda "tally/lambda/internal/awsconfig"
	"tally/lambda/internal/count"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/job"
)

// databasesHelp says where commands find databases.
const databasesHelp = "The database of a job is the URL in TALLY_DATABASE_<KEY>, such as\n" +
	"TALLY_DATABASE_APP=postgres://user:password@host:port/db or mysql://… for the key app, or else the one that the\n" +
	"environment of --env names, logged in to as the function would."

// sourceOptions are the flags that say where to count. Variables say where databases are.
type sourceOptions struct {
	buckets  map[string]string
	endpoint string
}

func (o *sourceOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringToStringVar(&o.buckets, "bucket", nil, "the bucket of a key, such as uploads=acme-dev-uploads, instead of the environment's")
	flags.StringVar(&o.endpoint, "endpoint-url", "", "the S3 server, if it is not AWS's")
}

func (o sourceOptions) check() error {
	for key, name := range o.buckets {
		if strings.ContainsAny(name, ":/") || name == "" {
			return invalid("--bucket %s=%s is not a bucket's name; write %s=NAME", key, name, key)
		}
	}
	if o.endpoint == "" {
		return nil
	}
	if parsed, err := url.Parse(o.endpoint); err != nil || parsed.Host == "" {
		return invalid("--endpoint-url is not a URL; write it like http://127.0.0.1:9000")
	}
	return nil
}

// sourceKind is how this machine counts in one kind of source.
type sourceKind struct {
	usesS3 bool
	asked  bool                    // whether --database asks it
	where  func(job.Source) string // for people
	// open makes the source that the function would count a job with. Without an
	// environment, only variables and flags say where databases and buckets are.
	open func(ctx context.Context, o sourceOptions, wanted job.Job, environment *settings.Environment) (count.CheckedSource, error)
}

var sourceKinds = map[job.Kind]sourceKind{
	job.KindDatabase: {where: func(s job.Source) string { return s.Database + ", " + s.Table.String() }, asked: true, open: openDatabase},
	job.KindAthena:   {where: func(s job.Source) string { return s.Athena + ", " + s.Table.String() }, asked: true, open: openAthena},
	job.KindBucket:   {where: func(s job.Source) string { return s.Bucket + ", " + s.PrefixesInWords() }, usesS3: true, open: openBucket},
}

func openBucket(ctx context.Context, o sourceOptions, wanted job.Job, environment *settings.Environment) (count.CheckedSource, error) {
	key := wanted.Source.Key()
	buckets, pays := map[string]string{}, []string(nil)
	if environment != nil {
		for _, bucket := range environment.Buckets {
			buckets[bucket.Key] = bucket.Value.Name
			if bucket.Value.RequesterPays {
				pays = append(pays, bucket.Key)
			}
		}
	}
	maps.Copy(buckets, o.buckets)
	if buckets[key] == "" {
		names := ""
		if len(o.buckets) > 0 {
			names = "; --bucket names " + strings.Join(slices.Sorted(maps.Keys(o.buckets)), ", ")
		}
		return nil, invalid("which bucket is %[1]s? write --bucket %[1]s=NAME, or --env for an environment's%[2]s", key, names)
	}
	config, err := o.logIn(ctx, environment)
	if err != nil {
		return nil, err
	}
	return s3source.New(s3source.Options{Client: s3source.NewClient(config), Buckets: buckets, RequesterPays: pays}), nil
}

// engineOfVariable is the engine of the database that a variable points to, or empty.
func engineOfVariable(key string) string {
	return sqlsource.EngineOf(os.Getenv(contract.DatabaseVariable(key)))
}

// openDatabase leaves the flags out: they say nothing about databases.
func openDatabase(ctx context.Context, _ sourceOptions, wanted job.Job, environment *settings.Environment) (count.CheckedSource, error) {
	options := sqlsource.Options{Variable: os.Getenv}
	if environment != nil {
		key := wanted.Source.Database
		variable := contract.DatabaseVariable(key)
		if database, _ := environment.Databases.Get(key); database.Create != "" && os.Getenv(variable) == "" {
			return nil, invalid("database %s is created by environment %[2]s, in a VPC that only its counter is in; to have that try the job write make verify ENV=%[2]s, and to count another database from here put its URL into %s",
				key, environment.Name, variable)
		}
		reach := sourceOptions{}.loadAWS
		if os.Getenv(variable) == "" {
			reach = sourceOptions{}.logIn
		}
		config, err := reach(ctx, environment)
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

// openAthena leaves the flags out: they say nothing about Athena.
func openAthena(ctx context.Context, _ sourceOptions, wanted job.Job, environment *settings.Environment) (count.CheckedSource, error) {
	if environment == nil {
		return nil, invalid("where is athena %s? its database and workgroup stand in an environment file; write --env", wanted.Source.Athena)
	}
	config, err := sourceOptions{}.logIn(ctx, environment)
	if err != nil {
		return nil, err
	}
	entries := map[string]contract.Athena{}
	for _, entry := range environment.Athena {
		entries[entry.Key] = entry.Value.Connection()
	}
	at := func(service string) aws.Config {
		return inLambda.WithEndpoint(config, cmp.Or(inLambda.Endpoint(os.Getenv, service), aws.ToString(config.BaseEndpoint)))
	}
	return athenasource.New(athenasource.Options{Environment: environment.Name, Athena: entries, API: at("ATHENA"), Glue: at("GLUE"), Stops: true}), nil
}

// logIn is loadAWS for what cannot do without credentials.
func (o sourceOptions) logIn(ctx context.Context, environment *settings.Environment) (aws.Config, error) {
	config, err := o.loadAWS(ctx, environment)
	if err != nil {
		return aws.Config{}, err
	}
	if _, err := config.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, fmt.Errorf("this machine has no valid AWS credentials; set AWS_PROFILE, or log in with \"aws sso login\" or \"aws login\": %w", err)
	}
	return config, nil
}

// anyRegion is for servers that have none.
const anyRegion = "us-east-1"

// loadAWS reads this machine's AWS configuration, for the region of the environment, if any.
func (o sourceOptions) loadAWS(ctx context.Context, environment *settings.Environment) (aws.Config, error) {
	region := ""
	if environment != nil {
		region = environment.Region
	}
	// What the SDK would log is in its errors as well.
	config, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(region), awsconfig.WithLogger(logging.Nop{}))
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if o.endpoint != "" {
		config.BaseEndpoint = &o.endpoint
		config.Region = cmp.Or(config.Region, anyRegion)
	}
	if config.Region == "" {
		return aws.Config{}, invalid("which AWS region? set AWS_REGION, or choose an environment with --env")
	}
	return config, nil
}
