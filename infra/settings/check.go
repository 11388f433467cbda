package settings

import (
	"strings"

	"tally/lambda/strictyaml"
)

// checker reports problems of one environment file. The rules of single values are
// checked already.
type checker struct {
	*strictyaml.Document
	Environment
}

// check reports what the keys of an environment file say that does not fit together.
func (e Environment) check(document *strictyaml.Document) {
	c := checker{document, e}
	here := "one in " + e.Region
	e.Network.check(c)
	for _, database := range e.Databases {
		database.Value.check(c, database.Key)
	}
	checkIngress(c)
	for _, bucket := range e.Buckets {
		bucket.Value.check(c, "buckets."+bucket.Key)
	}
	for _, entry := range e.Athena {
		entry.Value.check(c, "athena."+entry.Key)
	}
	c.checkRegionOf("results.kms_key_arn", e.Results.KMSKeyARN, here)
	c.checkRegionOf("permissions_boundary", e.PermissionsBoundary, here)
	c.checkRegionOf("alarms.topic_arn", e.Alarms.TopicARN, "a topic in "+e.Region+": alarms reach only those of their region")
	c.checkRegionOf("notify.topic_arn", e.Notify.TopicARN, "a topic in "+e.Region)
	checkTags(c)
}

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

// partitionOf is the part of AWS that a region belongs to, as ARNs say it.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// checkRegionOf reports an ARN of another partition or region than the environment's,
// which AWS would refuse at deploy. The ARNs of IAM have no region. instead is what the
// ARN should name.
func (c checker) checkRegionOf(key, arn, instead string) {
	parts := strings.Split(arn, ":")
	if len(parts) < 6 || c.Failed(key) || c.Failed("region") {
		return
	}
	switch partition := partitionOf(c.Region); {
	case parts[1] != partition:
		c.Report(key, "is of partition %s, and %s of %s; write the ARN of one there", parts[1], c.Region, partition)
	case parts[3] != "" && parts[3] != c.Region:
		c.Report(key, "is in %s; write the ARN of %s", parts[3], instead)
	}
}
