package settings

import "strings"

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
