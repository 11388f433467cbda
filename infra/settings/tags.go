package settings

import "strings"

// checkTags reports tags that AWS would refuse at deploy.
func checkTags(c checker) {
	seen := map[string]string{}
	for _, tag := range c.Tags {
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
		}
	}
}
