package contract

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The function's environment variables and the files of its layers.
const (
	// ConfigVariable holds a Config as JSON. It never holds a secret.
	ConfigVariable = "TALLY_CONFIG"
	// LayerRootVariable replaces LayerRoot, for running the function outside Lambda.
	LayerRootVariable = "TALLY_LAYER_ROOT"
	// LayerRoot is where Lambda unpacks layers.
	LayerRoot = "/opt"
	// JobsFile is the jobs layer's file, relative to the layer root.
	JobsFile = "tally/jobs.yaml"
	// ChecksFile is the checks layer's file, relative to the layer root: what the environment
	// says about checks, as JSON. It may not be there.
	ChecksFile = "tally/checks.json"
	// CAFile is the rds-ca layer's file of PEM certificates, relative to the layer root.
	CAFile = "tally/rds-ca.pem"
)

// The engines of databases. MariaDB and Aurora MySQL are "mysql", Aurora PostgreSQL is
// "postgres".
const (
	EngineMySQL    = "mysql"
	EnginePostgres = "postgres"
)

// EngineAthena is whose SQL the conditions of jobs that count in Athena are: Trino's.
const EngineAthena = "athena"

// How the function logs in to a database.
const (
	AuthIAM    = "iam"    // a token signed at connect time instead of a password
	AuthSecret = "secret" // user and password from Secrets Manager, as RDS keeps them
)

// Config is what the stack tells a counter about its environment.
type Config struct {
	Environment string              `json:"environment"`
	Bucket      string              `json:"bucket"`
	Databases   map[string]Database `json:"databases"`
	// Buckets are the names of the buckets to count in, by the environment's keys.
	Buckets map[string]string `json:"buckets,omitempty"`
	// RequesterPays are the keys of the buckets whose requests this account pays for.
	RequesterPays []string `json:"requester_pays,omitempty"`
	// Athena says where tables of Athena are, by the environment's keys.
	Athena map[string]Athena `json:"athena,omitempty"`
	// SecretsURL is the endpoint of Secrets Manager; empty is the region's.
	SecretsURL string `json:"secrets_url,omitempty"`
}

// Database says how to reach one database. There is no password in it.
type Database struct {
	Engine   string `json:"engine"`
	Host     string `json:"host"`
	Port     int    `json:"port"`
	DBName   string `json:"dbname"`
	Username string `json:"username"`
	Auth     string `json:"auth"`
	// SecretARN names the secret with user and password, for AuthSecret. The secret's user
	// is used instead of Username.
	SecretARN string `json:"secret_arn,omitempty"`
}

// Athena says how to ask Athena for one database of a catalog.
type Athena struct {
	Workgroup string `json:"workgroup"`
	Catalog   string `json:"catalog"` // such as DefaultCatalog
	Database  string `json:"database"`
}

// DefaultCatalog is the account's Glue Data Catalog, as Athena calls it.
const DefaultCatalog = "AwsDataCatalog"

// MonitorConfig is what the stack tells the monitor about its environment.
type MonitorConfig struct {
	Environment string `json:"environment"`
	Stack       string `json:"stack"`  // the id of the stack that it is part of
	Bucket      string `json:"bucket"` // the results bucket
	// LongestTimeoutSeconds is the longest timeout of the counters.
	LongestTimeoutSeconds int `json:"timeout_seconds"`
	// Parallel is how many invocations each counter may get from the monitor at a time. It
	// leaves room in the counter's reserved concurrency for a scheduled run.
	Parallel int       `json:"parallel"`
	Counters []Counter `json:"counters"`
	// ChecksTopic is the ARN of the topic that is told of checks; empty: nothing is checked.
	ChecksTopic string `json:"checks_topic,omitempty"`
}

// Counter is one function that counts.
type Counter struct {
	Function string `json:"function"` // its name
	// Sources are what it counts in, as [tally/lambda/job.Source] writes itself.
	Sources []string `json:"sources"`
}

// ParseConfig reads a counter's value of ConfigVariable.
func ParseConfig(value string) (Config, error) {
	return parseConfig(value, "environment and bucket", func(c Config) bool { return c.Environment != "" && c.Bucket != "" })
}

// ParseMonitorConfig reads the monitor's value of ConfigVariable.
func ParseMonitorConfig(value string) (MonitorConfig, error) {
	return parseConfig(value, "environment, stack, bucket, timeout_seconds and parallel", func(c MonitorConfig) bool {
		return c.Environment != "" && c.Stack != "" && c.Bucket != "" && c.LongestTimeoutSeconds > 0 && c.Parallel > 0
	})
}

// parseConfig reads a configuration that needs some keys.
func parseConfig[C any](value, needs string, complete func(C) bool) (config C, err error) {
	if value == "" {
		return config, fmt.Errorf("%s is not set", ConfigVariable)
	}
	if err := json.Unmarshal([]byte(value), &config); err != nil {
		return config, fmt.Errorf("parse %s: %w", ConfigVariable, err)
	}
	if !complete(config) {
		return config, fmt.Errorf("parse %s: %s must be set", ConfigVariable, needs)
	}
	return config, nil
}

// DatabaseVariable is the name of the variable with a database's URL, such as
// TALLY_DATABASE_APP for the key app. Outside AWS the URL replaces what Config says.
func DatabaseVariable(key string) string {
	return "TALLY_DATABASE_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}
