// Package deploy tests the targets of the Makefile that change an environment on AWS,
// with the real programs but for "cdk deploy" and "cdk destroy", and with a stand-in
// for AWS.
package deploy

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	bucket = "tally-rehearsal-data-results-1234"

	environmentFile = `account: "210987654321"
region: ap-northeast-2
network: create
databases: {app: {create: aurora-postgresql}}
buckets: {logs: acme-rehearsal-logs}
timeout_seconds: 30
`
	sqlJob = `
  - name: daily-orders
    schedule: cron(20 0 * * ? *)
    source: {database: app, table: orders}
    cases: {paid: status = 'bezahlt für später'}`
	jobsFile = `timezone: Asia/Seoul
jobs:
  - name: daily-logs
    description: 오늘의 로그
    schedule: cron(55 14 * * ? *)
    source: {bucket: logs, prefix: "logs/{yyyy}/{MM}/{dd}/"}
    window: {span: previous-day}
    cases: {large: size > 5_000_000}` + sqlJob + "\n"
)

// TestDeploy deploys an environment and changes it.
func TestDeploy(t *testing.T) {
	t.Parallel()
	p := newProject(t, "diff", "deploy")

	said := p.make(0, "diff")
	said.says("a new stack, tally-rehearsal-data", "a new stack, tally-rehearsal-counter")
	if p.cdk() != "" {
		t.Errorf("make diff runs cdk %s", p.cdk())
	}
	p.make(0, "deploy")
	p.wantCDK("deploy --require-approval never rehearsal/*")
	p.aws.deploy(p.assembly("deploy"))

	t.Run("nothing changed", func(t *testing.T) {
		if data, err := os.ReadFile(templateOf(t, p.assembly("deploy"), "Counter")); err != nil || !strings.Contains(string(data), "오늘의 로그") {
			t.Fatalf("the template has no character beyond ASCII: this tests nothing (%v)", err)
		}
		p.make(0, "diff", synthesizedBefore).says("No changes since the last deploy.\n")
	})
	t.Run("without the look-up role", func(t *testing.T) {
		p.aws.noRole = true
		defer func() { p.aws.noRole = false }()
		p.make(0, "diff", synthesizedBefore).says("cannot use the look-up role arn:aws:iam::", "No changes since the last deploy.")
	})
	t.Run("a deploy that fails begins a sweep", func(t *testing.T) {
		write(t, p.folder, "cdk", "#!/bin/sh\nexit 1\n")
		defer write(t, p.folder, "cdk", "#!/bin/sh\necho \"$@\" >>"+filepath.Join(p.folder, "commands")+"\n"+p.cdkScript())
		p.make(2, "deploy", synthesizedBefore).says("tally-rehearsal-monitor begins a sweep")
		if !slices.Contains(p.aws.asked, `the monitor {"sweep":true}`) {
			t.Errorf("AWS was asked for %q", p.aws.asked)
		}
	})
	t.Run("the jobs", func(t *testing.T) {
		p.write("jobs.yaml", strings.Replace(jobsFile, "daily-logs", "nightly-logs", 1))
		said := p.make(0, "diff")
		said.says("Changes since the last deploy, in rehearsal.", "new widgets of Dashboard")
		for line := range strings.Lines(said.text) {
			if len(line) > 2000 {
				t.Errorf("a line has %d bytes: %.100s…", len(line), line)
			}
		}
		p.write("jobs.yaml", jobsFile)
	})
	t.Run("a created cluster would be replaced", func(t *testing.T) {
		p.write("rehearsal.yaml", strings.Replace(environmentFile, "aurora-postgresql", "aurora-postgresql, dbname: other", 1))
		defer p.write("rehearsal.yaml", environmentFile)
		p.make(2, "diff").says("rehearsal/Data: Databases/app/Cluster (AWS::RDS::DBCluster) is replaced", "Error 3")
		p.make(2, "deploy", synthesizedBefore, byDiff).says("== Stateful resources that would go\nrehearsal/Data: Databases/app/Cluster",
			"Nothing was deployed", "make deploy ENV=rehearsal ALLOW_STATEFUL_LOSS=yes", "Error 3")
		if p.cdk() != "" {
			t.Errorf("cdk %s was run", p.cdk())
		}
		p.make(0, "deploy", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore, byDiff).says("is replaced")
		p.wantCDK("deploy --require-approval never rehearsal/*")
	})
	t.Run("a stack is no longer synthesized", func(t *testing.T) {
		p.write("rehearsal.yaml", "account: \"210987654321\"\nregion: ap-northeast-2\nbuckets: {logs: acme-rehearsal-logs}\nresults: {bucket: acme-rehearsal-results}\n")
		p.write("jobs.yaml", strings.Replace(jobsFile, sqlJob, "", 1))
		defer p.write("rehearsal.yaml", environmentFile)
		defer p.write("jobs.yaml", jobsFile)
		p.make(2, "deploy").says("Results (AWS::S3::Bucket) is left behind with its stack", "Error 3")
	})
	asBefore := maps.Clone(p.aws.stacks)
	t.Run("the network is given up together with what uses it", func(t *testing.T) {
		p.t = t
		p.write("rehearsal.yaml", "account: \"210987654321\"\nregion: ap-northeast-2\nbuckets: {logs: acme-rehearsal-logs}\ntimeout_seconds: 30\n")
		p.write("jobs.yaml", strings.Replace(jobsFile, sqlJob, "", 1))
		defer p.write("rehearsal.yaml", environmentFile)
		defer p.write("jobs.yaml", jobsFile)
		const used = "Network/VPC (AWS::EC2::VPC) is deleted, and tally-rehearsal-counter as it is deployed still uses it"
		p.make(2, "diff").says("== Still in use: deploy the stacks one after the other", used, "Error 3")
		p.make(2, "deploy", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore, byDiff).says(used, "make deploy ENV=rehearsal STACK=Counter ALLOW_STATEFUL_LOSS=yes", "Error 3")
		p.make(2, "deploy", "STACK=Data", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore, byDiff).says(used, "Error 3")
		p.wantCDK("")
		p.make(0, "deploy", "STACK=Counter", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore, byDiff)
		p.wantCDK("deploy --require-approval never --exclusively rehearsal/Counter")
		before := p.aws.stacks["tally-rehearsal-data"]
		p.aws.deploy(p.assembly("diff"))
		p.aws.change("tally-rehearsal-data", func(stack *deployed) { *stack = before })
		p.make(0, "deploy", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore, byDiff).says("rehearsal/Data: Network/VPC (AWS::EC2::VPC) is deleted")
		p.wantCDK("deploy --require-approval never rehearsal/*")
	})
	p.t, p.aws.stacks = t, maps.Clone(asBefore)
	t.Run("a created database is given up together with its job", func(t *testing.T) {
		p.t = t
		const used = "Databases/app/SecurityGroup (AWS::EC2::SecurityGroup) is deleted, and tally-rehearsal-counter as it is deployed still uses it"
		p.write("rehearsal.yaml", strings.Replace(environmentFile, "databases: {app: {create: aurora-postgresql}}\n", "", 1))
		defer p.write("rehearsal.yaml", environmentFile)
		p.write("jobs.yaml", strings.Replace(jobsFile, sqlJob, "", 1))
		defer p.write("jobs.yaml", jobsFile)
		p.make(2, "deploy", "ALLOW_STATEFUL_LOSS=yes").says(used, "Error 3")

		// First the job, then the database, as it was synthesized above.
		p.write("rehearsal.yaml", environmentFile)
		withoutJob := filepath.Join(p.folder, "without-job")
		p.make(0, "deploy", "out="+withoutJob)
		p.aws.deploy(withoutJob)
		p.write("rehearsal.yaml", strings.Replace(environmentFile, "databases: {app: {create: aurora-postgresql}}\n", "", 1))
		p.make(0, "deploy", "ALLOW_STATEFUL_LOSS=yes", synthesizedBefore).says("Databases/app/Cluster (AWS::RDS::DBCluster) is deleted")
		p.cdk()
	})
	p.t, p.aws.stacks = t, maps.Clone(asBefore)
	t.Run("AWS does not answer", func(t *testing.T) {
		p.aws.stacks["tally-rehearsal-data"] = deployed{template: "Resources: {}"}
		p.make(2, "deploy", synthesizedBefore).says("ask CloudFormation for stack tally-rehearsal-data: its template is not JSON")
		p.aws.stacks = maps.Clone(asBefore)
	})
	if p.cdk() != "" {
		t.Errorf("cdk %s was run", p.cdk())
	}
	for _, asked := range []string{"GetTemplate of tally-rehearsal-data", "DescribeStacks of tally-rehearsal-counter"} {
		if !strings.Contains(strings.Join(p.aws.asked, ","), asked) {
			t.Errorf("CloudFormation was not asked %s", asked)
		}
	}
}

// project has files of its own beside this project's code.
type project struct {
	t      *testing.T
	folder string
	aws    *cloud
}

// newProject is for a test that runs these targets, and no other test does.
func newProject(t *testing.T, targets ...string) *project {
	t.Helper()
	programs()
	p := &project{t: t, folder: t.TempDir(), aws: startCloud(t)}
	p.write("jobs.yaml", jobsFile)
	p.write("rehearsal.yaml", environmentFile)
	write(t, p.folder, "cdk", "#!/bin/sh\necho \"$@\" >>"+filepath.Join(p.folder, "commands")+"\n"+p.cdkScript())
	p.aws.gone = filepath.Join(p.folder, "gone")
	t.Cleanup(func() {
		for _, target := range targets {
			left, _ := filepath.Glob(p.assembly(target) + "*")
			for _, folder := range left {
				_ = os.RemoveAll(folder)
			}
		}
	})
	return p
}

// programs builds what the targets run, so that two that run at the same time need not.
var programs = sync.OnceFunc(func() {
	command := exec.Command("make", "app", ".cache/diff", ".cache/tally")
	command.Dir = root
	_ = command.Run() // a target that needs them says what is wrong
})

func (p *project) write(name, text string) {
	folder := filepath.Join(p.folder, "environments")
	if name == "jobs.yaml" {
		folder = p.folder
	}
	write(p.t, folder, name, text)
}

// assembly is where a target synthesizes.
func (p *project) assembly(target string) string {
	return filepath.Join(root, ".cache/cdk.out", target+"-rehearsal")
}

// synthesizedBefore saves the seconds of another synth: the target has synthesized the same
// files before. With byDiff, that was make diff.
const (
	synthesizedBefore = "synth=true"
	byDiff            = "out=.cache/cdk.out/diff-rehearsal"
)

// make runs a target, which must end with the status.
func (p *project) make(status int, arguments ...string) output {
	p.t.Helper()
	arguments = append(arguments, "ENV=rehearsal", "JOBS="+filepath.Join(p.folder, "jobs.yaml"), "ENVIRONMENTS="+filepath.Join(p.folder, "environments"),
		"MAKE=true", "synthesized="+filepath.Join(p.folder, "cdk")) // no verify, and no CDK that would change something
	command := exec.Command("make", arguments...)
	command.Dir = root
	command.Env = append(os.Environ(), "CI=1", "CDK_VALIDATION=false", "AWS_ENDPOINT_URL="+p.aws.URL, "AWS_ENDPOINT_URL_S3="+p.aws.s3.Endpoint,
		"AWS_ACCESS_KEY_ID=OWNKEY", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=", "AWS_PROFILE=", "MAKEFLAGS=", "MAKELEVEL=")
	said, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != status {
		p.t.Fatalf("make %s ends with %d, want %d (%v)\n%s", arguments[0], got, status, err, said)
	}
	return output{p.t, string(said)}
}

// cdk is what the CDK CLI was told since it was last asked for.
func (p *project) cdk() string {
	file := filepath.Join(p.folder, "commands")
	data, _ := os.ReadFile(file)
	_ = os.Remove(file)
	return strings.TrimSpace(string(data))
}

func (p *project) wantCDK(want ...string) {
	p.t.Helper()
	if got := p.cdk(); got != strings.Join(want, "\n") {
		p.t.Errorf("cdk was told\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// output is what was said.
type output struct {
	t    *testing.T
	text string
}

func (o output) says(wanted ...string) {
	o.t.Helper()
	for _, want := range wanted {
		if !strings.Contains(o.text, want) {
			o.t.Errorf("it does not say %q:\n%s", want, o.text)
		}
	}
}
