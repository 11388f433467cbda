package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/strictyaml"
)

var (
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	regionPattern  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	keyPattern     = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
	// bucketPattern is S3's naming rule without dots, which break TLS names.
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)
)

// idPattern is how EC2 writes ids: a prefix and 8 or 17 hexadecimal digits.
func idPattern(prefix string) *regexp.Regexp {
	return regexp.MustCompile(`^` + prefix + `-([0-9a-f]{8}|[0-9a-f]{17})$`)
}

// zonePattern is an availability zone or local zone of a region.
func zonePattern(region string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(region) + `(-[a-z]+-[0-9]+)?[a-z]$`)
}

// retentions are the days that CloudWatch Logs accepts (PutRetentionPolicy, API reference).
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// The least and the most of what an environment may say. The function's are
// Lambda's (Lambda quotas), but for less time than a count needs.
const (
	memoryLow, memoryHigh   = 128, 10240 // MB
	timeoutLow, timeoutHigh = 30, 900    // seconds
	concurrencyHigh         = 1000
	portHigh                = 65535
	capacityHigh            = 256 // Aurora capacity units
	tagsHigh                = 40  // AWS allows 50, and some are its own
)

// checker reports problems of one environment file.
type checker struct{ *strictyaml.Document }

func (c checker) match(key, value string, pattern *regexp.Regexp, hint string) {
	if !pattern.MatchString(value) {
		c.Report(key, "%q is not valid; write %s", value, hint)
	}
}

func (c checker) between(key string, value, low, high int) {
	if value < low || value > high {
		c.Report(key, "is %d; write a number from %d to %d", value, low, high)
	}
}

func checkOneOf[T ~string](c checker, key string, value T, allowed ...T) {
	if slices.Contains(allowed, value) {
		return
	}
	words := make([]string, len(allowed))
	for i, word := range allowed {
		words[i] = string(word)
	}
	c.Report(key, "%q is not supported; write %s", value, strings.Join(words, " or "))
}

func (e Environment) check(document *strictyaml.Document) {
	c := checker{document}
	c.match("region", e.Region, regionPattern, "a region such as ap-northeast-2")
	if e.Account != "" {
		c.match("account", e.Account, accountPattern, `12 digits in quotes, such as "111122223333"`)
	} else if e.Protect && !c.Failed("account") {
		c.Report("protect", "needs an account, so that nobody deploys it elsewhere; write account: \"111122223333\"")
	}
	c.between("memory_mb", e.MemoryMB, memoryLow, memoryHigh)
	c.between("timeout_seconds", e.TimeoutSeconds, timeoutLow, timeoutHigh)
	c.between("max_concurrency", e.MaxConcurrency, 0, concurrencyHigh)
	if !slices.Contains(retentions, e.LogRetentionDays) {
		accepted := strings.ReplaceAll(strings.Trim(fmt.Sprint(retentions), "[]"), " ", ", ")
		c.Report("log_retention_days", "is %d; write one of %s", e.LogRetentionDays, accepted)
	}
	e.checkNetwork(c)
	for _, database := range e.Databases {
		database.Value.check(c, database.Key, e)
	}
	e.checkIngress(c)
	for _, bucket := range e.Buckets {
		bucket.Value.check(c, bucket.Key, e.Region)
	}
	e.Results.check(c, e.Region)
	e.Alarms.check(c, e.Region)
	e.checkGovernance(c)
}

// checkNetwork asks for a network where there is a database to reach. A function
// that counts in buckets only needs none.
func (e Environment) checkNetwork(c checker) {
	switch {
	case c.Has("network"):
		if !e.Network.Create {
			e.Network.check(c, e.Region)
		}
	case len(e.Databases) > 0:
		c.Report("network", "is missing; write network: create")
	}
}

// checkIngress reports a security group whose rules two databases give to
// different owners.
func (e Environment) checkIngress(c checker) {
	owner := map[string]Ingress{}
	for _, database := range e.Databases {
		group, ingress := database.Value.SecurityGroupID, database.Value.Ingress
		if group == "" {
			continue // created, or reported
		}
		if first, known := owner[group]; known && first != ingress {
			c.Report("databases."+database.Key+".ingress", "is %s, but another database of %s says %s; write the same", ingress, group, first)
		}
		owner[group] = ingress
	}
}
