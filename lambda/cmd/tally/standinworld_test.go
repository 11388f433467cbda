package main

import (
	"fmt"
	"strings"
)

// The account that the stand-in shows.
const (
	mainVPC    = "vpc-0a3c9e7d5b1f42860" // some private subnets reach S3
	bareVPC    = "vpc-0b7d1f5e3a9c64082" // private subnets, no endpoint
	defaultVPC = "vpc-0c5e3a1d7f9b86204" // public subnets only
	edgeVPC    = "vpc-0d4f2b6c8e1a35970" // in a place where Lambda cannot be
	gateway    = "vpce-0d1f5b7e9a3c28460"
)

// instance is a DBInstance with the members that the API reference's sample has. more replaces
// members, or adds them.
func instance(name, engine, version string, more ...string) string {
	members := []string{
		"<DBInstanceIdentifier>" + name + "</DBInstanceIdentifier>", "<DBInstanceClass>db.m6g.large</DBInstanceClass>",
		"<Engine>" + engine + "</Engine>", "<DBInstanceStatus>available</DBInstanceStatus>", "<MasterUsername>admin</MasterUsername>", "<DBName>shop</DBName>",
		"<Endpoint><Address>" + name + ".c9x8k7example.ap-northeast-2.rds.amazonaws.com</Address><Port>3306</Port><HostedZoneId>ZLA2NUCOLGUUR</HostedZoneId></Endpoint>",
		"<AllocatedStorage>100</AllocatedStorage>",
		"<VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-0e7a9c1d3f5b24680</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>",
		"<DBParameterGroups><DBParameterGroup><DBParameterGroupName>default." + engine + "</DBParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></DBParameterGroup></DBParameterGroups>",
		subnetGroup(mainVPC, "subnet-0d01b2c3e4f5a6b7a", "subnet-0d01b2c3e4f5a6b7c"),
		"<EngineVersion>" + version + "</EngineVersion>", "<MultiAZ>true</MultiAZ>", "<PubliclyAccessible>false</PubliclyAccessible>",
		"<IAMDatabaseAuthenticationEnabled>false</IAMDatabaseAuthenticationEnabled>",
		"<DbiResourceId>db-" + strings.ToUpper(strings.ReplaceAll(name, "-", "")) + "7H4YQ2</DbiResourceId>",
		"<DBInstanceArn>arn:aws:rds:ap-northeast-2:444455556666:db:" + name + "</DBInstanceArn>",
	}
	return "<DBInstance>" + strings.Join(replaced(members, more), "") + "</DBInstance>"
}

// cluster is likewise a DBCluster.
func cluster(name, engine, version string, more ...string) string {
	members := []string{
		"<DBClusterIdentifier>" + name + "</DBClusterIdentifier>", "<Engine>" + engine + "</Engine>", "<EngineVersion>" + version + "</EngineVersion>",
		"<Status>available</Status>", "<DatabaseName>shop</DatabaseName>", "<MasterUsername>admin</MasterUsername>", "<Port>5432</Port>",
		"<Endpoint>" + name + ".cluster-c9x8k7example.ap-northeast-2.rds.amazonaws.com</Endpoint>",
		"<ReaderEndpoint>" + name + ".cluster-ro-c9x8k7example.ap-northeast-2.rds.amazonaws.com</ReaderEndpoint>",
		"<DBClusterParameterGroup>default." + engine + "</DBClusterParameterGroup>", "<DBSubnetGroup>" + name + "</DBSubnetGroup>",
		"<DBClusterMembers><DBClusterMember><DBInstanceIdentifier>" + name + "-1</DBInstanceIdentifier><IsClusterWriter>true</IsClusterWriter></DBClusterMember>" +
			"<DBClusterMember><DBInstanceIdentifier>" + name + "-2</DBInstanceIdentifier><IsClusterWriter>false</IsClusterWriter></DBClusterMember></DBClusterMembers>",
		"<VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-0e7a9c1d3f5b24680</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>",
		"<IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled>", "<DbClusterResourceId>cluster-" + strings.ToUpper(name) + "5T3RW8</DbClusterResourceId>",
		"<DBClusterArn>arn:aws:rds:ap-northeast-2:444455556666:cluster:" + name + "</DBClusterArn>",
	}
	return "<DBCluster>" + strings.Join(replaced(members, more), "") + "</DBCluster>"
}

// replaced puts members in the place of those with the same name.
func replaced(members, more []string) []string {
	for _, other := range more {
		tag, _, _ := strings.Cut(other, ">")
		known := false
		for i, member := range members {
			if strings.HasPrefix(member, tag+">") {
				members[i], known = other, true
			}
		}
		if !known {
			members = append(members, other)
		}
	}
	return members
}

func subnetGroup(vpc string, subnets ...string) string {
	text := "<DBSubnetGroup><DBSubnetGroupName>data</DBSubnetGroupName><VpcId>" + vpc + "</VpcId><SubnetGroupStatus>Complete</SubnetGroupStatus><Subnets>"
	for _, subnet := range subnets {
		text += "<Subnet><SubnetIdentifier>" + subnet + "</SubnetIdentifier><SubnetStatus>Active</SubnetStatus></Subnet>"
	}
	return text + "</Subnets></DBSubnetGroup>"
}

const (
	iamOn  = "<IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled>"
	secret = "<MasterUserSecret><SecretArn>arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:rds!db-5f1c-AbC9dE</SecretArn><SecretStatus>active</SecretStatus><KmsKeyId>arn:aws:kms:ap-northeast-2:444455556666:key/2f6e1c9a-1b2c-4d3e-8f90-a1b2c3d4e5f6</KmsKeyId></MasterUserSecret>"
	groups = "<VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-0d1e2f3a4b5c6d7e8</VpcSecurityGroupId></VpcSecurityGroupMembership>" +
		"<VpcSecurityGroupMembership><VpcSecurityGroupId>sg-0e7a9c1d3f5b24680</VpcSecurityGroupId></VpcSecurityGroupMembership></VpcSecurityGroups>"
)

var instances = []string{
	instance("orders", "mysql", "8.0.39", iamOn, "<PubliclyAccessible>true</PubliclyAccessible>"),
	instance("ledger", "postgres", "16.4", secret, groups,
		"<Endpoint><Address>ledger.c9x8k7example.ap-northeast-2.rds.amazonaws.com</Address><Port>5433</Port></Endpoint>"),
	instance("web", "mysql", "8.4.3", "<ReadReplicaDBInstanceIdentifiers><ReadReplicaDBInstanceIdentifier>web-copy</ReadReplicaDBInstanceIdentifier></ReadReplicaDBInstanceIdentifiers>"),
	instance("web-copy", "mysql", "8.4.3", iamOn, groups, "<DBName></DBName>", "<ReadReplicaSourceDBInstanceIdentifier>web</ReadReplicaSourceDBInstanceIdentifier>"),
	instance("maria", "mariadb", "10.11.9", iamOn, subnetGroup(bareVPC, "subnet-0e02b2c3e4f5a6b7a")),
	instance("old-maria", "mariadb", "10.6.18", secret),
	instance("warehouse-1", "aurora-postgresql", "16.4", "<DBClusterIdentifier>warehouse</DBClusterIdentifier>"),
	instance("warehouse-2", "aurora-postgresql", "16.4", "<DBClusterIdentifier>warehouse</DBClusterIdentifier>"),
	instance("twin", "mysql", "8.0.39"),
	instance("twin-1", "aurora-mysql", "8.0.mysql_aurora.3.08.0", "<DBClusterIdentifier>twin</DBClusterIdentifier>"),
	instance("asleep", "mysql", "8.0.39", "<DBInstanceStatus>stopped</DBInstanceStatus>"),
	instance("coming", "mysql", "8.0.39", "<DBInstanceStatus>creating</DBInstanceStatus>", "<Endpoint></Endpoint>"),
	instance("erp", "oracle-ee", "19.0.0.0.ru-2024-10.rur-2024-10.r1"),
	instance("nameless", "postgres", "17.2", iamOn, "<DBName></DBName>", subnetGroup(defaultVPC)),
}

var clusters = []string{
	cluster("warehouse", "aurora-postgresql", "16.4"),
	cluster("twin", "aurora-mysql", "8.0.mysql_aurora.3.08.0", "<Port>3306</Port>",
		"<DBClusterMembers><DBClusterMember><DBInstanceIdentifier>twin-1</DBInstanceIdentifier><IsClusterWriter>true</IsClusterWriter></DBClusterMember></DBClusterMembers>"),
	cluster("papers", "docdb", "5.0.0"),
	cluster("empty", "aurora-mysql", "8.0.mysql_aurora.3.08.0"),
}

func parameter(name, value string) string {
	return "<Parameter><ParameterName>" + name + "</ParameterName><ParameterValue>" + value + "</ParameterValue><Source>system</Source><ApplyType>dynamic</ApplyType></Parameter>"
}

var parametersOf = map[string][]string{
	"default.mysql":             {parameter("autocommit", "1"), parameter("max_connections", "500"), parameter("require_secure_transport", "0")},
	"default.postgres":          {parameter("rds.force_ssl", "1")},
	"default.aurora-postgresql": {parameter("a", "1"), parameter("b", "1"), parameter("rds.force_ssl", "1")},
	"default.aurora-mysql":      {parameter("require_secure_transport", "OFF")},
	"default.mariadb":           {parameter("require_secure_transport", "ON")},
}

func subnet(id, vpc, zone string, free int) string {
	return fmt.Sprintf("<subnetId>%s</subnetId><state>available</state><vpcId>%s</vpcId><cidrBlock>10.0.0.0/24</cidrBlock><availableIpAddressCount>%d</availableIpAddressCount><availabilityZone>%s</availabilityZone><mapPublicIpOnLaunch>false</mapPublicIpOnLaunch><ipv6Native>false</ipv6Native>", id, vpc, free, zone)
}

var subnets = []string{
	subnet("subnet-0a01b2c3e4f5a6b7a", mainVPC, "ap-northeast-2a", 20),
	subnet("subnet-0a02b2c3e4f5a6b7a", mainVPC, "ap-northeast-2a", 200), // more free addresses
	subnet("subnet-0a01b2c3e4f5a6b7c", mainVPC, "ap-northeast-2c", 200),
	subnet("subnet-0b01b2c3e4f5a6b7a", mainVPC, "ap-northeast-2b", 200),         // public
	subnet("subnet-0c01b2c3e4f5a6b7a", mainVPC, "ap-northeast-2-wl1-sel-1a", 9), // Lambda cannot be in it
	subnet("subnet-0d01b2c3e4f5a6b7a", mainVPC, "ap-northeast-2a", 200),         // the database's: without S3
	subnet("subnet-0d01b2c3e4f5a6b7c", mainVPC, "ap-northeast-2c", 200),
	subnet("subnet-0e01b2c3e4f5a6b7a", bareVPC, "ap-northeast-2a", 200),
	subnet("subnet-0e02b2c3e4f5a6b7a", bareVPC, "ap-northeast-2a", 5), // a database's
	subnet("subnet-0e01b2c3e4f5a6b7c", bareVPC, "ap-northeast-2c", 200),
	subnet("subnet-0a0db2c3e4f5a6b7a", edgeVPC, "ap-northeast-2-wl1-sel-1a", 200),
	subnet("subnet-0f01b2c3e4f5a6b7a", defaultVPC, "ap-northeast-2a", 4091),
}

// routeTable has subnets, or is the VPC's main one without.
func routeTable(id, vpc, gateway string, subnets ...string) string {
	associations := "<item><routeTableId>" + id + "</routeTableId><main>true</main></item>"
	if len(subnets) > 0 {
		associations = ""
	}
	for _, subnet := range subnets {
		associations += "<item><routeTableId>" + id + "</routeTableId><subnetId>" + subnet + "</subnetId><main>false</main></item>"
	}
	return "<routeTableId>" + id + "</routeTableId><vpcId>" + vpc + "</vpcId><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item>" +
		gateway + "</routeSet><associationSet>" + associations + "</associationSet>"
}

const internet = "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-0a1b2c3d</gatewayId><state>active</state></item>"

var routeTables = []string{
	routeTable("rtb-0a01b2c3e4f5a6b70", mainVPC, ""),
	routeTable("rtb-0a02b2c3e4f5a6b70", mainVPC, "", "subnet-0a01b2c3e4f5a6b7a", "subnet-0a02b2c3e4f5a6b7a", "subnet-0a01b2c3e4f5a6b7c"),
	routeTable("rtb-0a03b2c3e4f5a6b70", mainVPC, internet, "subnet-0b01b2c3e4f5a6b7a"),
	routeTable("rtb-0e01b2c3e4f5a6b70", bareVPC, ""),
	routeTable("rtb-0f01b2c3e4f5a6b70", defaultVPC, internet),
}

var endpoints = []string{
	"<vpcEndpointId>" + gateway + "</vpcEndpointId><vpcEndpointType>Gateway</vpcEndpointType><vpcId>" + mainVPC + "</vpcId><serviceName>com.amazonaws.ap-northeast-2.s3</serviceName><state>available</state><routeTableIdSet><item>rtb-0a02b2c3e4f5a6b70</item><item>rtb-0a03b2c3e4f5a6b70</item></routeTableIdSet><privateDnsEnabled>false</privateDnsEnabled>",
	"<vpcEndpointId>vpce-0e3a1c5d7f9b42680</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><vpcId>" + mainVPC + "</vpcId><serviceName>com.amazonaws.ap-northeast-2.secretsmanager</serviceName><state>available</state><privateDnsEnabled>true</privateDnsEnabled>",
}

func securityGroup(id, name string, port int) string {
	return fmt.Sprintf("<groupId>%s</groupId><groupName>%s</groupName><groupDescription>d</groupDescription><vpcId>%s</vpcId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>%d</fromPort><toPort>%[4]d</toPort><groups/><ipRanges><item><cidrIp>10.0.0.0/16</cidrIp></item></ipRanges></item></ipPermissions>", id, name, mainVPC, port)
}

var securityGroups = []string{securityGroup("sg-0d1e2f3a4b5c6d7e8", "default", 5433), securityGroup("sg-0e7a9c1d3f5b24680", "ledger-db", 5433)}
