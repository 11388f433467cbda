package test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"tally/infra"
	"tally/infra/bundle"
	"tally/infra/settings"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// kept are the resources of the Counter stack that hold what nobody can make again:
// slots that wait for a person, and logs. Data holds nothing else.
var kept = []string{"AWS::SQS::Queue", "AWS::Logs::LogGroup"}

// Whatever changes in jobs, function, alarms or code, what holds data stays as it is.
func TestChangesKeepWhatHoldsData(t *testing.T) {
	for _, change := range []struct {
		name string
		make func(*settings.Settings)
	}{
		{"memory, time and concurrency", func(s *settings.Settings) {
			for i := range s.Environments {
				e := &s.Environments[i]
				e.MemoryMB, e.TimeoutSeconds, e.MaxConcurrency = 1024, 900, 2
			}
		}},
		{"alarms for somebody else", func(s *settings.Settings) {
			for i := range s.Environments {
				s.Environments[i].Alarms = settings.Alarms{Email: []string{"other@example.com"}}
			}
		}},
		{"no alarms", func(s *settings.Settings) {
			for i := range s.Environments {
				s.Environments[i].Alarms = settings.Alarms{}
			}
		}},
		{"no checks and no summary", func(s *settings.Settings) {
			s.Jobs.Summary = nil
			for i := range s.Environments {
				s.Environments[i].Checks = job.CheckOverrides{Off: true}
			}
		}},
		{"jobs in another order, one renamed, one at another time", func(s *settings.Settings) {
			slices.Reverse(s.Jobs.Jobs)
			s.Jobs.Jobs[0].Name = "renamed"
			s.Jobs.Jobs[1].ScheduleTimezone = "Asia/Seoul"
		}},
		{"no job in a database", func(s *settings.Settings) {
			s.Jobs.Jobs = slices.DeleteFunc(s.Jobs.Jobs, func(j job.Job) bool { return j.Source.Database != "" })
		}},
		{"one job", func(s *settings.Settings) { s.Jobs.Jobs = s.Jobs.Jobs[:1] }},
		{"a boundary and tags", func(s *settings.Settings) {
			for i := range s.Environments {
				s.Environments[i].PermissionsBoundary = "arn:aws:iam::111122223333:policy/other"
				s.Environments[i].Tags = strictyaml.Map[string]{{Key: "team", Value: "other"}}
			}
		}},
	} {
		t.Run(change.name, func(t *testing.T) {
			loaded := load(t, fixtures)
			change.make(&loaded)
			compareKept(t, synthesized(t, loaded, standIn))
		})
	}
	t.Run("other code", func(t *testing.T) {
		other := t.TempDir()
		if err := os.WriteFile(filepath.Join(other, "bootstrap"), []byte("other"), 0o600); err != nil {
			t.Fatal(err)
		}
		after := synthesized(t, load(t, fixtures), func(bundle.Command) awslambda.Code {
			return awslambda.Code_FromAsset(jsii.String(other), nil)
		})
		if bytes.Equal(after["existing-Counter"].Template, stacks["existing-Counter"].Template) {
			t.Error("the code is the same")
		}
		compareKept(t, after)
	})
}

// compareKept compares with the fixtures as they are.
func compareKept(t *testing.T, after map[string]stack) {
	t.Helper()
	if len(after) != len(stacks) {
		t.Fatalf("%d stacks, want %d", len(after), len(stacks))
	}
	checked := 0
	for name := range stacks {
		if strings.HasSuffix(name, "-Data") {
			// Its outputs are what the Counter stack reads of it.
			if changed := changes(templateOf(t, name), parse(t, after[name].Template)); len(changed) > 0 {
				t.Errorf("%s changed:\n%s", name, changed)
			}
			continue
		}
		now := parse(t, after[name].Template).Resources
		for id, resource := range templateOf(t, name).ofType(kept...) {
			checked++
			if !cmp.Equal(now[id], resource) {
				t.Errorf("%s: %s was %v, is %v", name, id, resource, now[id])
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was compared")
	}
}

// EC2 refuses a rule that is there already, and a new resource comes before the old
// one goes: a database's key must be in no rule.
func TestRenamingADatabaseKeepsItsRules(t *testing.T) {
	loaded := load(t, fixtures)
	loaded.Environments = slices.DeleteFunc(loaded.Environments, func(e settings.Environment) bool { return e.Name != "existing" && e.Name != "guest" })
	for i := range loaded.Jobs.Jobs {
		if source := &loaded.Jobs.Jobs[i].Source; source.Database == "shop" || source.Database == "app" {
			source.Database = "renamed-" + source.Database
		}
	}
	for i := range loaded.Environments {
		for j := range loaded.Environments[i].Databases {
			if entry := &loaded.Environments[i].Databases[j]; entry.Value.Create == "" && (entry.Key == "shop" || entry.Key == "app") {
				entry.Key = "renamed-" + entry.Key
			}
		}
	}
	after := synthesized(t, loaded, standIn)
	for _, name := range []string{"existing-Counter", "guest-Counter"} {
		for _, kind := range []string{"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"} {
			was, is := templateOf(t, name).ofType(kind), parse(t, after[name].Template).ofType(kind)
			if difference := cmp.Diff(was, is); difference != "" || len(was) == 0 {
				t.Errorf("%s (- before, + renamed):\n%s", name, difference)
			}
		}
	}
}

// Lambda gives a network back some time after the function has left it, with the
// function's role, and the group must be there until then.
func TestTheFunctionLeavesTheNetworkFirst(t *testing.T) {
	source := fixtures
	source.Only = "existing"
	loaded := load(t, source)
	loaded.Jobs.Jobs = slices.DeleteFunc(loaded.Jobs.Jobs, func(j job.Job) bool { return j.Source.Database != "" })
	for i := range loaded.Environments {
		loaded.Environments[i].Databases = nil
	}
	template := parse(t, synthesized(t, loaded, standIn)["existing-Counter"].Template)
	for id, function := range template.ofType("AWS::Lambda::Function") {
		if network, attached := function.Properties["VpcConfig"]; attached {
			t.Errorf("%s is in %v", id, network)
		}
	}
	if groups := template.ofType("AWS::EC2::SecurityGroup"); len(groups) != 1 {
		t.Errorf("%d security groups, want the function's", len(groups))
	}
	if !slices.ContainsFunc(template.statements(), func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Actions, "ec2:DeleteNetworkInterface")
	}) {
		t.Error("the role may no longer give the network back")
	}
}

// An environment more changes no other, nor does its order among them.
func TestAnEnvironmentTouchesNoOther(t *testing.T) {
	for _, environment := range environments {
		one := fixtures
		one.Only = environment
		for name, alone := range synthesized(t, load(t, one), standIn) {
			if !bytes.Equal(alone.Template, stacks[name].Template) {
				t.Errorf("%s is another among other environments:\n%s", name, changes(parse(t, alone.Template), templateOf(t, name)))
			}
		}
	}
}

func load(t *testing.T, source settings.Source) settings.Settings {
	t.Helper()
	loaded, err := settings.Load(source)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func synthesized(t *testing.T, loaded settings.Settings, code infra.Code) map[string]stack {
	t.Helper()
	made, err := synthesizeWith(loaded, code)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
