package test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// CloudFormation deletes what depends on something first: the function, then its
// security group, then its role, with whose rights Lambda empties the group.
func TestTheFunctionGoesBeforeItsGroupAndTheGroupBeforeItsRole(t *testing.T) {
	source := fixtures
	source.Jobs, source.Only = filepath.Join(t.TempDir(), "jobs.yaml"), "created"
	if err := os.WriteFile(source.Jobs, []byte(`timezone: Asia/Seoul
jobs:
  - name: uploads
    schedule: cron(10 15 * * ? *)
    source: {bucket: uploads, prefix: "images/{yyyy}/{MM}/{dd}/"}
    window: {span: previous-day}
    cases: {large: size > 5}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	outside := parse(t, synthesized(t, load(t, source), standIn)["created-Counter"].Template)
	if _, exists := outside.Resources[vpcCounter]; exists {
		t.Fatal("there is a counter in the VPC without a job that needs it")
	}
	for name, template := range map[string]template{
		"created": templateOf(t, "created-Counter"), "existing": templateOf(t, "existing-Counter"),
		"endpoint": templateOf(t, "endpoint-Counter"), "out of the VPC": outside,
	} {
		order := []string{vpcCounter, "CounterSecurityGroup751819BC", "CounterRole195921B5"}
		if name == "out of the VPC" {
			order = order[1:] // Lambda uses both for a while after the function
		}
		for i, id := range order {
			if _, exists := template.Resources[id]; !exists {
				t.Fatalf("%s: no %s", name, id)
			}
			if i > 0 && !slices.Contains(texts(template.Resources[order[i-1]].DependsOn), id) {
				t.Errorf("%s: %s does not depend on %s", name, order[i-1], id)
			}
		}
	}
}

func TestTheFunctionMaySendFailedRunsAndNothingElseToTheQueue(t *testing.T) {
	for _, environment := range environments {
		got := grants(t, environment+"-Counter", "FailedRuns")
		if len(got) != 2 || !strings.HasPrefix(got[0], "sqs:SendMessage on ") || got[1] != got[0] { // of each counter
			t.Errorf("%s: %q", environment, got)
		}
		for id, config := range templateOf(t, environment+"-Counter").ofType("AWS::Lambda::EventInvokeConfig") {
			if asJSON(config.Properties["FunctionName"]) == `{"Ref":"`+monitor+`"}` {
				continue
			}
			if to := asJSON(config.Properties["DestinationConfig"]); !strings.Contains(to, "FailedRuns") {
				t.Errorf("%s: the failed runs of %s go to %q", environment, id, to)
			}
		}
	}
}
