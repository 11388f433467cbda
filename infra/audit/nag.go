package audit

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

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
