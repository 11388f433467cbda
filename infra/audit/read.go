package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// read reads the reports in a cloud assembly.
func read(outdir string) (Report, error) {
	validated, err := readValidation(outdir)
	if err != nil {
		return Report{}, fmt.Errorf("audit: %w", err)
	}
	acknowledged, passed, err := readNag(outdir)
	if err != nil {
		return Report{}, fmt.Errorf("audit: %w", err)
	}
	findings := slices.Concat(validated, acknowledged)
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Detail, b.Detail))
	})
	return Report{Findings: findings, Passed: passed}, nil
}

// readValidation reads CDK's own report: what the validation engine found, with what
// is acknowledged of it, and the annotations of constructs, which are how cdk-nag
// reports what is not acknowledged.
func readValidation(outdir string) ([]Finding, error) {
	data, err := os.ReadFile(filepath.Join(outdir, "validation-report.json"))
	if err != nil {
		return nil, err
	}
	var report struct {
		PluginReports []struct {
			Metadata             struct{ Error string } // it broke down: it found nothing because it did not look
			Violations           []violation
			SuppressedViolations []violation
		}
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return nil, fmt.Errorf("validation report: %w", err)
	}
	var findings []Finding
	for _, plugin := range report.PluginReports {
		if plugin.Metadata.Error != "" {
			return nil, fmt.Errorf("validation report: %s", plugin.Metadata.Error)
		}
		for _, violation := range slices.Concat(plugin.Violations, plugin.SuppressedViolations) {
			findings = append(findings, violation.findings()...)
		}
	}
	return findings, nil
}

// violation is one rule with all resources that break it.
type violation struct {
	RuleName            string
	Description         string
	Reason              string // only if it is acknowledged
	ViolatingConstructs []struct {
		ConstructPath          string
		CloudFormationResource struct{ PropertyPaths []string }
	}
}

// nagMessage is an annotation of cdk-nag: rule, finding if it tells them apart, text.
var nagMessage = regexp.MustCompile(`^(AwsSolutions-\w+|CdkNagValidationFailure)(?:\[(.*)\])?: (.*)$`)

func (v violation) findings() []Finding {
	rule, detail, message := v.RuleName, "", strings.TrimSpace(v.Description)
	if parts := nagMessage.FindStringSubmatch(message); parts != nil {
		rule, detail, message = parts[1], parts[2], parts[3]
	}
	var findings []Finding
	for i, construct := range v.ViolatingConstructs {
		finding := Finding{Resource: resourcePath(construct.ConstructPath), Rule: rule, Detail: detail, Reason: v.Reason}
		if paths := construct.CloudFormationResource.PropertyPaths; len(paths) > 0 {
			finding.Detail = strings.TrimPrefix(paths[0], "Properties.")
		}
		if i == 0 { // CDK puts the first one's property before the message of all
			message = strings.TrimPrefix(message, finding.Detail+": ")
		}
		finding.Message = message
		findings = append(findings, finding)
	}
	return findings
}

// readNag reads the reports of cdk-nag, one per stack: what is acknowledged, and how
// many checks found nothing.
func readNag(outdir string) (acknowledged []Finding, passed int, err error) {
	files, err := filepath.Glob(filepath.Join(outdir, "AwsSolutions-*-NagReport.json"))
	if err != nil {
		return nil, 0, err
	}
	if len(files) == 0 {
		return nil, 0, fmt.Errorf("cdk-nag checked nothing: no report in %s", outdir)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, 0, err
		}
		var report struct{ Lines []nagLine }
		if err := json.Unmarshal(data, &report); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		for _, line := range report.Lines {
			switch line.Compliance {
			case "Compliant":
				passed++
			case "Suppressed":
				acknowledged = append(acknowledged, line.finding())
			}
		}
	}
	return acknowledged, passed, nil
}

type nagLine struct {
	RuleID          string
	ResourceID      string
	Compliance      string // Compliant, Non-Compliant, Suppressed or UNKNOWN
	ExceptionReason string // "[finding] reason", where the rule tells findings apart
	RuleInfo        string
}

func (l nagLine) finding() Finding {
	finding := Finding{Resource: resourcePath(l.ResourceID), Rule: l.RuleID, Message: l.RuleInfo, Reason: l.ExceptionReason}
	if detail, reason, found := strings.Cut(strings.TrimPrefix(l.ExceptionReason, "["), "] "); found && strings.HasPrefix(l.ExceptionReason, "[") {
		finding.Detail, finding.Reason = detail, reason
	}
	return finding
}

// resourcePath is a construct's path without what CDK calls the resource in it.
func resourcePath(path string) string {
	return strings.TrimSuffix(path, "/Resource")
}
