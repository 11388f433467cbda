package audit

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Finding is what one rule says about one resource.
type Finding struct {
	Resource string // its path, such as prod/Data/Results
	Rule     string // such as AwsSolutions-S1 or Tally-PublicBucket
	Detail   string // the property or, of cdk-nag, the finding that is meant; may be empty
	Message  string
	Reason   string // why it is acknowledged; empty if it is not
}

// Report is what all checks said.
type Report struct {
	Findings []Finding // by resource
	Passed   int       // checks of cdk-nag that found nothing
}

// Open are the findings that nobody acknowledged.
func (r Report) Open() []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Reason != "" })
}

// Write prints the report for people.
func (r Report) Write(to io.Writer) {
	resource := ""
	for _, finding := range r.Findings {
		if finding.Resource != resource {
			resource = finding.Resource
			fmt.Fprintf(to, "%s\n", resource)
		}
		fmt.Fprint(to, wrapped("  ", finding.Rule+" "+finding.Detail))
		fmt.Fprint(to, wrapped("    ", finding.Message))
		if finding.Reason == "" {
			fmt.Fprint(to, "    NOT ACKNOWLEDGED\n")
			continue
		}
		fmt.Fprint(to, wrapped("    ", "acknowledged: "+finding.Reason))
	}
	open := len(r.Open())
	fmt.Fprintf(to, "%d open and %d acknowledged findings of CDK, infra/policy and cdk-nag; %d more checks of cdk-nag passed\n",
		open, len(r.Findings)-open, r.Passed)
}

// width is that of a line, in characters.
const width = 100

// wrapped breaks a text into indented lines.
func wrapped(indent, text string) string {
	var lines strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > width && line != indent {
			fmt.Fprintln(&lines, strings.TrimRight(line, " "))
			line = indent
		}
		line += word + " "
	}
	fmt.Fprintln(&lines, strings.TrimRight(line, " "))
	return lines.String()
}
