package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newRole adds a role that a service assumes, with one inline policy.
func newRole(scope constructs.Construct, id string, service awsiam.IPrincipal, policy string, statements ...awsiam.PolicyStatement) awsiam.Role {
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: service,
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			policy: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
}

// service is an AWS service as a principal.
func service(name string) awsiam.IPrincipal {
	return awsiam.NewServicePrincipal(jsii.String(name+".amazonaws.com"), nil)
}

// allow lets a role do actions on resources. The sid may be empty.
func allow(sid string, actions []string, resources ...*string) awsiam.PolicyStatement {
	return allowIf(nil, sid, actions, resources...)
}

// allowIf does the same under conditions, by operator.
func allowIf(conditions map[string]any, sid string, actions []string, resources ...*string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: optional(sid), Actions: jsii.Strings(actions...), Resources: &resources, Conditions: &conditions,
	})
}

// allowService is a statement of a resource's own policy: a service may do an action on
// the resource, under conditions.
func allowService(name, sid, action string, resource *string, conditions map[string]any) awsiam.PolicyStatement {
	statement := allowIf(conditions, sid, []string{action}, resource)
	statement.AddPrincipals(service(name))
	return statement
}

// allowWritingLogs lets a function write its log.
func allowWritingLogs(group *string) awsiam.PolicyStatement {
	return allow("WriteLogs", []string{"logs:CreateLogStream", "logs:PutLogEvents"}, group)
}

// allowKey allows what a service does with a key of KMS for the function, and nothing
// else.
func allowKey(stack awscdk.Stack, key, service string, actions ...string) awsiam.PolicyStatement {
	via := map[string]any{"kms:ViaService": service + "." + *stack.Region() + ".amazonaws.com"}
	return allowIf(map[string]any{"StringEquals": via}, "", actions, jsii.String(key))
}

// colonARN is the ARN of a resource whose type and name have a colon between them, in
// the stack's account and region.
func colonARN(stack awscdk.Stack, service, resource, name string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String(service), Resource: jsii.String(resource), ResourceName: jsii.String(name),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// slashARN is the ARN of a resource in the stack's account and region, such as
// workgroup/tally-prod.
func slashARN(stack awscdk.Stack, service, resource string) *string {
	return stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String(service), Resource: jsii.String(resource), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})
}
