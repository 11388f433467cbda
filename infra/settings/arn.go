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

const oneThere = "one in %s"

// samePlace reports an ARN of another region or partition than the environment's,
// which AWS would refuse at deploy. IAM's have no region. wanted says what the ARN
// should be of, with %s for the environment's region.
func (c checker) samePlace(key, arn, region, wanted string) {
	parts := strings.Split(arn, ":")
	if len(parts) < 6 || c.Failed(key) || c.Failed("region") {
		return
	}
	switch partition := partitionOf(region); {
	case parts[1] != partition:
		c.Report(key, "is of partition %s, and %s of %s; write the ARN of one there", parts[1], region, partition)
	case parts[3] != "" && parts[3] != region:
		c.Report(key, "is in %s; write the ARN of "+wanted, parts[3], region)
	}
}
