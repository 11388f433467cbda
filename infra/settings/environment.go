package settings

import (
	"cmp"
	"errors"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

// Environment is one environment file: one deployment of the system.
type Environment struct {
	// Name is the file's name without .yaml, such as prod.
	Name string

	Account   string                   `yaml:"account" example:"\"111122223333\""` // 12 digits; empty deploys to the caller's
	Region    string                   `yaml:"region,required" example:"ap-northeast-2"`
	Protect   bool                     `yaml:"protect"` // keep data: retention, deletion and termination protection
	Network   Network                  `yaml:"network,required" example:"create"`
	Databases strictyaml.Map[Database] `yaml:"databases"`
	Buckets   strictyaml.Map[Bucket]   `yaml:"buckets"`

	MemoryMB         int `yaml:"memory_mb"`          // of the function; 256
	TimeoutSeconds   int `yaml:"timeout_seconds"`    // of the function; 300
	LogRetentionDays int `yaml:"log_retention_days"` // 30
	MaxConcurrency   int `yaml:"max_concurrency"`    // reserved concurrency; 0 reserves none
	// RDSCAFile replaces the bundled certificate authorities, for regions they
	// lack: a PEM file, relative to the environment file.
	RDSCAFile string `yaml:"rds_ca_file"`

	// RDSCA is what goes into the rds-ca layer, as PEM.
	RDSCA []byte
}

// Network is an existing VPC, by its attributes, or a new one.
type Network struct {
	Create     bool
	VPCID      string   `yaml:"vpc_id,required" example:"vpc-0123456789abcdef0"`
	S3Endpoint Endpoint `yaml:"s3_endpoint,required" example:"existing"`
	Subnets    []Subnet `yaml:"subnets,required" example:"[{id: subnet-…, availability_zone: ap-northeast-2a, route_table_id: rtb-…}]"`
}

// UnmarshalScalar reads "network: create".
func (n *Network) UnmarshalScalar(word string) error {
	if word != string(EndpointCreate) {
		return errors.New("write create, or the vpc_id, s3_endpoint and subnets of an existing VPC")
	}
	n.Create = true
	return nil
}

// Subnet is a private subnet of an existing VPC.
type Subnet struct {
	ID               string `yaml:"id,required" example:"subnet-0123456789abcdef0"`
	AvailabilityZone string `yaml:"availability_zone,required" example:"ap-northeast-2a"`
	RouteTableID     string `yaml:"route_table_id,required" example:"rtb-0123456789abcdef0"`
}

// Endpoint says whether a VPC's S3 gateway endpoint exists. A second one on a
// route table fails at deploy, so it must be said.
type Endpoint string

// The two ways to reach S3 without the internet.
const (
	EndpointExisting Endpoint = "existing"
	EndpointCreate   Endpoint = "create"
)

// Ingress says who allows the function into a database's security group.
type Ingress string

// The two owners of a database's ingress rules.
const (
	IngressManaged  Ingress = "managed"  // this stack adds one rule
	IngressExternal Ingress = "external" // somebody else, Terraform say, owns them
)

// Database is an existing RDS instance, cluster or proxy.
type Database struct {
	Engine          string  `yaml:"engine,required" example:"mysql"`
	Host            string  `yaml:"host,required" example:"app.abcdefghijkl.ap-northeast-2.rds.amazonaws.com"`
	Port            int     `yaml:"port"` // the engine's own, if 0
	DBName          string  `yaml:"dbname,required" example:"app"`
	Username        string  `yaml:"username,required" example:"tally_reader"`
	Auth            string  `yaml:"auth,required" example:"iam"`
	ResourceID      string  `yaml:"resource_id,required" example:"db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"` // db-…, cluster-… or prx-…
	SecurityGroupID string  `yaml:"security_group_id,required" example:"sg-0123456789abcdef0"`
	Ingress         Ingress `yaml:"ingress"` // managed, if empty
}

// Connection is the database as the function's configuration has it.
func (d Database) Connection() contract.Database {
	return contract.Database{
		Engine: d.Engine, Host: d.Host, Port: d.Port, DBName: d.DBName, Username: d.Username, Auth: d.Auth,
	}
}

// Bucket is an existing bucket to count in.
type Bucket struct {
	Name string `yaml:"name,required" example:"acme-prod-logs"`
	// KMSKeyARN is the key that the bucket's objects are encrypted with, if it is not
	// S3's own.
	KMSKeyARN string `yaml:"kms_key_arn"`
	Region    string `yaml:"region"` // the environment's, if empty; another one is refused

	alone bool // the name was written without a key
}

// UnmarshalScalar reads "logs: acme-prod-logs".
func (b *Bucket) UnmarshalScalar(word string) error {
	b.Name, b.alone = word, true
	return nil
}

// defaultPorts are the engines' own.
var defaultPorts = map[string]int{contract.EngineMySQL: 3306, contract.EnginePostgres: 5432}

// newEnvironment holds what the file may leave open.
func newEnvironment(name string) Environment {
	return Environment{Name: name, MemoryMB: 256, TimeoutSeconds: 300, LogRetentionDays: 30}
}

// defaultDatabases fills what depends on the file.
func (e *Environment) defaultDatabases() {
	for i := range e.Databases {
		database := &e.Databases[i].Value
		database.Port = cmp.Or(database.Port, defaultPorts[database.Engine])
		database.Ingress = cmp.Or(database.Ingress, IngressManaged)
	}
}
