package test

import (
	"encoding/json"
	"path"
	"slices"
	"testing"
)

// request is a call of SNS as its policies see it.
type request struct {
	service, action string
	context         map[string]string
}

// CloudWatch must be able to publish, or alarms are silent, and for this account's
// alarms of this environment only.
func TestAlarmsMayPublish(t *testing.T) {
	alarm := func(account, name, secure string) map[string]string {
		return map[string]string{
			"aws:SourceAccount":   account,
			"aws:SourceArn":       "arn:aws:cloudwatch:ap-northeast-2:" + account + ":alarm:" + name,
			"aws:SecureTransport": secure,
		}
	}
	const ours, cloudWatch = "111122223333", "cloudwatch.amazonaws.com"
	policy, exists := templateOf(t, "created-Counter").Resources["AlarmsTopicPolicyED3A875E"]
	if !exists {
		t.Fatal("the topic of alarms has no policy")
	}
	for _, test := range []struct {
		name    string
		request request
		want    bool
	}{
		{"an alarm", request{cloudWatch, "sns:Publish", alarm(ours, "tally-created-errors", "true")}, true},
		{"without TLS", request{cloudWatch, "sns:Publish", alarm(ours, "tally-created-errors", "false")}, false},
		{"of another account", request{cloudWatch, "sns:Publish", alarm("444455556666", "tally-created-errors", "true")}, false},
		{"of another environment", request{cloudWatch, "sns:Publish", alarm(ours, "tally-prod-errors", "true")}, false},
		{"of something else", request{cloudWatch, "sns:Publish", alarm(ours, "website-down", "true")}, false},
		{"another service", request{"events.amazonaws.com", "sns:Publish", alarm(ours, "tally-created-errors", "true")}, false},
		{"a subscription", request{cloudWatch, "sns:Subscribe", alarm(ours, "tally-created-errors", "true")}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if topics := asJSON(policy.Properties["Topics"]); topics != `[{"Ref":"AlarmsTopic3A2DFEBA"}]` {
				t.Errorf("the policy is of %s", topics)
			}
			if got := allows(t, policy.Properties["PolicyDocument"], test.request); got != test.want {
				t.Errorf("allowed is %t, want %t", got, test.want)
			}
		})
	}
}

// allows evaluates a policy as IAM does: a denial wins, and without a permission
// nothing is allowed.
func allows(t *testing.T, policy any, made request) bool {
	t.Helper()
	var document struct {
		Statement []struct {
			Effect, Action string
			Principal      any
			Condition      map[string]map[string]string
		}
	}
	if err := json.Unmarshal([]byte(asJSON(policy)), &document); err != nil {
		t.Fatal(err)
	}
	allowed := false
	for _, statement := range document.Statement {
		principal := asJSON(statement.Principal)
		applies := statement.Action == made.action && slices.Contains([]string{"*", `{"Service":"` + made.service + `"}`}, principal)
		for operator, keys := range statement.Condition {
			for key, want := range keys {
				applies = applies && holds(t, operator, made.context[key], want)
			}
		}
		switch {
		case applies && statement.Effect == "Deny":
			return false
		case applies:
			allowed = true
		}
	}
	return allowed
}

func holds(t *testing.T, operator, got, want string) bool {
	t.Helper()
	switch operator {
	case "Bool", "StringEquals":
		return got == want
	case "ArnLike":
		matches, err := path.Match(want, got)
		if err != nil {
			t.Fatal(err)
		}
		return matches
	}
	t.Fatalf("the test does not know the condition %s", operator)
	return false
}
