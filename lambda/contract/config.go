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
	// CAFile is the rds-ca layer's file of PEM certificates, relative to the layer root.
	CAFile = "tally/rds-ca.pem"
)

// The engines of databases. MariaDB and Aurora MySQL are "mysql", Aurora PostgreSQL is
// "postgres".
const (
	EngineMySQL    = "mysql"
	EnginePostgres = "postgres"
)

// How the function logs in to a database.
const (
	AuthIAM    = "iam"    // a token signed at connect time instead of a password
	AuthSecret = "secret" // user and password from Secrets Manager, as RDS keeps them
)

// Config is what the stack tells the function about its environment.
type Config struct {
	Environment string              `json:"environment"`
	Bucket      string              `json:"bucket"`
	Databases   map[string]Database `json:"databases"`
	// Buckets are the names of the buckets to count in, by the environment's keys.
	Buckets map[string]string `json:"buckets,omitempty"`
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

// ParseConfig reads the value of ConfigVariable.
func ParseConfig(value string) (Config, error) {
	if value == "" {
		return Config{}, fmt.Errorf("%s is not set", ConfigVariable)
	}
	var config Config
	if err := json.Unmarshal([]byte(value), &config); err != nil {
		return Config{}, fmt.Errorf("parse %s: %w", ConfigVariable, err)
	}
	if config.Environment == "" || config.Bucket == "" {
		return Config{}, fmt.Errorf("parse %s: environment and bucket must be set", ConfigVariable)
	}
	return config, nil
}

// DatabaseVariable is the name of the variable with a database's URL, such as
// TALLY_DATABASE_APP for the key app. Outside AWS the URL replaces what Config says.
func DatabaseVariable(key string) string {
	return "TALLY_DATABASE_" + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}
