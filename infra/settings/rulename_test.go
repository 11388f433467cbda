package settings_test

import (
	"strings"
	"testing"

	"tally/infra/settings"
)

// Rules of EventBridge have names of at most 64 characters; an environment's has at
// most 20.
func TestNoJobCanHaveARuleNameOfTheMonitor(t *testing.T) {
	longest := strings.Repeat("e", 20)
	if _, err := settings.Load(settings.Source{Root: project(t, map[string]string{
		"infra/environments/" + longest + ".yaml": goodEnvironment, "infra/jobs.yaml": goodJobs,
	})}); err != nil {
		t.Fatal(err)
	}
	environment := settings.Environment{Name: longest}
	for own, name := range map[string]string{
		"-sweep": environment.RuleName(settings.SweepName), "-stored": environment.RuleName(settings.StoredName), "-summary": environment.RuleName(settings.SummaryName),
	} {
		if name != "tally-"+longest+"-"+own || len(name) > 64 {
			t.Errorf("got %s of %d characters", name, len(name))
		}
		// A job cannot take it.
		_, err := load(t, goodEnvironment, strings.Replace(goodJobs, "name: ", `name: "`+own+`" # `, 1))
		if err == nil || !strings.Contains(err.Error(), `"`+own+`" is not a name`) {
			t.Errorf("got %v", err)
		}
	}
}
