package settings

import (
	"regexp"
	"strings"
)

// boundaryPattern is the ARN of a managed policy.
var boundaryPattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+$`)

// tagText is what every service takes in keys and values of tags.
var tagText = regexp.MustCompile(`^[\pL\pZ\pN_.:/=+@-]*$`)

// checkGovernance checks what a company asks of every resource.
func (e Environment) checkGovernance(c checker) {
	if e.PermissionsBoundary != "" {
		c.match("permissions_boundary", e.PermissionsBoundary, boundaryPattern, "the ARN of a managed policy, arn:aws:iam::…:policy/…")
	}
	for _, tag := range e.Tags {
		key := "tags." + tag.Key
		switch {
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			c.Report(key, "keys that start with aws: are AWS's own; write another")
		case !tagText.MatchString(tag.Key) || len(tag.Key) > 128:
			c.Report(key, "is not a tag's key; write at most 128 letters, digits, blanks and _.:/=+-@")
		case !tagText.MatchString(tag.Value) || len(tag.Value) > 256:
			c.Report(key, "%q is not a tag's value; write at most 256 letters, digits, blanks and _.:/=+-@", tag.Value)
		}
	}
	if len(e.Tags) > tagsHigh {
		c.Report("tags", "are %d; write at most %d: AWS allows 50, and some are its own", len(e.Tags), tagsHigh)
	}
}
