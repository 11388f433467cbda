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
)

// NamedDatabase is a database that jobs count in, with the key they name it by.
type NamedDatabase struct {
	Key string
	settings.Database
}

// mayConnect allows logging in as exactly the database's reader: with a token
// (RDS user guide, "Creating and using an IAM policy for IAM database access"), or
// with what its secret holds.
func (d NamedDatabase) mayConnect(stack awscdk.Stack) []awsiam.PolicyStatement {
	if d.Auth == contract.AuthSecret {
		statements := []awsiam.PolicyStatement{allow("", []string{"secretsmanager:GetSecretValue"}, jsii.String(d.SecretARN))}
		if d.SecretKeyARN != "" {
			statements = append(statements, mayUseKey(stack, d.SecretKeyARN, "secretsmanager", "kms:Decrypt"))
		}
		return statements
	}
	return []awsiam.PolicyStatement{allow("", []string{"rds-db:connect"}, stack.FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("rds-db"),
		Resource:     jsii.String("dbuser"),
		ResourceName: jsii.String(d.ResourceID + "/" + d.Username),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	}))}
}

// groupID is the construct of the database's security group: of a created cluster,
// which has one of its own, the key tells it.
func (d NamedDatabase) groupID() string {
	if d.Create != "" {
		return d.Key
	}
	return d.SecurityGroupID
}

// allowConnections opens the way from the function to each database, and nothing
// else: out of the function's group, and into the database's group unless
// somebody else owns its rules. Databases that share a group and port share the
// rule: EC2 refuses a second one. So a rule goes by group and port, and not by the
// keys of databases: one of another name would come before the old one goes.
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
