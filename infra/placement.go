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

// placement is one of the two places in which the counter runs, and what it counts in there.
// It has a function only if that is anything.
type placement struct {
	id          string // of the construct: it stays, since the security group of "Counter" is named by rules that others own
	label       string // of its outputs
	name        string // of the function
	description string
	inVPC       bool
	databases   []NamedDatabase
	buckets     []NamedBucket
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
		for _, database := range props.Databases {
			if environment.Counter(database.source()) == p.name {
				p.databases = append(p.databases, database)
			}
		}
		for _, bucket := range props.Buckets {
			if environment.Counter(bucket.source()) == p.name {
				p.buckets = append(p.buckets, bucket)
			}
		}
	}
	return placements
}

func (p placement) used() bool { return len(p.databases)+len(p.buckets) > 0 }

// sources are what it counts in, as the monitor is told.
func (p placement) sources() []string {
	var all []string
	for _, database := range p.databases {
		all = append(all, database.source().String())
	}
	for _, bucket := range p.buckets {
		all = append(all, bucket.source().String())
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
	if !p.inVPC && !p.used() {
		return nil, nil
	}
	role := newCounterRole(stack, scope, props, p, logs)
	var network attachment
	if p.inVPC {
		network = newAttachment(stack, scope, props, p)
		orderTeardown(network.group, role)
	}
	if !p.used() {
		return nil, nil
	}
	config, err := p.config(props, network.secrets)
	if err != nil {
		return nil, err
	}
	function := newFunction(scope, props.Code, functionProps{
		label: p.label, name: p.name, description: p.description, command: bundle.Counter,
		layers:      []awslambda.ILayerVersion{layers.jobs, layers.authorities},
		memoryMB:    props.Environment.MemoryMB,
		concurrency: props.Environment.MaxConcurrency, timeoutSeconds: props.Environment.TimeoutSeconds,
		config: config, retries: 2, // the most that Lambda allows
		role: role, logs: logs, network: network,
	})
	sendFailedRuns(function, failedRuns)
	if p.inVPC {
		orderTeardown(function, network.group)
	}
	return function, nil
}

// config is what the counter must know about its environment. Databases and buckets that no
// job counts in are left out.
func (p placement) config(props CounterProps, secrets *secretsEndpoint) (string, error) {
	content := contract.Config{
		Environment: props.Environment.Name,
		Bucket:      *props.results.BucketName(),
		Databases:   map[string]contract.Database{},
		Buckets:     map[string]string{},
	}
	unknown := 0
	for _, database := range p.databases {
		content.Databases[database.Key] = database.Connection()
		if database.Create != "" {
			unknown += endpointLimit
		}
	}
	for _, bucket := range p.buckets {
		content.Buckets[bucket.Key] = bucket.Name
		if bucket.RequesterPays {
			content.RequesterPays = append(content.RequesterPays, bucket.Key)
		}
	}
	if secrets != nil {
		content.SecretsURL = *secrets.url
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
	for _, database := range p.databases {
		statements = append(statements, database.allowLogin(stack)...)
	}
	for _, bucket := range p.buckets {
		statements = append(statements, bucket.allowCounting(stack)...)
	}
	role := newRole(scope, "Role", service("lambda"), "Count", statements...)
	props.acknowledgeCounting(stack, role, p)
	return role
}
