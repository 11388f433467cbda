package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"tally/infra/audit"
	"tally/lambda/contract"
)

// A mistake is one change of test/fixtures/policy.json, in which everything is right,
// and the rule that it breaks. The value replaces what is there; nil removes it.
type mistake struct {
	rule  string
	path  string
	value string // JSON
}

var mistakes = []mistake{
	{"", "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action", `"s3:GetObject"`}, // right, too
	{"", "Subnet.Properties.MapPublicIpOnLaunch", ``},
	{"", "Topic.Properties.KmsMasterKeyId", ``},
	{"", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "Prefix": "answers/", "ExpirationInDays": 7}]}`},
	{"", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]}`},

	{"Tally-PublicBucket", "Bucket.Properties.PublicAccessBlockConfiguration.BlockPublicAcls", `false`},
	{"Tally-PublicBucket", "Bucket.Properties.PublicAccessBlockConfiguration.RestrictPublicBuckets", ``},
	{"Tally-PublicBucket", "Bucket.Properties.PublicAccessBlockConfiguration", ``},
	{"Tally-PublicPolicy", "QueuePolicy.Properties.PolicyDocument.Statement.1.Principal", `"*"`},
	{"Tally-PublicPolicy", "QueuePolicy.Properties.PolicyDocument.Statement.1.Principal", `{"AWS": ["arn:aws:iam::111122223333:root", "*"]}`},
	{"Tally-PublicPolicy", "Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal", `{"AWS": "*"}`},
	{"Tally-PublicInvoke", "Invoke.Properties.Principal", `"*"`},
	{"Tally-FunctionURL", "URL", `{"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "AWS_IAM", "TargetFunctionArn": "tally"}}`},
	{"Tally-PublicAddress", "Subnet.Properties.MapPublicIpOnLaunch", `true`},
	{"Tally-PublicDatabase", "Member.Properties.PubliclyAccessible", `true`},
	{"Tally-PublicDatabase", "Instance.Properties.PubliclyAccessible", ``},

	{"Tally-WayToInternet", "Gateway", `{"Type": "AWS::EC2::InternetGateway"}`},
	{"Tally-WayToInternet", "Gateway", `{"Type": "AWS::EC2::EgressOnlyInternetGateway", "Properties": {"VpcId": {"Ref": "VPC"}}}`},
	{"Tally-WayToInternet", "Gateway", `{"Type": "AWS::EC2::NatGateway", "Properties": {"SubnetId": {"Ref": "Subnet"}, "ConnectivityType": "private"}}`},
	{"Tally-WayToInternet", "Gateway", `{"Type": "AWS::EC2::EIP"}`},
	{"Tally-DefaultRoute", "Peering.Properties.DestinationCidrBlock", `"0.0.0.0/0"`},
	{"Tally-DefaultRoute", "Peering.Properties.DestinationIpv6CidrBlock", `"::/0"`},

	{"Tally-PlainTransport", "BucketPolicy.Properties.PolicyDocument.Statement.0.Action", `"s3:GetObject"`},
	{"Tally-PlainTransport", "BucketPolicy.Properties.PolicyDocument.Statement.0.Principal", `{"AWS": "arn:aws:iam::111122223333:root"}`},
	{"Tally-PlainTransport", "BucketPolicy.Properties.PolicyDocument.Statement.0.Condition.StringEquals", `{"aws:PrincipalAccount": "111122223333"}`},
	{"Tally-PlainTransport", "QueuePolicy.Properties.PolicyDocument.Statement.0.Condition.Bool", `{"aws:SecureTransport": "true"}`},
	{"Tally-PlainTransport", "QueuePolicy", ``},
	{"Tally-PlainTransport", "TopicPolicy.Properties.Topics", `["arn:aws:sns:eu-central-1:111122223333:other"]`},

	{"Tally-UnencryptedBucket", "Bucket.Properties.BucketEncryption", ``},
	{"Tally-UnencryptedQueue", "Queue.Properties.SqsManagedSseEnabled", `false`},
	{"Tally-SilentTopic", "Topic.Properties.KmsMasterKeyId", `"alias/aws/sns"`},
	{"Tally-SilentTopic", "Topic.Properties.KmsMasterKeyId", `{"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sns"}`},
	{"Tally-UnencryptedDatabase", "Cluster.Properties.StorageEncrypted", ``},
	{"Tally-UnencryptedDatabase", "Instance.Properties.StorageEncrypted", `false`},

	{"Tally-WildcardAction", "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action", `"s3:Get*"`},
	{"Tally-WildcardAction", "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.1", `"*"`},
	{"Tally-WildcardAction", "QueuePolicy.Properties.PolicyDocument.Statement.1.Action", `"sqs:*"`},
	{"Tally-DeletesRecords", "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.0", `"s3:DeleteObject"`},
	{"Tally-DeletesRecords", "Role.Properties.Policies.0.PolicyDocument.Statement.0.Action.0", `"S3:deleteobjectversion"`},
	{"Tally-NegatedStatement", "Role.Properties.Policies.0.PolicyDocument.Statement.0.NotAction", `"iam:*"`},
	{"Tally-NegatedStatement", "BucketPolicy.Properties.PolicyDocument.Statement.1.NotPrincipal", `{"AWS": "arn:aws:iam::111122223333:root"}`},

	{"Tally-UnlimitedQueries", "Workgroup.Properties.WorkGroupConfiguration.BytesScannedCutoffPerQuery", ``},
	{"Tally-UnlimitedQueries", "Workgroup.Properties.WorkGroupConfiguration.EnforceWorkGroupConfiguration", `false`},

	{"Tally-RemovalUnclear", "Bucket.UpdateReplacePolicy", `"Delete"`},
	{"Tally-RemovalUnclear", "Subnet.DeletionPolicy", ``},
	{"Tally-HalfRetained", "VPC", `{"Type": "AWS::EC2::VPC", "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": {"CidrBlock": "10.0.0.0/16"}}`},
	{"Tally-RecordsExpire", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "ExpirationInDays": 365}]}`},
	{"Tally-RecordsExpire", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "Prefix": "` + contract.RecordPrefix + `", "ExpirationInDays": 365}]}`},
	{"Tally-RecordsExpire", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "Prefix": "` + contract.RecordPrefix + `date=2022", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]}`},
	{"Tally-RecordsExpire", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "Prefix": "` + contract.SchedulesPrefix("prod") + `", "ExpirationInDays": 365}]}`},
	{"Tally-RecordsExpire", "Bucket.Properties.LifecycleConfiguration", `{"Rules": [{"Status": "Enabled", "Prefix": "` + contract.ChecksPrefix + `", "ExpirationInDays": 365}]}`},
	{"Tally-DeletableDatabase", "Cluster.Properties.DeletionProtection", `false`},
	{"Tally-DeletableDatabase", "Instance.Properties.DeletionProtection", ``},
}

// The engine ignores silently what it does not understand, so that each rule must be
// seen to find something: each mistake, and nothing but it.
func TestEveryPolicyRuleFindsItsMistakes(t *testing.T) {
	app, err := audit.NewApp(root, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, mistake := range mistakes {
		addBroken(t, app, stackName(i), mistake)
	}
	report, err := audit.Check(app)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, finding := range report.Findings {
		if stack, _, _ := strings.Cut(finding.Resource, "/"); strings.HasPrefix(finding.Rule, "Tally-") {
			found[stack] = append(found[stack], finding.Rule)
		}
	}
	tried := map[string]bool{}
	for i, mistake := range mistakes {
		var want []string
		if mistake.rule != "" {
			tried[mistake.rule] = true
			want = []string{mistake.rule}
		}
		if got := slices.Compact(found[stackName(i)]); !slices.Equal(got, want) {
			t.Errorf("%s = %s breaks %v, want %v", mistake.path, mistake.value, got, want)
		}
	}
	if difference := cmp.Diff(ruleNames(t), slices.Sorted(maps.Keys(tried))); difference != "" {
		t.Errorf("rules without a mistake here (-):\n%s", difference)
	}
}

// ruleNames are those of all rules, sorted.
func ruleNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "infra", "policy", "*.rego"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"(Tally-\w+)"`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func stackName(mistake int) string { return fmt.Sprintf("Mistake%d", mistake) }

// addBroken adds a stack that holds the fixture with one mistake.
func addBroken(t *testing.T, app awscdk.App, name string, mistake mistake) {
	t.Helper()
	var resources map[string]any
	readJSON(t, "fixtures/policy.json", &resources)
	var value any
	if mistake.value != "" {
		if err := json.Unmarshal([]byte(mistake.value), &value); err != nil {
			t.Fatalf("%s: %v", mistake.path, err)
		}
	}
	change(resources, strings.Split(mistake.path, "."), value)
	stack := awscdk.NewStack(app, jsii.String(name), nil)
	for id, resource := range resources {
		parts := resource.(map[string]any)
		made := awscdk.NewCfnResource(stack, jsii.String(id), &awscdk.CfnResourceProps{Type: jsii.String(parts["Type"].(string))})
		for key, part := range parts {
			if key != "Type" {
				made.AddOverride(jsii.String(key), part)
			}
		}
	}
}

// change sets, or removes, what is at a path.
func change(value any, path []string, to any) {
	switch value := value.(type) {
	case []any:
		index, err := strconv.Atoi(path[0])
		if err != nil {
			panic(err)
		}
		if len(path) == 1 {
			value[index] = to
			return
		}
		change(value[index], path[1:], to)
	case map[string]any:
		if len(path) > 1 {
			change(value[path[0]], path[1:], to)
			return
		}
		value[path[0]] = to
		if to == nil {
			delete(value, path[0])
		}
	}
}
