package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDiff changes a copy of this project in a repository of its own, and compares
// it with its first commit: everything real but AWS, some 5 s each time.
func TestDiff(t *testing.T) {
	project := newProject(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)

	t.Run("nothing", func(t *testing.T) {
		diff(t, exitHarmless, "", "-base", "HEAD").says("No changes since HEAD (")
	})
	t.Run("everything", func(t *testing.T) {
		edit(t, "infra/jobs.yaml", "cron(55 14 * * ? *)", "cron(50 14 * * ? *)")
		edit(t, "infra/environments/prod.yaml", "protect: true", "protect: true\nmemory_mb: 512")
		edit(t, "infra/environments/prod.yaml", "dbname: app", "dbname: app2")
		edit(t, "infra/environments/dev.yaml", "network: create", existingNetwork)
		edit(t, "lambda/counter/main.go", "function.Main(", "println(\"changed\"); function.Main(")
		if err := os.Remove("infra/environments/staging.yaml"); err != nil {
			t.Fatal(err)
		}
		each := filepath.Join(t.TempDir(), "each")
		diff(t, exitStateLost, "", "-base", "HEAD", "-each", each)
		file(t, each, "dev.txt").says(
			"dev/Data: Network/VPC (AWS::EC2::VPC) is deleted: what is in it, a database say, loses its network",
			"dev/Data: Network/VPC/isolatedSubnet1/Subnet (AWS::EC2::Subnet) is deleted",
			"== Other replacements and deletions\ndev/Counter: Counter/SecurityGroup (AWS::EC2::SecurityGroup) is replaced",
		).order("== Stateful resources that would go", "== Other replacements and deletions", "== dev/Counter", "== dev/Data")
		file(t, each, "prod.txt").says(
			"== prod/Counter\nnew layer Layers/Jobs, new code of Counter/Function, new widgets of Dashboard\n",
			"[-] cron(55 14 * * ? *)", "[+] cron(50 14 * * ? *)",
			"[-] 256", "[+] 512",
			`\"dbname\":\"app2\"`,
		).silentOn("Stateful", "replace", "S3Key", "== prod/Data")
		file(t, each, "staging.txt").says(
			"staging/Data: Results (AWS::S3::Bucket) is left behind with its stack",
			"the stack is no longer made: tally-staging-data and its resources (",
		)
	})
	t.Run("code", func(t *testing.T) {
		git(t, project, "checkout", "--quiet", ".")
		edit(t, "lambda/counter/main.go", "function.Main(", "println(\"changed\"); function.Main(")
		diff(t, exitHarmless, "", "-base", "HEAD", "-env", "prod", "-format", "markdown").
			says("### prod/Counter\n\n- new code of Counter/Function\n").silentOn("staging", "```")
	})
	t.Run("a base that is broken", func(t *testing.T) {
		edit(t, "infra/jobs.yaml", "jobs:", "jobz:")
		commitAll(t, project)
		edit(t, "infra/jobs.yaml", "jobz:", "jobs:")
		diff(t, exitFailed, "the base, ", "-base", "HEAD")
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if status := run(ctx, []string{"-base", "HEAD^"}, new(bytes.Buffer), new(bytes.Buffer)); status != exitFailed {
			t.Errorf("the exit status is %d, want %d", status, exitFailed)
		}
	})
	left, err := filepath.Glob(filepath.Join(temporary, "tally-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %s (%v)", left, err)
	}
	if list := git(t, project, "worktree", "list"); strings.Count(list, "\n") != 1 {
		t.Errorf("a worktree is left:\n%s", list)
	}
}

const existingNetwork = `network:
  vpc_id: vpc-0123456789abcdef1
  s3_endpoint: existing
  subnets:
    - {id: subnet-0000000000000001a, availability_zone: ap-northeast-2a, route_table_id: rtb-0000000000000001a}`

// newProject copies this project without its tests into a repository, with a network
// that dev owns, and works in it.
func newProject(t *testing.T) string {
	t.Helper()
	here, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	project := t.TempDir()
	t.Chdir(project)
	for _, folder := range []string{"infra", "lambda"} {
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(here, folder))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"cdk.json", "go.mod", "go.sum", "package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(here, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(".gitignore", []byte("/node_modules\n"), 0o644); err != nil { // a link, not a folder
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(here, "node_modules"), "node_modules"); err != nil {
		t.Fatal(err)
	}
	text := file(t, "infra/environments", "dev.yaml").text
	begin, end := strings.Index(text, "network:"), strings.Index(text, "databases:")
	edit(t, "infra/environments/dev.yaml", text[begin:end], "network: create\n")
	git(t, project, "init", "--quiet")
	commitAll(t, project)
	return project
}

func commitAll(t *testing.T, project string) {
	t.Helper()
	git(t, project, "add", "--all")
	git(t, project, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message=test")
}

func git(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = folder
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, said)
	}
	return string(said)
}

// edit replaces text of a file, once.
func edit(t *testing.T, name, old, with string) {
	t.Helper()
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	after := strings.Replace(string(before), old, with, 1)
	if after == string(before) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if err := os.WriteFile(name, []byte(after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// output is what was said.
type output struct {
	t    *testing.T
	text string
}

// diff runs the command, which must end with the status and complain so.
func diff(t *testing.T, status int, complaint string, arguments ...string) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), arguments, &stdout, &stderr); got != status {
		t.Fatalf("the exit status is %d, want %d\n%s%s", got, status, &stdout, &stderr)
	}
	if !strings.HasPrefix(stderr.String(), complaint) || complaint == "" && stderr.Len() > 0 {
		t.Errorf("it complains %q, want %q", &stderr, complaint)
	}
	return output{t, stdout.String()}
}

func file(t *testing.T, folder, name string) output {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return output{t, string(data)}
}

func (o output) says(wanted ...string) output {
	o.t.Helper()
	for _, want := range wanted {
		if !strings.Contains(o.text, want) {
			o.t.Errorf("it does not say %q:\n%s", want, o.text)
		}
	}
	return o
}

func (o output) silentOn(unwanted ...string) {
	o.t.Helper()
	for _, text := range unwanted {
		if strings.Contains(o.text, text) {
			o.t.Errorf("it says %q:\n%s", text, o.text)
		}
	}
}

func (o output) order(texts ...string) {
	o.t.Helper()
	at := 0
	for _, text := range texts {
		next := strings.Index(o.text, text)
		if next < at {
			o.t.Errorf("%q is not where it should be:\n%s", text, o.text)
		}
		at = next
	}
}

func TestArguments(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		complaint string
	}{
		"no base":       {nil, "compare with which commit?"},
		"a wrong form":  {[]string{"-base", "HEAD", "-format", "html"}, `there is no format "html"; write text or markdown`},
		"a wrong stack": {[]string{"-deployed", "a", "-assembly", "b", "-env", "dev", "-stack", "counter"}, `there is no stack "counter"; write Data or Counter`},
		"a wrong loss":  {[]string{"-deployed", "a", "-assembly", "b", "-env", "dev", "-loss", "refused"}, `there is no loss "refused"; write refuse or allow`},
		"too many":      {[]string{"-base", "HEAD", "dev"}, `there is nothing to do with "dev"`},
		"two bases":     {[]string{"-base", "HEAD", "-deployed", "a", "-assembly", "b", "-env", "dev"}, "-deployed goes with"},
		"no assembly":   {[]string{"-deployed", "a", "-env", "dev"}, "-deployed goes with"},
		"unknown flag":  {[]string{"-bas", "HEAD"}, "flag provided but not defined: -bas"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { diff(t, exitUsage, test.complaint, test.arguments...) })
	}
}
