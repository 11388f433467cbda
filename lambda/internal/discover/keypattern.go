package discover

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// KeyPattern is how objects are called, as the source of a job says it.
type KeyPattern struct {
	Prefix string `json:"prefix"`
	Format string `json:"format,omitempty"` // empty: objects are counted
}

// days are what folders of a day end with.
const days = "{yyyy}/{MM}/{dd}/"

// awsLogs are keys that AWS writes below "AWSLogs". Groups: what is before the account (perhaps
// an organisation), the account, the service, the region, and the file's name.
var awsLogs = regexp.MustCompile(`^((?:.*/)?AWSLogs/(?:o-[a-z0-9]+/)?)(\d{12})/(elasticloadbalancing|CloudTrail|vpcflowlogs)/([a-z0-9-]+)/\d{4}/\d\d/\d\d/(?:\d\d/)?([^/]+)$`)

// otherLogs are keys of other well-known logs, and of records with a date in their folders. The
// first group is the prefix before the date.
var otherLogs = []struct {
	key          *regexp.Regexp
	date, format string
}{
	{regexp.MustCompile(`^((?:.*/)?E[A-Z0-9]{9,13}\.)\d{4}-\d\d-\d\d-\d\d\.[0-9a-f]{8}\.gz$`), "{yyyy}-{MM}-{dd}-", "cloudfront"},
	{regexp.MustCompile(`^(.*/\d{12}/[a-z0-9-]+/[a-z0-9.-]+/)\d{4}/\d\d/\d\d/\d{4}(?:-\d\d){5}-[0-9A-F]{16}$`), days, "s3-access"},
	{regexp.MustCompile(`^(.*?)\d{4}(?:-\d\d){5}-[0-9A-F]{16}$`), "", "s3-access"},
	{regexp.MustCompile(`^((?:.*/)?)\d{4}/\d\d/\d\d/.*\.(?:jsonl|ndjson)(?:\.gz|\.zst)?$`), days, "jsonl"},
	{regexp.MustCompile(`^((?:.*/)?)\d{4}/\d\d/\d\d/`), days, ""},
}

// shownPatterns is how many patterns are shown: those of the most keys.
const shownPatterns = 8

// guess says what the keys look like, the most frequent first.
func guess(keys []string) []KeyPattern {
	logs := map[[2]string]*folders{} // by what is before the account, and the service
	for _, key := range keys {
		match := awsLogs.FindStringSubmatch(key)
		if match == nil || match[3] == "elasticloadbalancing" && !strings.Contains(match[5], "_app.") { // of another kind of load balancer
			continue
		}
		place := [2]string{match[1], match[3]}
		if logs[place] == nil {
			logs[place] = &folders{account: match[2], region: match[4]}
		}
		logs[place].add(match[2], match[4])
	}
	found := map[KeyPattern]int{}
	for place, folders := range logs {
		found[KeyPattern{place[0] + folders.account + "/" + place[1] + "/" + folders.region + "/" + days, services[place[1]]}] = folders.keys
	}
	for _, key := range keys {
		for _, log := range otherLogs {
			if match := log.key.FindStringSubmatch(key); match != nil && !strings.Contains(key, "AWSLogs/") {
				found[KeyPattern{match[1] + log.date, log.format}]++
				break
			}
		}
	}
	patterns := slices.SortedFunc(maps.Keys(found), func(a, b KeyPattern) int {
		return cmp.Or(found[b]-found[a], strings.Compare(a.Prefix, b.Prefix))
	})
	return patterns[:min(len(patterns), shownPatterns)]
}

// services are the folders of well-known logs, with their formats.
var services = map[string]string{"elasticloadbalancing": "alb", "CloudTrail": "cloudtrail", "vpcflowlogs": "vpc-flow"}

// folders are an account's and a region's; * where there are several.
type folders struct {
	account, region string
	keys            int
}

func (f *folders) add(account, region string) {
	f.keys++
	if f.account != account {
		f.account = "*"
	}
	if f.region != region {
		f.region = "*"
	}
}
