package settings

import (
	"cmp"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

// Database is an RDS instance, cluster or proxy that exists, or an Aurora cluster
// to create.
type Database struct {
	// Create makes a cluster for an environment that has no database. Of the other
	// keys only dbname, username and max_capacity go with it.
	Create CreatedEngine `yaml:"create" example:"aurora-mysql"`
	// MaxCapacity is the most that a created cluster scales to, in Aurora capacity
	// units (2 GiB of memory each); 4, if 0. It scales down to none.
	MaxCapacity int `yaml:"max_capacity"`

	Engine          string  `yaml:"engine" example:"mysql"`
	Version         string  `yaml:"version" example:"\"10.11\""` // of MariaDB: whether it knows IAM
	Host            string  `yaml:"host" example:"app.abcdefghijkl.ap-northeast-2.rds.amazonaws.com"`
	Port            int     `yaml:"port"` // the engine's own, if 0
	DBName          string  `yaml:"dbname" example:"app"`
	Username        string  `yaml:"username" example:"tally_reader"`
	Auth            string  `yaml:"auth" example:"iam"`
	ResourceID      string  `yaml:"resource_id" example:"db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"` // with IAM: db-…, cluster-… or prx-…
	SecretARN       string  `yaml:"secret_arn" example:"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:tally-reader-AbCdEf"`
	SecretKeyARN    string  `yaml:"secret_kms_key_arn"` // of the secret, if it is not aws/secretsmanager
	SecurityGroupID string  `yaml:"security_group_id" example:"sg-0123456789abcdef0"`
	Ingress         Ingress `yaml:"ingress"` // managed, if empty
}

// CreatedDatabases are those that the environment creates, in the order of the file.
func (e Environment) CreatedDatabases() strictyaml.Map[Database] {
	exists := func(database strictyaml.Entry[Database]) bool { return database.Value.Create == "" }
	return slices.DeleteFunc(slices.Clone(e.Databases), exists)
}

// CreatedEngine is what a created cluster is.
type CreatedEngine string

// The engines of created clusters.
const (
	AuroraMySQL    CreatedEngine = "aurora-mysql"
	AuroraPostgres CreatedEngine = "aurora-postgresql"
)

// MasterUsername is the user that owns a created cluster. RDS makes it and keeps its
// password; the name is reserved with no engine.
const MasterUsername = "tallymaster"

// EngineMariaDB is a member of the MySQL family whose version matters for IAM.
const EngineMariaDB = "mariadb"

// Ingress says who allows the function into a database's security group.
type Ingress string

// The two owners of a database's ingress rules.
const (
	IngressManaged  Ingress = "managed"  // this stack adds one rule
	IngressExternal Ingress = "external" // somebody else, Terraform say, owns them
)

// families are the engines as the function knows them, by the names in files.
var families = map[string]string{
	contract.EngineMySQL:    contract.EngineMySQL,
	EngineMariaDB:           contract.EngineMySQL,
	contract.EnginePostgres: contract.EnginePostgres,
	string(AuroraMySQL):     contract.EngineMySQL,
	string(AuroraPostgres):  contract.EnginePostgres,
}

// Family is the engine as the function knows it; empty if the file's is unknown.
func (d Database) Family() string {
	return families[cmp.Or(string(d.Create), d.Engine)]
}

// Connection is the database as the function's configuration has it. The host of
// a created cluster is known to CloudFormation only.
func (d Database) Connection() contract.Database {
	return contract.Database{
		Engine: d.Family(), Host: d.Host, Port: d.Port, DBName: d.DBName, Username: d.Username,
		Auth: d.Auth, SecretARN: d.SecretARN,
	}
}

// isProxy tells whether a database is an RDS Proxy. Public authorities sign its
// certificate.
func (d Database) isProxy() bool {
	kind, _ := readEndpoint(d.Host)
	return strings.HasPrefix(d.ResourceID, "prx-") || kind == kindProxy
}

// defaultPorts are the engines' own.
var defaultPorts = map[string]int{contract.EngineMySQL: 3306, contract.EnginePostgres: 5432}

// The values of a created cluster whose keys are left out.
const (
	createdCapacity = 4
	createdUser     = "tally_reader"
)

// setDefaults fills in the keys that are left out. key is the database's.
func (d *Database) setDefaults(key string) {
	d.Port = cmp.Or(d.Port, defaultPorts[d.Family()])
	d.Ingress = cmp.Or(d.Ingress, IngressManaged)
	if d.Create == "" {
		return
	}
	d.MaxCapacity = cmp.Or(d.MaxCapacity, createdCapacity)
	d.DBName = cmp.Or(d.DBName, strings.ReplaceAll(key, "-", "_"))
	d.Username = cmp.Or(d.Username, createdUser)
	d.Auth = contract.AuthIAM
}
