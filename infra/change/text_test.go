package change_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/assembly"
	"tally/infra/change"
)

// TestMarkdown has texts in it that would end a block of code, or be more than text.
func TestMarkdown(t *testing.T) {
	stack := assembly.Stack{Name: "dev/Data", StackName: "tally-dev-data"}
	report := change.Report{Base: "feature_*x*", Stacks: []change.Stack{{
		Base: &stack, Head: &stack,
		Difference: change.Difference{Resources: []change.Resource{
			{Path: "dev/Data/Results/Resource", Type: "AWS::S3::Bucket", Impact: "WILL_DESTROY", Text: "[-] AWS::S3::Bucket Results"},
			{Path: "dev/Data/Other<b>/Resource", Type: "AWS::Events::Rule", Impact: "WILL_DESTROY", Text: "[-] AWS::Events::Rule Other"},
			{Path: "dev/Data/Rule/Resource", Type: "AWS::Events::Rule", Impact: "WILL_UPDATE", Text: "[~] a condition:\n````\n# no title"},
		}},
	}}}
	want := "Changes since feature\\_\\*x\\*, in dev.\n" +
		"\n### Stateful resources that would go\n\n" +
		"- dev/Data: Results (AWS::S3::Bucket) is deleted: no stack manages its records any more\n" +
		"\n```\n[-] AWS::S3::Bucket Results\n```\n" +
		"\n### Other replacements and deletions\n\n" +
		"- dev/Data: Other\\<b\\> (AWS::Events::Rule) is deleted\n" +
		"\n```\n[-] AWS::Events::Rule Other\n```\n" +
		"\n### dev/Data\n\n" +
		"\n`````\n[~] a condition:\n````\n# no title\n`````\n"
	if difference := cmp.Diff(want, report.Markdown()); difference != "" {
		t.Errorf("the report (- want, + got):\n%s", difference)
	}
}
