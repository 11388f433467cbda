package test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra"
	"tally/infra/settings"
	"tally/lambda/job"
)

// checksTopics are where each fixture tells of checks. The endpoint checks nothing, and tells
// its summary.
var checksTopics = map[string]string{
	"created": `{"Ref":"ChecksTopicA5D534E3"}`, "endpoint": `{"Ref":"ChecksTopicA5D534E3"}`, "existing": `{"Ref":"ChecksTopicA5D534E3"}`,
	"guest": "arn:aws:sns:eu-central-1:444455556666:analysts",
}

func TestTheMonitorAlonePublishesToTheTopicOfChecksAlone(t *testing.T) {
	for environment, topic := range checksTopics {
		template := templateOf(t, environment+"-Counter")
		var got []string
		for id, role := range template.ofType("AWS::IAM::Role", "AWS::IAM::Policy") {
			if strings.Contains(asJSON(role.Properties), "sns:") {
				got = append(got, id)
			}
		}
		if !slices.Equal(got, []string{"MonitorRole6D26CBE9"}) {
			t.Errorf("%s: %v may use SNS", environment, got)
		}
		if difference := cmp.Diff([]string{"sns:Publish on " + topic}, grants(t, environment+"-Counter", topic)); difference != "" {
			t.Errorf("%s: grants (- want, + got):\n%s", environment, difference)
		}
		if config := asJSON(template.Resources[monitor].Properties["Environment"]); !strings.Contains(config, `\"checks_topic\":\"`) || !strings.Contains(config, topic) {
			t.Errorf("%s: the monitor knows %s", environment, config)
		}
		if got := asJSON(template.Outputs["ChecksTopicArn"].Value); got != topic {
			t.Errorf("%s: the output is %s", environment, got)
		}
	}
}

// Without "notify" the addresses of alarms are told.
func TestChecksAreToldWhereTheFileSays(t *testing.T) {
	for environment, want := range map[string][]string{"created": {"oncall@example.com"}, "existing": {"analysts@example.com"}, "endpoint": nil, "guest": nil} {
		template := templateOf(t, environment+"-Counter")
		var got []string
		for _, subscription := range template.ofType("AWS::SNS::Subscription") {
			if asJSON(subscription.Properties["TopicArn"]) == checksTopics[environment] {
				got = append(got, subscription.Properties["Endpoint"].(string))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v are told, want %v", environment, got, want)
		}
		own := 0
		for _, topic := range template.ofType("AWS::SNS::Topic") {
			if topic.Properties["TopicName"] == "tally-"+environment+"-checks" {
				own++
			}
		}
		if (own == 1) != (environment != "guest") {
			t.Errorf("%s has %d topics of its own", environment, own)
		}
	}
}

// What is told of a record twice, late or never is judged all the same.
func TestANewRecordIsAHintToTheMonitor(t *testing.T) {
	for environment, bucket := range map[string]string{
		"created": ofData("created", "Results25575328", "Ref"), "existing": ofData("existing", "Results25575328", "Ref"), "guest": "acme-guest-results",
	} {
		rule := ruleNamed(t, templateOf(t, environment+"-Counter"), "tally-"+environment+"--stored")
		pattern := rule.Properties["EventPattern"].(map[string]any)
		detail := pattern["detail"].(map[string]any)
		if got := resolved(t, environment, detail["bucket"].(map[string]any)["name"].([]any)[0]); got != bucket {
			t.Errorf("%s: the rule is about bucket %s, want %s", environment, got, bucket)
		}
		delete(detail, "bucket")
		if got, want := asJSON(pattern), `{"detail":{"object":{"key":[{"prefix":"counts/"}]}},"detail-type":["Object Created"],"source":["aws.s3"]}`; got != want {
			t.Errorf("%s: the pattern is %s, want %s", environment, got, want)
		}
		target := rule.Properties["Targets"].([]any)[0].(map[string]any)
		if got := asJSON(target["Arn"]); got != `{"Fn::GetAtt":["`+monitor+`","Arn"]}` {
			t.Errorf("%s: %s is told", environment, got)
		}
		if got := asJSON(target["RetryPolicy"]); got != `{"MaximumEventAgeInSeconds":3600,"MaximumRetryAttempts":185}` || target["DeadLetterConfig"] != nil {
			t.Errorf("%s: a hint is tried %s, then goes to %v", environment, got, target["DeadLetterConfig"])
		}
	}
	for _, environment := range owners {
		for _, bucket := range templateOf(t, environment+"-Data").ofType("AWS::S3::Bucket") {
			if got := asJSON(bucket.Properties["NotificationConfiguration"]); got != `{"EventBridgeConfiguration":{"EventBridgeEnabled":true}}` {
				t.Errorf("%s: the bucket tells %s", environment, got)
			}
		}
	}
}

func TestWhatChecksAndSummariesAdd(t *testing.T) {
	source := fixtures
	source.Only = "existing"
	without := func(change func(*settings.Settings)) template {
		loaded := load(t, source)
		change(&loaded)
		return parse(t, synthesized(t, loaded, standIn)["existing-Counter"].Template)
	}
	nothing := without(func(s *settings.Settings) { s.Environments[0].Checks.Off, s.Jobs.Summary = true, nil })
	summary := without(func(s *settings.Settings) { s.Environments[0].Checks.Off = true })
	for id := range nothing.ofType("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription") {
		t.Errorf("without checks and summary there is %s", id)
	}
	if config := asJSON(nothing.Resources[monitor].Properties["Environment"]); strings.Contains(config, "checks_topic") {
		t.Errorf("without checks and summary the monitor knows %s", config)
	}
	want := []string{
		"+ AWS::SNS::Subscription ", "+ AWS::SNS::Topic ", "+ AWS::SNS::TopicPolicy ",
		"+ AWS::Events::Rule tally-existing--summary", "~ AWS::Lambda::Function ", "~ AWS::IAM::Role ",
	}
	if difference := cmp.Diff(want, changes(nothing, summary)); difference != "" {
		t.Errorf("a summary adds (- want, + got):\n%s", difference)
	}
	// checks: off has a layer of its own.
	want = []string{"- AWS::Lambda::LayerVersion ", "+ AWS::Events::Rule tally-existing--stored", "~ AWS::Lambda::Function "}
	if difference := cmp.Diff(want, changes(summary, templateOf(t, "existing-Counter"))); difference != "" {
		t.Errorf("checks add (- want, + got):\n%s", difference)
	}
}

// Scheduler's role is not the monitor's to use unless the summary has a schedule there.
func TestASummaryInAZone(t *testing.T) {
	source := fixtures
	source.Only = "existing"
	loaded := load(t, source)
	loaded.Jobs.Summary.ScheduleTimezone = "Europe/Berlin"
	after := parse(t, synthesized(t, loaded, standIn)["existing-Counter"].Template)
	before := templateOf(t, "existing-Counter")
	want := []string{"- AWS::Events::Rule tally-existing--summary", "+ AWS::Scheduler::Schedule -summary", "~ AWS::IAM::Role "}
	if difference := cmp.Diff(want, changes(before, after)); difference != "" {
		t.Fatalf("changes (- want, + got):\n%s", difference)
	}
	for _, schedule := range after.ofType("AWS::Scheduler::Schedule") {
		if schedule.Properties["Name"] != "-summary" {
			continue
		}
		p := schedule.Properties
		target := p["Target"].(map[string]any)
		got := []any{p["ScheduleExpression"], p["ScheduleExpressionTimezone"], target["Input"], asJSON(target["Arn"])}
		want := []any{"cron(0 23 * * ? *)", "Europe/Berlin", `{"summary":true,"scheduledTime":"<aws.scheduler.scheduled-time>"}`, `{"Fn::GetAtt":["` + monitor + `","Arn"]}`}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("the schedule (- want, + got):\n%s", difference)
		}
	}
	const function = "arn:aws:lambda:eu-central-1:111122223333:function:tally-existing-monitor"
	for when, template := range map[string]template{"UTC": before, "Europe/Berlin": after} {
		allowed := slices.ContainsFunc(template.statements(), func(s statement) bool {
			return slices.Equal(s.Actions, []string{"lambda:InvokeFunction"}) && slices.Equal(s.Resources, []string{function})
		})
		if allowed != (when != "UTC") {
			t.Errorf("with a summary in %s Scheduler may invoke the monitor: %t", when, allowed)
		}
	}
}

func TestTheMonitorAloneKnowsWhatAnEnvironmentSaysOfChecks(t *testing.T) {
	for environment, want := range map[string]int{"created": 1, "existing": 1, "endpoint": 2, "guest": 2} {
		template := templateOf(t, environment+"-Counter")
		if got := len(template.Resources[monitor].Properties["Layers"].([]any)); got != want {
			t.Errorf("%s: the monitor has %d layers, want %d", environment, got, want)
		}
		if got := len(template.ofType("AWS::Lambda::LayerVersion")); got != want+1 {
			t.Errorf("%s has %d layers, want %d: of jobs, authorities and checks", environment, got, want+1)
		}
	}
	source := fixtures
	source.Only = "guest"
	loaded := load(t, source)
	want := loaded.Environments[0].Checks
	first := checksLayer(t, loaded)
	var got job.CheckOverrides
	for path, text := range first {
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	if difference := cmp.Diff(want, got); difference != "" || len(first) != 1 {
		t.Errorf("%d layers say (- the environment file, + the layer):\n%s", len(first), difference)
	}
	if again := checksLayer(t, loaded); !slices.Equal(slices.Collect(maps.Keys(first)), slices.Collect(maps.Keys(again))) {
		t.Error("the layer is another one each time")
	}
}

// checksLayer is the layer's file, by its path in the assembly, which holds the asset's hash.
func checksLayer(t *testing.T, loaded settings.Settings) map[string][]byte {
	t.Helper()
	t.Setenv("CDK_VALIDATION", "false")
	outdir := t.TempDir()
	app, err := infra.NewApp(root, outdir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := infra.AddStages(app, loaded, standIn); err != nil {
		t.Fatal(err)
	}
	if err := infra.Synth(app); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(outdir, "asset.*", "tally", "checks.json"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(file, outdir)] = text
	}
	return found
}

func ruleNamed(t *testing.T, template template, name string) resource {
	t.Helper()
	for _, rule := range template.ofType("AWS::Events::Rule") {
		if rule.Properties["Name"] == name {
			return rule
		}
	}
	t.Fatalf("there is no rule %s", name)
	return resource{}
}
