package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

// longestTimeout is the most that Lambda gives a run, in seconds.
const longestTimeout = 900

// placement is one of the two places in which the counter runs, and what it counts in there.
// It has a function only if a job counts in it.
type placement struct {
	id          string // of the construct: it stays, since the security group of "Counter" is named by rules that others own
	label       string // of its outputs
	name        string // of the function
	description string
	inVPC       bool
	sources     []Source

	timeoutSeconds int
	waitsForAthena bool // its runs wait for queries of Athena, for as long as they may
}

// placements divides what jobs count in, as the settings say.
func (props CounterProps) placements() []placement {
	environment := props.Environment
	placements := []placement{
		{id: "Counter", label: "VPCCounter", name: environment.VPCCounterName(), description: "Counts in databases, one slot per invocation", inVPC: true},
		{id: "OutsideCounter", label: "Counter", name: environment.CounterName(), description: "Counts in S3, one slot per invocation"},
	}
	for i := range placements {
		p := &placements[i]
		p.timeoutSeconds = environment.TimeoutSeconds
		for _, source := range props.Sources {
			if environment.Counter(source.source()) == p.name {
				p.sources = append(p.sources, source)
			}
		}
		if len(only[NamedAthena](p.sources)) > 0 {
			p.waitsForAthena, p.timeoutSeconds, p.description = true, longestTimeout, "Counts in S3 and Athena, one slot per invocation"
		}
	}
	return placements
}

// names are what it counts in, as the monitor is told.
func (p placement) names() []string {
	var all []string
	for _, source := range p.sources {
		all = append(all, source.source().String())
	}
	return all
}

// newCounter adds a placement's function, if it has one. In a VPC, the security group and the
// role are there as long as the environment has a network, whatever jobs there are: Lambda
// uses both for a while after the function has gone, and the rules of a database that
// somebody else owns may name the group.
func newCounter(stack awscdk.Stack, props CounterProps, p placement, layers layers, failedRuns awssqs.IQueue) (awslambda.Function, error) {
	if p.inVPC && !props.Environment.Network.Given() {
		return nil, nil
	}
	scope := constructs.NewConstruct(stack, jsii.String(p.id))
	logs := newLogGroup(scope, p.name, props.Environment.LogRetentionDays) // stays when the last job goes
	if !p.inVPC && len(p.sources) == 0 {
		return nil, nil
	}
	role := newCounterRole(stack, scope, props, p, logs)
	var network attachment
	if p.inVPC {
		network = newAttachment(stack, scope, props, p)
		orderTeardown(network.group, role)
	}
	if len(p.sources) == 0 {
		return nil, nil
	}
	variables, err := p.config(props, network.secretsURL)
	if err != nil {
		return nil, err
	}
	function := newFunction(scope, awslambda.FunctionProps{
		FunctionName:                 jsii.String(p.name),
		Description:                  jsii.String(p.description),
		Code:                         props.Code(bundle.Counter),
		Layers:                       &layers.counter,
		MemorySize:                   jsii.Number(props.Environment.MemoryMB),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(p.timeoutSeconds)),
		ReservedConcurrentExecutions: optional(float64(props.Environment.MaxConcurrency)),
		Environment:                  &variables,
		Role:                         role,
		LogGroup:                     logs,
		Vpc:                          network.vpc,
		VpcSubnets:                   network.subnets,
		SecurityGroups:               network.groups,
		RetryAttempts:                jsii.Number(lambdaRetries),
		MaxEventAge:                  awscdk.Duration_Hours(jsii.Number(oldestEvent)),
	})
	outputFunction(stack, p.label, p.description, function, logs)
	sendFailedRuns(function, failedRuns)
	newSourceWorkgroups(scope, p.sources, function)
	if p.inVPC {
		orderTeardown(function, network.group)
	}
	return function, nil
}

// config is what the counter must know about its environment. What no job counts in is left
// out.
func (p placement) config(props CounterProps, secretsURL *string) (map[string]*string, error) {
	content := contract.Config{
		Environment: props.Environment.Name,
		Bucket:      *props.results.BucketName(),
		Databases:   map[string]contract.Database{},
		Buckets:     map[string]string{},
		Athena:      map[string]contract.Athena{},
	}
	unknown := 0
	for _, source := range p.sources {
		unknown += source.configure(&content)
	}
	if secretsURL != nil {
		content.SecretsURL = *secretsURL
	}
	return configVariable(content, unknown)
}

// newCounterRole may do what the counter does, and no more. It cannot delete objects: a
// deleted record would let its slot be counted again.
func newCounterRole(stack awscdk.Stack, scope constructs.Construct, props CounterProps, p placement, logs awslogs.LogGroup) awsiam.Role {
	statements := []awsiam.PolicyStatement{allowWritingLogs(logs.LogGroupArn())}
	if p.inVPC {
		statements = append(statements, allowAttaching(), denyAttaching(stack, p.name))
	}
	statements = append(statements, props.allowStoring(stack, contract.RecordPrefix)...)
	for _, source := range p.sources {
		statements = append(statements, source.allowCounting(stack)...)
	}
	role := newRole(scope, "Role", service("lambda"), "Count", statements...)
	if p.inVPC {
		acknowledge(role, wildcardRule,
			"Lambda needs these EC2 actions to attach the function to the VPC, and they have no narrower resource. The statement NotFromCode denies them to the function's own code.",
			"Resource::*")
	}
	props.acknowledgeStoring(role, contract.RecordPrefix)
	for _, source := range p.sources {
		source.acknowledge(stack, role)
	}
	return role
}
