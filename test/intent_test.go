package test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// environments are the fixtures; all but the guest have a results bucket of their own.
var (
	environments = append(slices.Clone(owners), "guest")
	owners       = []string{"created", "endpoint", "existing"}
)

// A new logical id is a new resource: the old one, with its data, would go.
func TestLogicalIDsOfWhatHoldsDataNeverChange(t *testing.T) {
	network := map[string]string{
		"NetworkVPC962EC14D":                      "AWS::EC2::VPC",
		"NetworkVPCisolatedSubnet1Subnet1DAF7669": "AWS::EC2::Subnet",
		"NetworkVPCisolatedSubnet2Subnet98475DE0": "AWS::EC2::Subnet",
	}
	results := map[string]string{"Results25575328": "AWS::S3::Bucket"}
	clusters := map[string]map[string]string{
		"created": {
			"DatabasesappClusterDACE3C99": "AWS::RDS::DBCluster", "DatabasesappWriter91BE073A": "AWS::RDS::DBInstance",
			"DatabasesshopCluster3D22D446": "AWS::RDS::DBCluster", "DatabasesshopWriterAC46BA4A": "AWS::RDS::DBInstance",
		},
		"endpoint": {"DatabasesscratchCluster534200DA": "AWS::RDS::DBCluster", "DatabasesscratchWriter068EF351": "AWS::RDS::DBInstance"},
	}
	for _, environment := range environments {
		t.Run(environment, func(t *testing.T) {
			want := map[string]string{}
			if environment != "guest" {
				maps.Copy(want, results)
			}
			if environment == "created" {
				maps.Copy(want, network)
			}
			maps.Copy(want, clusters[environment])
			got := map[string]string{}
			for name := range stacks {
				if !strings.HasPrefix(name, environment+"-") {
					continue
				}
				for id, resource := range templateOf(t, name).ofType("AWS::S3::Bucket", "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance") {
					got[id] = resource.Type
				}
			}
			if difference := cmp.Diff(want, got); difference != "" {
				t.Errorf("stateful resources (- want, + got):\n%s", difference)
			}
		})
	}
}

// infra/policy sees to it that what is retained when its stack is deleted is retained
// when it is replaced, too.
func TestProtectKeepsEverythingInData(t *testing.T) {
	for environment, protected := range map[string]bool{"created": true, "existing": true, "endpoint": false} {
		for _, name := range []string{environment + "-Data", environment + "-Counter"} {
			if got := stacks[name].TerminationProtection; got != protected {
				t.Errorf("%s: termination protection is %v, want %v", name, got, protected)
			}
		}
		want := map[bool]string{true: "Retain", false: "Delete"}[protected]
		for id, resource := range templateOf(t, environment+"-Data").Resources {
			if resource.DeletionPolicy != want {
				t.Errorf("%s-Data: %s (%s) has DeletionPolicy %q, want %q", environment, id, resource.Type, resource.DeletionPolicy, want)
			}
		}
	}
}

func TestOnlyTheFunctionReachesTheDatabases(t *testing.T) {
	function := `{"Fn::GetAtt":["CounterSecurityGroup751819BC","GroupId"]}`
	// Two databases behind one group and port share a rule: EC2 refuses a second
	// one. Where ingress is external, and for a database that no job uses, there is no rule.
	want := map[string][]string{
		"existing": {"sg-0123456789abcdef0:3307-3307 from " + function},
		"endpoint": {"sg-0123456789abcdef0:3306-3306 from " + function, "sg-0123456789abcdef0:5432-5432 from " + function},
		"created": {
			ofData("created", "DatabasesappSecurityGroupC6CFD764", "GroupId") + ":3306-3306 from " + function,
			ofData("created", "DatabasesshopSecurityGroupA58DC400", "GroupId") + ":5432-5432 from " + function,
			"sg-0123456789abcdef0:3306-3306 from " + function,
		},
	}
	for environment, rules := range want {
		template := templateOf(t, environment+"-Counter")
		var got []string
		for _, rule := range template.ofType("AWS::EC2::SecurityGroupIngress") {
			p := rule.Properties
			got = append(got, fmt.Sprintf("%s:%v-%v from %s", resolved(t, environment, p["GroupId"]), p["FromPort"], p["ToPort"], asJSON(p["SourceSecurityGroupId"])))
		}
		slices.Sort(got)
		if difference := cmp.Diff(rules, got); difference != "" {
			t.Errorf("%s: ingress rules (- want, + got):\n%s", environment, difference)
		}
		for id, group := range template.ofType("AWS::EC2::SecurityGroup") {
			if ingress, open := group.Properties["SecurityGroupIngress"]; open {
				t.Errorf("%s: %s lets in %v", environment, id, ingress)
			}
		}
	}
}

func TestTheFunctionLogsInAsTheReaderAndNobodyElse(t *testing.T) {
	want := []string{
		"arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/tally_reader",
		"arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/tally_reader",
	}
	var got []string
	for _, statement := range templateOf(t, "existing-Counter").statements() {
		if slices.Contains(statement.Actions, "rds-db:connect") {
			got = append(got, statement.Resources...)
		}
	}
	slices.Sort(got)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("rds-db:connect (- want, + got):\n%s", difference)
	}
}

// networkInterfaceActions are allowed on every resource: they have no narrower one. So is
// lakeformation:GetDataAccess, and nothing else.
var networkInterfaceActions = []string{
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}

// The functions by logical id: what counts in the VPC and outside, what looks after slots, and
// what makes database users where a cluster is created.
const (
	vpcCounter     = "CounterFunctionAC303B5B"
	outsideCounter = "OutsideCounterFunction06E9705A"
	monitor        = "MonitorFunction39E4128B"
	userMaker      = "ReaderFunction09EC41FB"
)

// functions are those that each stack may have.
var functions = map[string][]string{
	"created-Counter":  {vpcCounter, outsideCounter, monitor, userMaker},
	"endpoint-Counter": {vpcCounter, outsideCounter, monitor, userMaker},
	"existing-Counter": {vpcCounter, outsideCounter, monitor},
	"guest-Counter":    {vpcCounter, outsideCounter, monitor},
	"lake-Counter":     {vpcCounter, outsideCounter, monitor},
}

func TestPermissionsAreNarrow(t *testing.T) {
	for name := range allStacks() {
		t.Run(name, func(t *testing.T) {
			template := templateOf(t, name)
			for _, statement := range template.statements() {
				if statement.Effect != "Allow" {
					continue
				}
				for _, action := range statement.Actions {
					if slices.Contains(statement.Resources, "*") && !slices.Contains(append(networkInterfaceActions, "lakeformation:GetDataAccess"), action) {
						t.Errorf("%s is allowed on every resource", action)
					}
				}
			}
			for id, role := range template.ofType("AWS::IAM::Role") {
				if policies, managed := role.Properties["ManagedPolicyArns"]; managed {
					t.Errorf("%s has managed policies %v", id, policies)
				}
			}
			for id := range template.ofType("AWS::Lambda::Function") {
				if !slices.Contains(functions[name], id) {
					t.Errorf("there is a function %s; CDK must bring none of its own", id)
				}
			}
		})
	}
}

// Lambda needs them; the function's own code does not.
func TestTheFunctionsCodeMayNotUseNetworkInterfaces(t *testing.T) {
	want := map[string]string{
		"created":  `"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-created-vpc-counter"`,
		"endpoint": `{"Fn::Join":["",["arn:aws:lambda:ap-northeast-2:",{"Ref":"AWS::AccountId"},":function:tally-endpoint-vpc-counter"]]}`,
		"existing": `"arn:aws:lambda:eu-central-1:111122223333:function:tally-existing-vpc-counter"`,
	}
	for environment, arn := range want {
		var got statement
		for _, statement := range templateOf(t, environment+"-Counter").statements() {
			if statement.Effect == "Deny" && strings.HasPrefix(statement.Actions[0], "ec2:") {
				got = statement
			}
		}
		condition := `{"ArnEquals":{"lambda:SourceFunctionArn":` + arn + `}}`
		if got.Condition != condition || !slices.Equal(got.Actions, networkInterfaceActions) || !slices.Equal(got.Resources, []string{"*"}) {
			t.Errorf("%s: %+v is denied, want %s on every resource if %s", environment, got, networkInterfaceActions, condition)
		}
	}
}

func TestRecordsCannotBeOverwritten(t *testing.T) {
	for _, environment := range owners { // the guest's bucket is somebody else's
		found := false
		for _, statement := range templateOf(t, environment+"-Data").statements() {
			if statement.Effect == "Deny" && slices.Equal(statement.Actions, []string{"s3:PutObject"}) {
				found = statement.Principal == "*" &&
					statement.Condition == `{"Bool":{"s3:ObjectCreationOperation":"true"},"Null":{"s3:if-none-match":"true"}}` &&
					slices.EqualFunc(statement.Resources, []string{"/checks/*", "/counts/*", "/markers/*", "/schedules/*/*"}, strings.Contains)
			}
		}
		if !found {
			t.Errorf("%s: no statement denies a put without If-None-Match", environment)
		}
	}
}

// Resource policies have size limits: what grows with the jobs must be in none.
func TestJobsShareOnePermissionAndOneQueueStatement(t *testing.T) {
	template := templateOf(t, "existing-Counter")
	if rules := template.ofType("AWS::Events::Rule"); len(rules) < 2 {
		t.Fatalf("%d rules; this test needs several", len(rules))
	}
	if permissions := template.ofType("AWS::Lambda::Permission"); len(permissions) != 3 {
		t.Errorf("%d permissions for the rules, want one for each function", len(permissions))
	}
	sends := 0
	for _, policy := range template.ofType("AWS::SQS::QueuePolicy") {
		sends += strings.Count(asJSON(policy.Properties), "events.amazonaws.com")
	}
	if sends != 1 {
		t.Errorf("%d queue statements for the rules, want 1", sends)
	}
}

// A failed delivery or run must end in a queue, never nowhere.
func TestNoSlotIsDropped(t *testing.T) {
	template := templateOf(t, "existing-Counter")
	undelivered := `{"Fn::GetAtt":["UndeliveredF3CF66A9","Arn"]}`
	for kind, want := range map[string]int{"AWS::Events::Rule": 9, "AWS::Scheduler::Schedule": 1, "AWS::Lambda::EventInvokeConfig": 3} {
		if got := len(template.ofType(kind)); got != want {
			t.Errorf("%d resources of type %s, want %d", got, kind, want)
		}
	}
	for id, rule := range template.ofType("AWS::Events::Rule") {
		if _, hint := rule.Properties["EventPattern"]; hint {
			continue // the sweep makes up for it
		}
		targets := rule.Properties["Targets"].([]any)
		checkDelivery(t, id, targets[0].(map[string]any), undelivered)
	}
	for id, schedule := range template.ofType("AWS::Scheduler::Schedule") {
		checkDelivery(t, id, schedule.Properties["Target"].(map[string]any), undelivered)
	}
	for id, invoke := range template.ofType("AWS::Lambda::EventInvokeConfig") {
		if asJSON(invoke.Properties["FunctionName"]) == `{"Ref":"`+monitor+`"}` {
			if invoke.Properties["MaximumRetryAttempts"] != 0.0 {
				t.Errorf("%s: %v; the next sweep does all that a retry would", id, invoke.Properties)
			}
			continue
		}
		want := `{"OnFailure":{"Destination":{"Fn::GetAtt":["FailedRuns6F7FC7C6","Arn"]}}}`
		if got := asJSON(invoke.Properties["DestinationConfig"]); got != want || invoke.Properties["MaximumRetryAttempts"] != 2.0 {
			t.Errorf("%s: %v", id, invoke.Properties)
		}
	}
}

func checkDelivery(t *testing.T, id string, target map[string]any, queue string) {
	t.Helper()
	if got := asJSON(target["DeadLetterConfig"]); got != `{"Arn":`+queue+`}` {
		t.Errorf("%s: dead letters go to %s", id, got)
	}
	if got, want := asJSON(target["RetryPolicy"]), `{"MaximumEventAgeInSeconds":86400,"MaximumRetryAttempts":185}`; got != want {
		t.Errorf("%s: retry policy is %s, want %s", id, got, want)
	}
}
