package infra

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

// NamedDatabase is a database that jobs count in, with the key that they name it by.
type NamedDatabase struct {
	Key string
	settings.Database
}

func (d NamedDatabase) source() job.Source { return job.Source{Database: d.Key} }

func (d NamedDatabase) configure(config *contract.Config) (unknown int) {
	config.Databases[d.Key] = d.Connection()
	if d.Create != "" {
		return endpointLimit
	}
	return 0
}

func (d NamedDatabase) acknowledge(awscdk.Stack, awsiam.Role) {}

// allowCounting allows logging in as exactly the database's user: with a token (RDS user
// guide, "Creating and using an IAM policy for IAM database access"), or with the
// password in its secret.
func (d NamedDatabase) allowCounting(stack awscdk.Stack) []awsiam.PolicyStatement {
	if d.Auth == contract.AuthSecret {
		statements := []awsiam.PolicyStatement{allow("", []string{"secretsmanager:GetSecretValue"}, jsii.String(d.SecretARN))}
		if d.SecretKeyARN != "" {
			statements = append(statements, allowKey(stack, d.SecretKeyARN, "secretsmanager", "kms:Decrypt"))
		}
		return statements
	}
	return []awsiam.PolicyStatement{allow("", []string{"rds-db:connect"}, colonARN(stack, "rds-db", "dbuser", d.ResourceID+"/"+d.Username))}
}

// groupID is the construct's id of the database's security group. That of a created
// cluster is known to CloudFormation only, so that the key stands for it.
func (d NamedDatabase) groupID() string {
	if d.Create != "" {
		return d.Key
	}
	return d.SecurityGroupID
}

// allowConnections opens the way from the function to each database, and nothing
// else: out of the function's group, and into the database's group unless
// somebody else owns its rules. Databases that share a group and port share the
// rule: EC2 refuses a second one. The construct of a rule is named by group and port, not
// by the keys of databases: a renamed key would add the same rule again before
// CloudFormation deletes the old one.
func allowConnections(scope constructs.Construct, function awsec2.SecurityGroup, databases []NamedDatabase) {
	groups := map[string]awsec2.ISecurityGroup{}
	open := map[string]bool{}
	for _, database := range databases {
		group, imported := groups[database.SecurityGroupID]
		if !imported {
			group = awsec2.SecurityGroup_FromSecurityGroupId(scope, jsii.String(database.groupID()), jsii.String(database.SecurityGroupID),
				&awsec2.SecurityGroupImportOptions{Mutable: jsii.Bool(database.Ingress == settings.IngressManaged)})
			groups[database.SecurityGroupID] = group
		}
		rule := fmt.Sprintf("%s:%d", database.SecurityGroupID, database.Port)
		if !open[rule] {
			function.Connections().AllowTo(group, awsec2.Port_Tcp(jsii.Number(database.Port)), jsii.String("Tally counts"))
			open[rule] = true
		}
	}
}
