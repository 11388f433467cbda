package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What CDK and cdk-nag write, shortened.
const (
	validation = `{"pluginReports": [
		{"pluginName": "CloudFormation Validate", "conclusion": "failure",
		 "violations": [{"ruleName": "Tally-WildcardAction", "description": "Policies.0.PolicyDocument.Statement.1: name each action", "violatingConstructs": [
			{"constructPath": "dev/Counter/Role/Resource", "cloudFormationResource": {"propertyPaths": ["Properties.Policies.0.PolicyDocument.Statement.1"]}},
			{"constructPath": "dev/Counter/Other/Resource", "cloudFormationResource": {"propertyPaths": ["Properties.PolicyDocument.Statement.0"]}}]}],
		 "suppressedViolations": [{"ruleName": "W3045", "description": "use a bucket policy", "reason": "there is one", "violatingConstructs": [{"constructPath": "dev/Data/Results/Resource"}]}]},
		{"pluginName": "Construct Annotations", "conclusion": "failure",
		 "violations": [{"ruleName": "Annotation::error-annotation", "description": "AwsSolutions-IAM5[Resource::*]: It is too wide.\n", "violatingConstructs": [{"constructPath": "dev/Counter/Role/Resource"}]}]}]}`
	nag = `{"lines": [
		{"ruleId": "AwsSolutions-L1", "resourceId": "dev/Counter/Function/Resource", "compliance": "Compliant", "exceptionReason": "N/A", "ruleInfo": "It is old."},
		{"ruleId": "AwsSolutions-IAM5", "resourceId": "dev/Counter/Role/Resource", "compliance": "Non-Compliant", "exceptionReason": "N/A", "ruleInfo": "It is too wide."},
		{"ruleId": "AwsSolutions-IAM5", "resourceId": "dev/Counter/Role/Resource", "compliance": "Suppressed", "exceptionReason": "[Resource::a/*] Only a prefix is known.", "ruleInfo": "It is too wide."},
		{"ruleId": "AwsSolutions-S1", "resourceId": "dev/Data/Results/Resource", "compliance": "Suppressed", "exceptionReason": "The account's trail has it.", "ruleInfo": "There are no access logs."}]}`
)

func TestReport(t *testing.T) {
	report, err := read(written(t, validation, nag))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	report.Write(&text)
	want := `dev/Counter/Other
  Tally-WildcardAction PolicyDocument.Statement.0
    name each action
    NOT ACKNOWLEDGED
dev/Counter/Role
  AwsSolutions-IAM5 Resource::*
    It is too wide.
    NOT ACKNOWLEDGED
  AwsSolutions-IAM5 Resource::a/*
    It is too wide.
    acknowledged: Only a prefix is known.
  Tally-WildcardAction Policies.0.PolicyDocument.Statement.1
    name each action
    NOT ACKNOWLEDGED
dev/Data/Results
  AwsSolutions-S1
    There are no access logs.
    acknowledged: The account's trail has it.
  W3045
    use a bucket policy
    acknowledged: there is one
3 open and 3 acknowledged findings of CDK, infra/policy and cdk-nag; 1 more checks of cdk-nag passed
`
	if difference := cmp.Diff(want, text.String()); difference != "" {
		t.Errorf("report (- want, + got):\n%s", difference)
	}
}

// Who finds nothing because nothing was looked at must not pass.
func TestWhatDidNotCheckIsAnError(t *testing.T) {
	broken := `{"pluginReports": [{"pluginName": "CloudFormation Validate", "conclusion": "failure", "metadata": {"error": "the engine broke down"}, "violations": []}]}`
	for name, test := range map[string]struct{ validation, nag, want string }{
		"a plugin failed":      {broken, nag, "the engine broke down"},
		"no validation":        {"", nag, "validation-report.json: no such file"},
		"a damaged validation": {"{", nag, "validation report: unexpected end"},
		"cdk-nag did not run":  {validation, "", "cdk-nag checked nothing"},
		"a damaged nag report": {validation, "{", "AwsSolutions-tally-dev-data-NagReport.json: unexpected end"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(written(t, test.validation, test.nag)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// written is a folder with the reports that are not empty.
func written(t *testing.T, validation, nag string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"validation-report.json": validation, "AwsSolutions-tally-dev-data-NagReport.json": nag} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
