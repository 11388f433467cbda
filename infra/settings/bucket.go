package settings

import (
	"slices"
	"strings"

	"tally/lambda/job"
)

func (b Bucket) check(c checker, key string) {
	if b.VPC && !c.Network.Given() && !c.Failed("network") {
		c.Report(key+".vpc", "the environment has no network to count the bucket from; add network, or leave vpc out")
	}
	c.checkRegionOf(key+".kms_key_arn", b.KMSKeyARN, "one in "+c.Region)
	if b.Region != "" && b.Region != c.Region && !c.Failed("region") {
		c.Report(key+".region", "%s is not the environment's region %s; count the bucket from an environment in %s: S3 bills bytes that leave a region, and the gateway endpoint reaches its own only", b.Region, c.Region, b.Region)
	}
}

// Access is what jobs need of a bucket: keys that start with prefixes are listed
// and, for their records, read. A prefix that another one covers is left out.
type Access struct {
	List, Read []string
}

// BucketAccess is what the jobs need of the bucket with a key.
func BucketAccess(jobs job.File, key string) Access {
	var access Access
	for _, j := range jobs.Jobs {
		if j.Source.Kind() != job.KindBucket || j.Source.Key() != key {
			continue
		}
		prefixes := j.Source.LiteralPrefixes()
		access.List = append(access.List, prefixes...)
		if j.Source.ReadsRecords() {
			access.Read = append(access.Read, prefixes...)
		}
	}
	return Access{List: uncovered(access.List), Read: uncovered(access.Read)}
}

// uncovered are the prefixes that no other one covers, sorted.
func uncovered(prefixes []string) []string {
	slices.Sort(prefixes)
	var kept []string
	for _, prefix := range prefixes {
		if last := len(kept) - 1; last < 0 || !strings.HasPrefix(prefix, kept[last]) {
			kept = append(kept, prefix)
		}
	}
	return kept
}
