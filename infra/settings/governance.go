package settings

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// boundaryPattern is the ARN of a managed policy.
var boundaryPattern = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+$`)

// tagText is what every service takes in keys and values of tags.
var tagText = regexp.MustCompile(`^[\pL\pZ\pN_.:/=+@-]*$`)

// checkGovernance checks what a company asks of every resource.
func (e Environment) checkGovernance(c checker) {
	if e.PermissionsBoundary != "" {
		c.match("permissions_boundary", e.PermissionsBoundary, boundaryPattern, "the ARN of a managed policy, arn:aws:iam::…:policy/…")
		c.samePlace("permissions_boundary", e.PermissionsBoundary, e.Region, oneThere)
	}
	seen := map[string]string{}
	for _, tag := range e.Tags {
		key, folded := "tags."+tag.Key, strings.ToLower(tag.Key)
		first, again := seen[folded]
		seen[folded] = tag.Key
		switch {
		case again:
			c.Report(key, "is %s in other letters, which IAM takes for the same; keep one", first)
		case tag.Key == "":
			c.Report("tags", "holds an empty key; write one")
		case strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			c.Report(key, "keys that start with aws: are AWS's own; write another")
		case !tagText.MatchString(tag.Key) || utf8.RuneCountInString(tag.Key) > 128:
			c.Report(key, "is not a tag's key; write at most 128 letters, digits, blanks and _.:/=+-@")
		case !tagText.MatchString(tag.Value) || utf8.RuneCountInString(tag.Value) > 256:
			c.Report(key, "%q is not a tag's value; write at most 256 letters, digits, blanks and _.:/=+-@", tag.Value)
		}
	}
	if len(e.Tags) > tagsHigh {
		c.Report("tags", "are %d; write at most %d: AWS allows 50, and some are its own", len(e.Tags), tagsHigh)
	}
}
