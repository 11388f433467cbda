package discover

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// Database is an instance or a cluster of RDS, as an environment file names it.
type Database struct {
	Kind            string `json:"kind"` // instance or cluster
	Name            string `json:"name"`
	Account         string `json:"account"`
	Engine          string `json:"engine"` // mysql, mariadb or postgres
	Version         string `json:"version"`
	Host            string `json:"host"`
	Writer          string `json:"writer"` // the host that users are made on
	Port            int32  `json:"port"`
	DBName          string `json:"dbname"` // empty if RDS knows none
	ResourceID      string `json:"resource_id"`
	IAM             bool   `json:"iam_enabled"`
	MasterUser      string `json:"master_user"`
	MasterSecret    string `json:"master_secret_arn,omitempty"` // if RDS manages the password
	MasterSecretKey string `json:"master_secret_kms_key_arn,omitempty"`
	SecurityGroup   string `json:"security_group_id"`
	Public          bool   `json:"publicly_accessible"`
	DemandsTLS      *bool  `json:"demands_tls"` // null if it could not be read
	VPC             string `json:"vpc_id"`
	// Subnets are those that it can be in; none of a cluster without instances.
	Subnets []string `json:"-"`

	arn, state, rdsEngine, parameterGroup, cluster string
	replicas, groups                               []string
	Advice                                         `json:"-"`
}

// engines are those of RDS that can be counted in, with their names in environment files.
var engines = map[string]string{
	"mysql": "mysql", "aurora-mysql": "mysql", "mariadb": "mariadb", "postgres": "postgres", "aurora-postgresql": "postgres",
}

// Database finds an instance or a cluster by its name, its ARN or one of its endpoints. Of what
// has replicas it is one of these.
func (f *Finder) Database(ctx context.Context, name string) (Database, error) {
	if given, err := arn.Parse(name); err == nil && given.Region != f.region {
		return Database{}, inputError("%s is in %s, and this looks in %s; write --region %[2]s", name, given.Region, f.region)
	}
	databases, err := f.databases(ctx)
	if err != nil {
		return Database{}, err
	}
	d, err := f.choose(databases, name)
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return Database{}, err
	}
	if d.DemandsTLS, err = f.demandsTLS(ctx, &d); err != nil {
		return Database{}, err
	}
	if d.DemandsTLS != nil && !*d.DemandsTLS {
		d.note("%s lets clients in without TLS. The counter always uses it; to demand it of everybody set %s in parameter group %s, or in one of your own if that is a default one.", d.Name, d.tlsParameter(), d.parameterGroup)
	}
	if d.Public {
		d.note("%s has a public address. The counter comes from within the VPC and does not need it.", d.Name)
	}
	d.SecurityGroup, err = f.securityGroup(ctx, d.groups, d.Port)
	return d, err
}

// choose finds the one that has a name. A member of a cluster is looked at as its cluster.
func (f *Finder) choose(databases []Database, name string) (Database, error) {
	var matches []Database
	var names, arns []string
	for _, d := range databases {
		names = append(names, d.Name)
		if !slices.ContainsFunc([]string{d.Name, d.arn, d.Host, d.Writer}, func(own string) bool { return strings.EqualFold(own, name) }) {
			continue
		}
		if own := slices.IndexFunc(databases, func(c Database) bool { return c.Kind == "cluster" && c.Name == d.cluster }); own >= 0 {
			d = databases[own]
		}
		if !slices.Contains(arns, d.arn) {
			matches, arns = append(matches, d), append(arns, d.arn)
		}
	}
	switch len(matches) {
	case 0:
		return Database{}, f.notFound("database", name, names)
	case 1:
	default:
		return Database{}, inputError("several have the name %s; write the ARN: %s", name, strings.Join(arns, " or "))
	}
	chosen := matches[0]
	available := func(d Database) bool { return slices.Contains(chosen.replicas, d.Name) && d.state == "available" }
	if i := slices.IndexFunc(databases, available); i >= 0 {
		chosen = databases[i]
	}
	for _, source := range databases {
		if slices.Contains(source.replicas, chosen.Name) {
			chosen.DBName, chosen.Writer = cmp.Or(chosen.DBName, source.DBName), source.Writer
			chosen.note("%s is a replica of %s, so that counting costs that one nothing. Rows reach it late: have each schedule some minutes after its window.", chosen.Name, source.Name)
		}
	}
	return chosen, nil
}

// databases are all of the account in the region.
func (f *Finder) databases(ctx context.Context) ([]Database, error) {
	clusters, err := all(ctx, f, "rds:DescribeDBClusters", rds.NewDescribeDBClustersPaginator(f.rds, nil),
		func(page *rds.DescribeDBClustersOutput) []types.DBCluster { return page.DBClusters })
	if err != nil {
		return nil, err
	}
	instances, err := all(ctx, f, "rds:DescribeDBInstances", rds.NewDescribeDBInstancesPaginator(f.rds, nil),
		func(page *rds.DescribeDBInstancesOutput) []types.DBInstance { return page.DBInstances })
	if err != nil {
		return nil, err
	}
	var databases []Database
	for _, c := range clusters {
		d := Database{
			Kind: "cluster", Name: aws.ToString(c.DBClusterIdentifier), Version: aws.ToString(c.EngineVersion), Host: aws.ToString(c.ReaderEndpoint),
			Writer: aws.ToString(c.Endpoint), Port: aws.ToInt32(c.Port), DBName: aws.ToString(c.DatabaseName), ResourceID: aws.ToString(c.DbClusterResourceId),
			IAM: aws.ToBool(c.IAMDatabaseAuthenticationEnabled), MasterUser: aws.ToString(c.MasterUsername), Public: aws.ToBool(c.PubliclyAccessible),
			arn: aws.ToString(c.DBClusterArn), state: aws.ToString(c.Status), rdsEngine: aws.ToString(c.Engine), parameterGroup: aws.ToString(c.DBClusterParameterGroup),
		}
		d.complete(c.MasterUserSecret, c.VpcSecurityGroups)
		if len(c.DBClusterMembers) == 1 {
			d.note("%s has no reader yet: its reader endpoint leads to the writer until there is one.", d.Name)
		}
		databases = append(databases, d)
	}
	for _, i := range instances {
		endpoint, group := cmp.Or(i.Endpoint, &types.Endpoint{}), cmp.Or(i.DBSubnetGroup, &types.DBSubnetGroup{})
		d := Database{
			Kind: "instance", Name: aws.ToString(i.DBInstanceIdentifier), Version: aws.ToString(i.EngineVersion), Host: aws.ToString(endpoint.Address),
			Writer: aws.ToString(endpoint.Address), Port: aws.ToInt32(endpoint.Port), DBName: aws.ToString(i.DBName), ResourceID: aws.ToString(i.DbiResourceId),
			IAM: aws.ToBool(i.IAMDatabaseAuthenticationEnabled), MasterUser: aws.ToString(i.MasterUsername), Public: aws.ToBool(i.PubliclyAccessible),
			VPC: aws.ToString(group.VpcId), arn: aws.ToString(i.DBInstanceArn), state: aws.ToString(i.DBInstanceStatus), rdsEngine: aws.ToString(i.Engine),
			cluster: aws.ToString(i.DBClusterIdentifier), replicas: i.ReadReplicaDBInstanceIdentifiers,
		}
		for _, subnet := range group.Subnets {
			d.Subnets = append(d.Subnets, aws.ToString(subnet.SubnetIdentifier))
		}
		if len(i.DBParameterGroups) > 0 {
			d.parameterGroup = aws.ToString(i.DBParameterGroups[0].DBParameterGroupName)
		}
		d.complete(i.MasterUserSecret, i.VpcSecurityGroups)
		for own := range databases { // a cluster says only the name of its subnet group
			if c := &databases[own]; c.Kind == "cluster" && c.Name == d.cluster {
				c.VPC, c.Subnets, c.Public = d.VPC, d.Subnets, c.Public || d.Public
			}
		}
		databases = append(databases, d)
	}
	return databases, nil
}

// complete fills in what instances and clusters have in common.
func (d *Database) complete(master *types.MasterUserSecret, groups []types.VpcSecurityGroupMembership) {
	d.Engine, d.Host = engines[d.rdsEngine], cmp.Or(d.Host, d.Writer)
	if parsed, err := arn.Parse(d.arn); err == nil {
		d.Account = parsed.AccountID
	}
	if master != nil {
		d.MasterSecret, d.MasterSecretKey = aws.ToString(master.SecretArn), aws.ToString(master.KmsKeyId)
	}
	for _, group := range groups {
		d.groups = append(d.groups, aws.ToString(group.VpcSecurityGroupId))
	}
}

// check refuses what cannot be counted in, or not now.
func (d *Database) check() error {
	switch {
	case d.Engine == "":
		return inputError("%s %s is %s, which cannot be counted in; supported are MySQL, MariaDB, PostgreSQL, and Aurora of MySQL and PostgreSQL", d.Kind, d.Name, d.rdsEngine)
	case d.state == "stopped" || d.state == "stopping":
		return fmt.Errorf("%s %s is %s; start it first: aws rds start-db-%[1]s --db-%[1]s-identifier %[2]s", d.Kind, d.Name, d.state)
	case d.Host == "":
		return fmt.Errorf("%s %s has no endpoint: its state is %s; wait until it is available", d.Kind, d.Name, d.state)
	case d.VPC == "" || len(d.groups) == 0:
		return fmt.Errorf("the VPC of %s %s is not known: it has no instance yet, or is in none", d.Kind, d.Name)
	}
	return nil
}

// version begins the versions of RDS.
var version = regexp.MustCompile(`^\d+\.\d+`)

// ShortVersion is major and minor, which is what an environment file wants of MariaDB.
func (d *Database) ShortVersion() string { return version.FindString(d.Version) }

// KnowsIAM tells whether the server can let users in with IAM: MariaDB from 10.11 on (RDS user
// guide, "Supported Regions and DB engines for IAM database authentication").
func (d *Database) KnowsIAM() bool {
	var major, minor int
	_, err := fmt.Sscanf(d.Version, "%d.%d", &major, &minor)
	return d.Engine != "mariadb" || err == nil && (major > 10 || major == 10 && minor >= 11)
}

// tlsParameter is the parameter that has a server refuse clients without TLS.
func (d *Database) tlsParameter() string {
	if d.Engine == "postgres" {
		return "rds.force_ssl"
	}
	return "require_secure_transport"
}

// demandsTLS reads that parameter. Who may not read it hears so.
func (f *Finder) demandsTLS(ctx context.Context, d *Database) (demanded *bool, err error) {
	var parameters []types.Parameter
	action := "rds:DescribeDBParameters"
	if d.Kind == "cluster" {
		action = "rds:DescribeDBClusterParameters"
		parameters, err = all(ctx, f, action, rds.NewDescribeDBClusterParametersPaginator(f.rds, &rds.DescribeDBClusterParametersInput{DBClusterParameterGroupName: &d.parameterGroup}),
			func(page *rds.DescribeDBClusterParametersOutput) []types.Parameter { return page.Parameters })
	} else {
		parameters, err = all(ctx, f, action, rds.NewDescribeDBParametersPaginator(f.rds, &rds.DescribeDBParametersInput{DBParameterGroupName: &d.parameterGroup}),
			func(page *rds.DescribeDBParametersOutput) []types.Parameter { return page.Parameters })
	}
	switch {
	case hasCode(err, denied...):
		d.note("These credentials may not do %s, so it is not known whether the server demands TLS.", action)
		return nil, nil
	case err != nil:
		return nil, err
	}
	return aws.Bool(slices.ContainsFunc(parameters, func(parameter types.Parameter) bool {
		value := strings.ToUpper(aws.ToString(parameter.ParameterValue))
		return aws.ToString(parameter.ParameterName) == d.tlsParameter() && (value == "1" || value == "ON")
	})), nil
}
