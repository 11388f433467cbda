package test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/settings"
)

// The names are what people write down, route and mute by.
func TestEveryEnvironmentHasTheSameAlarms(t *testing.T) {
	for _, environment := range environments {
		var got []string
		for id, alarm := range templateOf(t, environment+"-Counter").ofType("AWS::CloudWatch::Alarm") {
			name, own := strings.CutPrefix(alarm.Properties["AlarmName"].(string), "tally-"+environment+"-")
			if !own {
				t.Errorf("%s: the topic lets in alarms of tally-%s- only", id, environment)
			}
			got = append(got, name)
			if seconds := number(alarm, "Period") * number(alarm, "EvaluationPeriods"); seconds > 86400 {
				t.Errorf("%s looks back %v s; CloudWatch evaluates it once an hour then", id, seconds)
			}
			if description := alarm.Properties["AlarmDescription"].(string); len(description) > 1024 {
				t.Errorf("%s: the description has %d bytes, CloudWatch takes 1024", id, len(description))
			}
		}
		slices.Sort(got)
		if difference := cmp.Diff(settings.AlarmNames, got); difference != "" {
			t.Errorf("%s: alarms (- want, + got):\n%s", environment, difference)
		}
	}
}

// Silence means that all is well, except of the sweep: its heartbeat is the only
// thing that shows that anything runs at all. A new environment has none yet.
func TestOnlyTheSweepsSilenceIsBad(t *testing.T) {
	for id, alarm := range templateOf(t, "existing-Counter").ofType("AWS::CloudWatch::Alarm") {
		want, warmUp := "notBreaching", ""
		if strings.HasSuffix(alarm.Properties["AlarmName"].(string), "-sweep-stopped") {
			want, warmUp = "breaching", `{"OnlyStartEvaluatingAfterWarmUpPeriodEnds":true,"WarmUpPeriodDurationInMinutes":180}`
			// Some empty periods among others are no alarm: a sweep comes once an hour.
			if periods, breaching := number(alarm, "EvaluationPeriods"), number(alarm, "DatapointsToAlarm"); periods != breaching || periods*number(alarm, "Period") < 2*3600 {
				t.Errorf("%s goes off after %v of %v periods", id, breaching, periods)
			}
		}
		if got := alarm.Properties["TreatMissingData"]; got != want {
			t.Errorf("%s: no data is %v, want %s", id, got, want)
		}
		if got := asJSON(alarm.Properties["WarmUpConfiguration"]); got != warmUp {
			t.Errorf("%s: warm-up is %s, want %s", id, got, warmUp)
		}
	}
}

// What happened and is past must not close itself where it was sent to.
func TestAlarmsGoWhereTheFileSays(t *testing.T) {
	over := []string{"failed-runs", "sweep-stopped", "throttles", "undelivered"}
	for environment, topic := range map[string]string{
		"created":  `[{"Ref":"AlarmsTopic3A2DFEBA"}]`,
		"existing": `["arn:aws:sns:eu-central-1:111122223333:on-call"]`,
		"guest":    `["arn:aws:sns:eu-central-1:111122223333:oncall"]`,
		"endpoint": "",
	} {
		template := templateOf(t, environment+"-Counter")
		for id, alarm := range template.ofType("AWS::CloudWatch::Alarm") {
			if got := asJSON(alarm.Properties["AlarmActions"]); got != topic {
				t.Errorf("%s: %s goes to %s, want %s", environment, id, got, topic)
			}
			want := ""
			if slices.Contains(over, strings.TrimPrefix(alarm.Properties["AlarmName"].(string), "tally-"+environment+"-")) {
				want = topic
			}
			if got := asJSON(alarm.Properties["OKActions"]); got != want {
				t.Errorf("%s: the end of %s goes to %s, want %s", environment, id, got, want)
			}
		}
		for id := range template.ofType("AWS::SNS::Topic", "AWS::SNS::Subscription") {
			if strings.HasPrefix(id, "Alarms") && environment != "created" {
				t.Errorf("%s has %s", environment, id)
			}
		}
	}
}

func TestSynthWarnsWhereNobodyHears(t *testing.T) {
	folder := t.TempDir()
	protected, err := os.ReadFile(filepath.Join(root, fixtures.Environments, "existing.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	silent, _, _ := strings.Cut(string(protected), "alarms:")
	for name, text := range map[string]string{"silent": silent, "heard": string(protected), "unprotected": strings.Replace(silent, "protect: true\n", "", 1)} {
		if err := os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	source := fixtures
	source.Environments = folder
	made, err := synthesize(source)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"silent": true, "heard": false, "unprotected": false} {
		for _, what := range []string{"nobody hears the alarms of ", "nobody hears of the checks or the summary of "} {
			warned := slices.ContainsFunc(made[name+"-Counter"].Messages, func(text string) bool { return strings.Contains(text, what+name) })
			if warned != want {
				t.Errorf("%s: warned that %s is %t, want %t: %q", name, what, warned, want, made[name+"-Counter"].Messages)
			}
		}
	}
}

func number(resource resource, property string) float64 {
	value, _ := resource.Properties[property].(float64)
	return value
}
