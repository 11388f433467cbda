package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra"
	"tally/infra/audit"
	"tally/infra/settings"
)

// Every finding of CDK, of infra/policy and of cdk-nag is acknowledged beside its
// resource, and every acknowledgement is of a finding that is there.
func TestNoFindingIsOpenAndNoAcknowledgementIdle(t *testing.T) {
	app, err := audit.NewApp(root, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	anywhere := load(t, lake) // findings name an account that nobody knows in another way
	anywhere.Environments[0].Name, anywhere.Environments[0].Account = "anywhere", ""
	for _, loaded := range []settings.Settings{load(t, fixtures), load(t, lake), anywhere} {
		if err := infra.AddStages(app, loaded, standIn); err != nil {
			t.Fatal(err)
		}
	}
	report, err := audit.Check(app)
	if err != nil {
		t.Fatal(err)
	}
	var acknowledged []string
	for _, finding := range report.Findings {
		if finding.Reason == "" {
			t.Errorf("%s: %s %s: %s", finding.Resource, finding.Rule, finding.Detail, finding.Message)
			continue
		}
		if strings.HasPrefix(finding.Rule, "Tally-") {
			t.Errorf("%s is acknowledged, and CDK takes that for the whole app: change the rule instead", finding.Rule)
		}
		if !strings.HasPrefix(finding.Rule, "AwsSolutions-") || strings.HasPrefix(finding.Resource, "anywhere/") {
			continue // CDK keeps acknowledgements of its rules in no template
		}
		acknowledged = append(acknowledged, acknowledgement(finding.Resource, finding.Rule, finding.Detail, finding.Reason))
	}
	slices.Sort(acknowledged)
	if difference := cmp.Diff(acknowledgements(t), acknowledged); difference != "" {
		t.Errorf("acknowledgements (- of no finding):\n%s", difference)
	}
}

func acknowledgement(resource, rule, finding, reason string) string {
	return strings.Join([]string{resource, rule, finding, reason}, " | ")
}

// acknowledgements are those in the templates of all fixtures, sorted.
func acknowledgements(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, stack := range allStacks() {
		var template struct {
			Resources map[string]struct {
				Metadata struct {
					Path string `json:"aws:cdk:path"`
					Nag  struct {
						Rules []struct {
							ID       string
							Reason   string
							Findings []string `json:"applies_to"`
						} `json:"rules_to_suppress"`
					} `json:"cdk_nag"`
				}
			}
		}
		if err := json.Unmarshal(stack.Template, &template); err != nil {
			t.Fatal(err)
		}
		for _, resource := range template.Resources {
			path := strings.TrimSuffix(resource.Metadata.Path, "/Resource")
			for _, rule := range resource.Metadata.Nag.Rules {
				if len(rule.Findings) == 0 {
					all = append(all, acknowledgement(path, rule.ID, "", rule.Reason))
				}
				for _, finding := range rule.Findings {
					all = append(all, acknowledgement(path, rule.ID, finding, rule.Reason))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}
