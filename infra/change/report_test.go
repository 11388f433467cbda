package change_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/assembly"
	"tally/infra/change"
)

// TestReport compares handwritten templates of one stack. Each case names what the
// report says about it, without the pieces of "cdk diff", which are indented.
func TestReport(t *testing.T) {
	const bucket = `"Results": {"Type": "AWS::S3::Bucket", %s "Metadata": {"aws:cdk:path": "dev/Data/Results/Resource"}}`
	deleted := fmt.Sprintf(bucket, ``)
	kept := fmt.Sprintf(bucket, `"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain",`)
	titled := fmt.Sprintf(bucket, `"Properties": {"BucketName": "a"},`)
	tests := map[string]struct {
		base, head string
		loses      bool
		want       []string
	}{
		"nothing": {deleted, deleted, false, []string{"No changes since base."}},
		"a bucket is deleted": {deleted, ``, true, []string{
			"Changes since base, in dev.", "",
			"== Stateful resources that would go",
			"dev/Data: Results (AWS::S3::Bucket) is deleted: no stack manages its records any more",
		}},
		"a bucket is kept": {kept, ``, true, []string{
			"Changes since base, in dev.", "",
			"== Stateful resources that would go",
			"dev/Data: Results (AWS::S3::Bucket) leaves the stack but is kept: nothing manages it any more, and a new one would start empty",
		}},
		"a bucket is replaced": {titled, strings.Replace(titled, `"a"`, `"b"`, 1), true, []string{
			"Changes since base, in dev.", "",
			"== Stateful resources that would go",
			"dev/Data: Results (AWS::S3::Bucket) is replaced: no stack manages its records any more",
		}},
		"a bucket is replaced, and the old one kept": {titled, strings.Replace(titled, `"Properties": {"BucketName": "a"}`, `"UpdateReplacePolicy": "Retain", "Properties": {"BucketName": "b"}`, 1), true, []string{
			"Changes since base, in dev.", "",
			"== Stateful resources that would go",
			"dev/Data: Results (AWS::S3::Bucket) is replaced: the old one is kept outside of the stack, and the new one starts empty",
		}},
		"a bucket loses its protection": {kept, deleted, false, []string{
			"Changes since base, in dev.", "",
			"== dev/Data",
		}},
		"a cluster may be replaced, with a snapshot": {
			`"App": {"Type": "AWS::RDS::DBInstance", "Properties": {"DBSnapshotIdentifier": "a"}}`,
			`"App": {"Type": "AWS::RDS::DBInstance", "UpdateReplacePolicy": "Snapshot", "Properties": {"DBSnapshotIdentifier": "b"}}`, true, []string{
				"Changes since base, in dev.", "",
				"== Stateful resources that would go",
				"dev/Data: App (AWS::RDS::DBInstance) may be replaced: only a snapshot of it is kept",
			}},
		"the network takes its subnets along": {
			`"VPC": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/24"}}, "A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "VPC"}}}`,
			`"VPC": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/24"}}, "A": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "VPC"}}}`, true, []string{
				"Changes since base, in dev.", "",
				"== Stateful resources that would go",
				"dev/Data: VPC (AWS::EC2::VPC) is replaced: what is in it, a database say, loses its network",
				"dev/Data: A (AWS::EC2::Subnet) is replaced: what is in it, a database say, loses its network",
			}},
		"a type that only AWS calls stateful": {`"T": {"Type": "AWS::DynamoDB::Table"}`, ``, true, []string{
			"Changes since base, in dev.", "",
			"== Stateful resources that would go",
			"dev/Data: T (AWS::DynamoDB::Table) is deleted: it holds data, says AWS's specification of its type",
		}},
		"a rule is deleted": {`"R": {"Type": "AWS::Events::Rule"}`, ``, false, []string{
			"Changes since base, in dev.", "",
			"== Other replacements and deletions",
			"dev/Data: R (AWS::Events::Rule) is deleted",
		}},
		"a bucket is new": {``, deleted, false, []string{
			"Changes since base, in dev.", "",
			"== dev/Data",
		}},
		"code alone": {function("a.zip", 256) + `,` + layer("a.zip"), function("b.zip", 256) + `,` + layer("b.zip"), false, []string{
			"Changes since base, in dev.", "",
			"== dev/Data",
			"new code of Counter/Function, new layer Counter/Layers/Jobs",
		}},
		"code and memory": {function("a.zip", 256), function("b.zip", 512), false, []string{
			"Changes since base, in dev.", "",
			"== dev/Data",
			"new code of Counter/Function",
		}},
		"where CDK keeps assets": {function("a.zip", 256), strings.Replace(function("a.zip", 256), "asset.a", "asset.b", 1), false, []string{"No changes since base."}},
	}
	var base, head []assembly.Stack // an environment for each case: they are compared at once
	for name, test := range tests {
		base = append(base, named(name, template(t, test.base)))
		head = append(head, named(name, template(t, test.head)))
	}
	all := compare(t, base, head)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report := all.Of(name)
			var said []string
			for line := range strings.Lines(strings.ReplaceAll(report.Text(), name, "dev")) {
				if !strings.HasPrefix(line, " ") {
					said = append(said, strings.TrimSuffix(line, "\n"))
				}
			}
			if difference := cmp.Diff(test.want, said); difference != "" {
				t.Errorf("the report (- want, + got):\n%s\n%s", difference, report.Text())
			}
			if report.LosesState() != test.loses {
				t.Errorf("LosesState is %t", report.LosesState())
			}
		})
	}
}

// TestStacks changes what no template holds.
func TestStacks(t *testing.T) {
	queue := template(t, `"Undelivered": {"Type": "AWS::SQS::Queue"}`)
	renamed, elsewhere, protected, tagged := queue, queue, queue, queue
	renamed.StackName = "tally-dev-other"
	elsewhere.Target = "aws://111122223333/eu-central-1"
	protected.TerminationProtection = true
	tagged.Tags = map[string]string{"team": "data", "cost": "1"}
	left := "dev/Data: Undelivered (AWS::SQS::Queue) is left behind with its stack; once that is deleted, the slots that wait in it for a person are lost"
	tests := map[string]struct {
		base, head []assembly.Stack
		loses      bool
		want       string
	}{
		"removed":        {[]assembly.Stack{queue}, nil, true, left},
		"added":          {nil, []assembly.Stack{queue}, false, "a new stack, tally-dev-data"},
		"renamed":        {[]assembly.Stack{queue}, []assembly.Stack{renamed}, true, left},
		"moved":          {[]assembly.Stack{queue}, []assembly.Stack{elsewhere}, true, left},
		"protected":      {[]assembly.Stack{queue}, []assembly.Stack{protected}, false, "termination protection is switched on"},
		"left to chance": {[]assembly.Stack{protected}, []assembly.Stack{queue}, false, "termination protection is switched OFF"},
		"tagged":         {[]assembly.Stack{queue}, []assembly.Stack{tagged}, false, "the stack's tags change from map[] to map[cost:1 team:data]"},
		"as it was":      {[]assembly.Stack{queue}, []assembly.Stack{queue}, false, "No changes since base."},
		"nothing at all": {nil, nil, false, "No changes since base."},
		"counted":        {[]assembly.Stack{queue}, nil, true, "the stack is no longer made: tally-dev-data and its resources (1) stay, unmanaged, until somebody deletes it"},
	}
	var base, head []assembly.Stack
	for name, test := range tests {
		for _, stack := range test.base {
			base = append(base, named(name, stack))
		}
		for _, stack := range test.head {
			head = append(head, named(name, stack))
		}
	}
	all := compare(t, base, head)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report := all.Of(name)
			if text := strings.ReplaceAll(report.Text(), name, "dev"); !strings.Contains(text, test.want) {
				t.Errorf("the report does not say %q:\n%s", test.want, text)
			}
			if report.LosesState() != test.loses {
				t.Errorf("LosesState is %t", report.LosesState())
			}
		})
	}
}

// TestBehind warns of a base that has gone on.
func TestBehind(t *testing.T) {
	stack := assembly.Stack{Name: "dev/Data"}
	report := change.Report{Base: "main", Behind: 2, Stacks: []change.Stack{{Head: &stack}}}
	if want := "Changes since main, in dev. It has commits that are missing here (2), which look undone:"; !strings.HasPrefix(report.Text(), want) {
		t.Errorf("the report does not begin with %q:\n%s", want, report.Text())
	}
}

// TestSecurity sees permissions and network rules as tables, as "cdk diff" does.
func TestSecurity(t *testing.T) {
	const policy = `"P": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": ["r"], "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "*"}]}}}`
	const rule = `"I": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": %[1]d, "ToPort": %[1]d, "CidrIp": "0.0.0.0/0"}}`
	before := template(t, fmt.Sprintf(policy, "s3:GetObject")+`,`+fmt.Sprintf(rule, 3306))
	after := template(t, fmt.Sprintf(policy, "s3:*")+`,`+fmt.Sprintf(rule, 22))
	text := compare(t, []assembly.Stack{before}, []assembly.Stack{after}).Text()
	for _, want := range []string{"IAM Statement Changes", "│ + │ *        │ Allow  │ s3:*", "│ - │ *        │ Allow  │ s3:GetObject", "Security Group Changes", "│ + │ sg-1  │ In  │ TCP 22"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not show %q:\n%s", want, text)
		}
	}
}

func function(code string, memory int) string {
	return fmt.Sprintf(`"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": %q}, "MemorySize": %d},
		"Metadata": {"aws:cdk:path": "dev/Data/Counter/Function/Resource", "aws:asset:path": "asset.%[1]s"}}`, code, memory)
}

func layer(content string) string {
	return fmt.Sprintf(`"L": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Bucket": "b", "S3Key": %q}},
		"Metadata": {"aws:cdk:path": "dev/Data/Counter/Layers/Jobs/Resource"}}`, content)
}

// template is a stack with these resources.
func template(t *testing.T, resources string) assembly.Stack {
	t.Helper()
	file := filepath.Join(t.TempDir(), "template.json")
	if err := os.WriteFile(file, []byte(`{"Resources": {`+resources+`}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	return assembly.Stack{Name: "dev/Data", StackName: "tally-dev-data", Target: "aws://111122223333/ap-northeast-2", TemplateFile: file}
}

// named puts a stack into another environment.
func named(environment string, stack assembly.Stack) assembly.Stack {
	stack.Name = environment + "/Data"
	stack.StackName = strings.Replace(stack.StackName, "dev", environment, 1)
	return stack
}

func compare(t *testing.T, base, head []assembly.Stack) change.Report {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	stacks, err := change.Compare(t.Context(), root, base, head, false)
	if err != nil {
		t.Fatal(err)
	}
	return change.Report{Base: "base", Stacks: stacks}
}
