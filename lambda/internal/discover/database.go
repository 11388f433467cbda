package discover

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// Database is an instance or a cluster of RDS, as an environment file names it.
type Database struct {
	Name             string `json:"name"`
	Kind             string `json:"kind"` // instance or cluster
	Account          string `json:"account"`
	Engine           string `json:"engine"` // mysql, mariadb or postgres
	Version          string `json:"version"`
	Host             string `json:"host"`
	Port             int32  `json:"port"`
	DBName           string `json:"dbname"` // empty if RDS knows none
	ResourceID       string `json:"resource_id"`
	IAM              bool   `json:"iam_enabled"`
	MasterUser       string `json:"master_user"`
	MasterSecret     string `json:"master_secret_arn,omitempty"` // if RDS manages the password
	MasterSecretKey  string `json:"master_secret_kms_key_arn,omitempty"`
	Writer           string `json:"writer"` // the host that users are made on
	SecurityGroup    string `json:"security_group_id"`
	PubliclyReached  bool   `json:"publicly_accessible"`
	TLSDemanded      *bool  `json:"tls_demanded"` // null if it could not be read
	VPC              string `json:"vpc_id"`
	parameterGroup   string
	preferredSubnets []string
	groups           []string
	state            string
	Advice
}

// engines are the engines of RDS that can be counted in, with their names in environment files.
var engines = map[string]string{
	"mysql": "mysql", "aurora-mysql": "mysql", "mariadb": "mariadb", "postgres": "postgres", "aurora-postgresql": "postgres",
}

// Database finds an instance or a cluster by its name, its ARN or one of its endpoints. Of
// what has replicas, it is one of these.
func (f *Finder) Database(ctx context.Context, name string) (Database, error) {
	instances, err := all(ctx, f, "rds:DescribeDBInstances", rds.NewDescribeDBInstancesPaginator(f.rds, nil),
		func(page *rds.DescribeDBInstancesOutput) []types.DBInstance { return page.DBInstances })
	if err != nil {
		return Database{}, err
	}
	clusters, err := all(ctx, f, "rds:DescribeDBClusters", rds.NewDescribeDBClustersPaginator(f.rds, nil),
		func(page *rds.DescribeDBClustersOutput) []types.DBCluster { return page.DBClusters })
	if err != nil {
		return Database{}, err
	}
	if given, err := arn.Parse(name); err == nil && given.Region != f.region {
		return Database{}, inputError("%s is in %s, and this looks in %s; write --region %s", name, given.Region, f.region, given.Region)
	}
	instance := slices.IndexFunc(instances, func(i types.DBInstance) bool { return isInstance(i, name) })
	cluster := slices.IndexFunc(clusters, func(c types.DBCluster) bool { return isCluster(c, name) })
	if instance >= 0 && aws.ToString(instances[instance].DBClusterIdentifier) != "" {
		own := slices.IndexFunc(clusters, func(c types.DBCluster) bool {
			return aws.ToString(c.DBClusterIdentifier) == aws.ToString(instances[instance].DBClusterIdentifier)
		})
		if cluster < 0 || cluster == own {
			cluster, instance = own, -1 // a member is looked at as its cluster, which has a reader endpoint
		}
	}
	var found Database
	switch {
	case instance >= 0 && cluster >= 0:
		return Database{}, inputError("an instance and a cluster have the name %s; write the ARN: %s or %s",
			name, aws.ToString(instances[instance].DBInstanceArn), aws.ToString(clusters[cluster].DBClusterArn))
	case cluster >= 0:
		found, err = ofCluster(clusters[cluster], instances)
	case instance >= 0:
		found, err = ofInstance(instances[instance], instances)
	default:
		var names []string
		for _, i := range instances {
			names = append(names, aws.ToString(i.DBInstanceIdentifier))
		}
		for _, c := range clusters {
			names = append(names, aws.ToString(c.DBClusterIdentifier))
		}
		return Database{}, f.notFound("database", name, names)
	}
	if err == nil {
		err = found.checkState()
	}
	if err != nil {
		return Database{}, err
	}
	found.TLSDemanded, err = f.demandsTLS(ctx, found)
	if hasCode(err, denied...) {
		found.note("Whether the server demands TLS could not be read: that needs %s.", found.parameterAction())
	} else if err != nil {
		return Database{}, err
	}
	if found.SecurityGroup, err = f.securityGroup(ctx, found.groups, found.Port); err != nil {
		return Database{}, err
	}
	found.advise()
	return found, nil
}

func isInstance(i types.DBInstance, name string) bool {
	endpoint := ""
	if i.Endpoint != nil {
		endpoint = aws.ToString(i.Endpoint.Address)
	}
	return isOneOf(name, aws.ToString(i.DBInstanceIdentifier), aws.ToString(i.DBInstanceArn), endpoint)
}

func isCluster(c types.DBCluster, name string) bool {
	return isOneOf(name, aws.ToString(c.DBClusterIdentifier), aws.ToString(c.DBClusterArn), aws.ToString(c.Endpoint), aws.ToString(c.ReaderEndpoint))
}

func isOneOf(name string, names ...string) bool {
	return slices.ContainsFunc(names, func(known string) bool { return strings.EqualFold(known, name) })
}

// describe fills in what instances and clusters have in common.
func describe(kind, name, resource, engine, version string, master *types.MasterUserSecret, groups []types.VpcSecurityGroupMembership) (Database, error) {
	d := Database{Kind: kind, Name: name, Engine: engines[engine], Version: version}
	if d.Engine == "" {
		return d, inputError("%s %s is %s, which cannot be counted in; supported are MySQL, MariaDB, PostgreSQL, and Aurora of MySQL and PostgreSQL", kind, name, engine)
	}
	if parsed, err := arn.Parse(resource); err == nil {
		d.Account = parsed.AccountID
	}
	if master != nil {
		d.MasterSecret, d.MasterSecretKey = aws.ToString(master.SecretArn), aws.ToString(master.KmsKeyId)
	}
	for _, group := range groups {
		d.groups = append(d.groups, aws.ToString(group.VpcSecurityGroupId))
	}
	return d, nil
}

func (d *Database) setSubnets(group *types.DBSubnetGroup) {
	if group == nil {
		return
	}
	d.VPC = aws.ToString(group.VpcId)
	for _, subnet := range group.Subnets {
		d.preferredSubnets = append(d.preferredSubnets, aws.ToString(subnet.SubnetIdentifier))
	}
}

// ofInstance describes an instance, or its first replica that runs.
func ofInstance(source types.DBInstance, instances []types.DBInstance) (Database, error) {
	chosen := source
	for _, i := range instances {
		if slices.Contains(source.ReadReplicaDBInstanceIdentifiers, aws.ToString(i.DBInstanceIdentifier)) && aws.ToString(i.DBInstanceStatus) == "available" && i.Endpoint != nil {
			chosen = i
			break
		}
	}
	d, err := describe("instance", aws.ToString(chosen.DBInstanceIdentifier), aws.ToString(chosen.DBInstanceArn), aws.ToString(chosen.Engine),
		aws.ToString(chosen.EngineVersion), chosen.MasterUserSecret, chosen.VpcSecurityGroups)
	if err != nil {
		return d, err
	}
	d.DBName, d.MasterUser, d.ResourceID = aws.ToString(source.DBName), aws.ToString(source.MasterUsername), aws.ToString(chosen.DbiResourceId)
	d.IAM, d.PubliclyReached = aws.ToBool(chosen.IAMDatabaseAuthenticationEnabled), aws.ToBool(chosen.PubliclyAccessible)
	d.state = aws.ToString(chosen.DBInstanceStatus)
	d.setSubnets(chosen.DBSubnetGroup)
	if chosen.Endpoint != nil {
		d.Host, d.Port = aws.ToString(chosen.Endpoint.Address), aws.ToInt32(chosen.Endpoint.Port)
	}
	if source.Endpoint != nil {
		d.Writer = aws.ToString(source.Endpoint.Address)
	}
	if len(chosen.DBParameterGroups) > 0 {
		d.parameterGroup = aws.ToString(chosen.DBParameterGroups[0].DBParameterGroupName)
	}
	if aws.ToString(chosen.DBInstanceIdentifier) != aws.ToString(source.DBInstanceIdentifier) {
		d.note("%s is a replica of %s, so that counting costs that one nothing. Rows reach it late: have each schedule some minutes after its window.", d.Name, aws.ToString(source.DBInstanceIdentifier))
	}
	return d, nil
}

// ofCluster describes a cluster by its reader endpoint.
func ofCluster(c types.DBCluster, instances []types.DBInstance) (Database, error) {
	d, err := describe("cluster", aws.ToString(c.DBClusterIdentifier), aws.ToString(c.DBClusterArn), aws.ToString(c.Engine), aws.ToString(c.EngineVersion), c.MasterUserSecret, c.VpcSecurityGroups)
	if err != nil {
		return d, err
	}
	d.DBName, d.MasterUser, d.ResourceID = aws.ToString(c.DatabaseName), aws.ToString(c.MasterUsername), aws.ToString(c.DbClusterResourceId)
	d.IAM, d.PubliclyReached = aws.ToBool(c.IAMDatabaseAuthenticationEnabled), aws.ToBool(c.PubliclyAccessible)
	d.state, d.parameterGroup, d.Writer = aws.ToString(c.Status), aws.ToString(c.DBClusterParameterGroup), aws.ToString(c.Endpoint)
	d.Host, d.Port = aws.ToString(c.ReaderEndpoint), aws.ToInt32(c.Port)
	if d.Host == "" {
		d.Host = d.Writer
	}
	for _, i := range instances { // a cluster says only the name of its subnet group
		if aws.ToString(i.DBClusterIdentifier) == d.Name {
			d.PubliclyReached = d.PubliclyReached || aws.ToBool(i.PubliclyAccessible)
			if d.VPC == "" {
				d.setSubnets(i.DBSubnetGroup)
			}
		}
	}
	if d.VPC == "" {
		return d, fmt.Errorf("cluster %s has no instance yet, and only that tells its VPC; add one first", d.Name)
	}
	if len(c.DBClusterMembers) == 1 {
		d.note("%s has no reader yet: its reader endpoint leads to the writer until there is one.", d.Name)
	}
	return d, nil
}

// checkState refuses what nobody can log in to.
func (d *Database) checkState() error {
	switch d.state {
	case "stopped", "stopping":
		return fmt.Errorf("%s %s is %s; start it first: aws rds start-db-%[1]s --db-%[1]s-identifier %[2]s", d.Kind, d.Name, d.state)
	}
	if d.Host == "" {
		return fmt.Errorf("%s %s has no endpoint: its state is %s; wait until it is available", d.Kind, d.Name, d.state)
	}
	if d.VPC == "" || len(d.groups) == 0 {
		return fmt.Errorf("%s %s is in no VPC", d.Kind, d.Name)
	}
	return nil
}

func (d *Database) note(format string, args ...any) {
	d.Notes = append(d.Notes, fmt.Sprintf(format, args...))
}

// version begins the versions of RDS.
var version = regexp.MustCompile(`^(\d+)\.(\d+)`)

// ShortVersion is major and minor, which is what an environment file wants of MariaDB.
func (d *Database) ShortVersion() string { return version.FindString(d.Version) }

// KnowsIAM tells whether the server can let users in with IAM: MariaDB from 10.11 on (RDS user
// guide, "Supported Regions and DB engines for IAM database authentication").
func (d *Database) KnowsIAM() bool {
	numbers := version.FindStringSubmatch(d.Version)
	if d.Engine != "mariadb" || numbers == nil {
		return d.Engine != "mariadb"
	}
	major, _ := strconv.Atoi(numbers[1])
	minor, _ := strconv.Atoi(numbers[2])
	return major > 10 || major == 10 && minor >= 11
}

// advise says what is good to know about the server.
func (d *Database) advise() {
	if d.PubliclyReached {
		d.note("%s has a public address. The counter comes from within the VPC and does not need it.", d.Name)
	}
	if d.TLSDemanded != nil && !*d.TLSDemanded {
		d.note("%s lets clients in without TLS. The counter always uses it; to demand it of everybody set %s in parameter group %s.", d.Name, d.tlsParameter(), d.parameterGroup)
	}
}
