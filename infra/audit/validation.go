package audit

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

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
