package settings

import (
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// Environment is one environment file: one deployment of the system.
type Environment struct {
	// Name is the file's name without .yaml, such as prod.
	Name string

	Account   string                   `yaml:"account" example:"\"111122223333\""`       // 12 digits; empty deploys to the caller's
	Region    string                   `yaml:"region,required" example:"ap-northeast-2"` // of all that is made and counted
	Protect   bool                     `yaml:"protect"`                                  // keep data: retention, deletion and termination protection
	Network   Network                  `yaml:"network" example:"create"`                 // needed where there are databases
	Databases strictyaml.Map[Database] `yaml:"databases"`                                // by the key that jobs name them by
	Buckets   strictyaml.Map[Bucket]   `yaml:"buckets"`                                  // by the key that jobs name them by
	Athena    strictyaml.Map[Athena]   `yaml:"athena"`                                   // by the key that jobs name them by
	Results   Results                  `yaml:"results"`
	Alarms    Alarms                   `yaml:"alarms"`
	// Checks replace those of the jobs file here: of a case, a job or all jobs.
	Checks job.CheckOverrides `yaml:"checks" example:"off"`
	// Notify says who is told of checks; without it, the addresses of alarms.
	Notify Notify `yaml:"notify"`
	Query  bool   `yaml:"query"` // what people ask the records with: workgroup, database, tables, view and saved queries; false leaves it out
	// PermissionsBoundary is the ARN of a managed policy that limits every role.
	PermissionsBoundary string                 `yaml:"permissions_boundary" example:"arn:aws:iam::111122223333:policy/boundary"`
	Tags                strictyaml.Map[string] `yaml:"tags" example:"{team: data}"` // of every resource that takes tags

	MemoryMB         int `yaml:"memory_mb"`          // memory of the function; 256
	TimeoutSeconds   int `yaml:"timeout_seconds"`    // of one run of the function; 300
	LogRetentionDays int `yaml:"log_retention_days"` // how long the function's log is kept; 30
	MaxConcurrency   int `yaml:"max_concurrency"`    // reserved concurrency; 0 reserves none
	// RDSCAFile replaces the bundled certificate authorities, for regions they
	// lack: a PEM file, relative to the environment file.
	RDSCAFile string `yaml:"rds_ca_file"`

	// RDSCA is what goes into the rds-ca layer, as PEM.
	RDSCA []byte
	// Placeholders are the keys whose values are still the shipped examples, in the
	// order of the file.
	Placeholders []string
}

// Results say where the records are kept: by default in a bucket of the environment's
// own, encrypted with S3's keys.
type Results struct {
	// Bucket is the name of a bucket that exists. What the environment's own would
	// have (versions, the refusal to overwrite, Athena's answers that
	// expire) is up to its owner then.
	Bucket string `yaml:"bucket" example:"acme-tally-results"`
	// KMSKeyARN is the key that records are encrypted with, if it is not S3's own.
	KMSKeyARN string `yaml:"kms_key_arn" example:"arn:aws:kms:…:key/…"`
}

// Alarms say who hears of an environment's alarms.
type Alarms struct {
	// Email are addresses that the environment's own topic sends to; each must
	// confirm the subscription.
	Email []string `yaml:"email" example:"[oncall@example.com]"`
	// TopicARN is a topic that exists, instead of one of the environment's own. Its
	// policy must let CloudWatch publish.
	TopicARN string `yaml:"topic_arn"`
}

// Notify says who is told of checks, reconciliations and summaries.
type Notify struct {
	// Email are addresses that the environment's own topic of checks sends to; each must
	// confirm the subscription.
	Email []string `yaml:"email" example:"[analysts@example.com]"`
	// TopicARN is a topic that exists, instead of one of the environment's own. It may be of
	// another account, whose policy must let the monitor publish.
	TopicARN string `yaml:"topic_arn"`
}

// Bucket is an existing bucket to count in.
type Bucket struct {
	Name string `yaml:"name,required" example:"acme-prod-logs"`
	// KMSKeyARN is the key that the bucket's objects are encrypted with, if it is not
	// S3's own.
	KMSKeyARN string `yaml:"kms_key_arn"`
	Region    string `yaml:"region"` // the environment's, if empty; another one is refused
	// VPC has the bucket counted from within the network, for policies that demand
	// aws:SourceVpce or aws:SourceVpc.
	VPC bool `yaml:"vpc"`
	// RequesterPays says that this account pays for requests to the bucket, which another
	// one owns.
	RequesterPays bool `yaml:"requester_pays"`
}

// UnmarshalScalar reads "logs: acme-prod-logs".
func (b *Bucket) UnmarshalScalar(word string) error {
	b.Name = word
	return nil
}

// newEnvironment holds the values of keys that the file leaves out.
func newEnvironment(name string) Environment {
	return Environment{Name: name, Query: true, MemoryMB: 256, TimeoutSeconds: 300, LogRetentionDays: 30}
}
