package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

var (
	accountPattern  = regexp.MustCompile(`^[0-9]{12}$`)
	regionPattern   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	hostPattern     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
	resourcePattern = regexp.MustCompile(`^(db|cluster)-[A-Z0-9]+$|^prx-[0-9a-f]+$`)
	// userPattern leaves out * and ?, which IAM would read as wildcards.
	userPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,62}$`)
	keyPattern  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
	// bucketPattern is S3's naming rule without dots, which break TLS names.
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)
)

// idPattern is how EC2 writes ids: a prefix and 8 or 17 hexadecimal digits.
func idPattern(prefix string) *regexp.Regexp {
	return regexp.MustCompile(`^` + prefix + `-([0-9a-f]{8}|[0-9a-f]{17})$`)
}

var (
	vpcPattern           = idPattern("vpc")
	subnetPattern        = idPattern("subnet")
	routeTablePattern    = idPattern("rtb")
	securityGroupPattern = idPattern("sg")
)

// retentions are the days that CloudWatch Logs accepts (PutRetentionPolicy, API reference).
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

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
	c.between("memory_mb", e.MemoryMB, 128, 10240)
	c.between("timeout_seconds", e.TimeoutSeconds, 30, 900)
	c.between("max_concurrency", e.MaxConcurrency, 0, 1000)
	if !slices.Contains(retentions, e.LogRetentionDays) {
		accepted := strings.ReplaceAll(strings.Trim(fmt.Sprint(retentions), "[]"), " ", ", ")
		c.Report("log_retention_days", "is %d; write one of %s", e.LogRetentionDays, accepted)
	}
	if !e.Network.Create {
		e.Network.check(c, e.Region)
	}
	for _, database := range e.Databases {
		database.Value.check(c, database.Key)
	}
	e.checkIngress(c)
	for _, bucket := range e.Buckets {
		bucket.Value.check(c, bucket.Key, e.Region)
	}
}

func (n Network) check(c checker, region string) {
	c.match("network.vpc_id", n.VPCID, vpcPattern, "an id such as vpc-0123456789abcdef0")
	checkOneOf(c, "network.s3_endpoint", n.S3Endpoint, EndpointExisting, EndpointCreate)
	if len(n.Subnets) == 0 {
		c.Report("network.subnets", "is empty; write at least one private subnet that reaches the databases")
	}
	seen := map[string]bool{}
	for i, subnet := range n.Subnets {
		key := fmt.Sprintf("network.subnets[%d]", i)
		c.match(key+".id", subnet.ID, subnetPattern, "an id such as subnet-0123456789abcdef0")
		c.match(key+".route_table_id", subnet.RouteTableID, routeTablePattern, "an id such as rtb-0123456789abcdef0")
		if zone, inRegion := strings.CutPrefix(subnet.AvailabilityZone, region); (!inRegion || zone == "") && !c.Failed("region") {
			c.Report(key+".availability_zone", "%q is not in %s; write a zone such as %sa", subnet.AvailabilityZone, region, region)
		}
		if seen[subnet.ID] {
			c.Report(key+".id", "%s is listed twice", subnet.ID)
		}
		seen[subnet.ID] = true
	}
}

// checkIngress reports a security group whose rules two databases give to
// different owners.
func (e Environment) checkIngress(c checker) {
	owner := map[string]Ingress{}
	for _, database := range e.Databases {
		group, ingress := database.Value.SecurityGroupID, database.Value.Ingress
		if first, known := owner[group]; known && first != ingress {
			c.Report("databases."+database.Key+".ingress", "is %s, but another database of %s says %s; write the same", ingress, group, first)
		}
		owner[group] = ingress
	}
}

func (d Database) check(c checker, name string) {
	key := "databases." + name
	c.match(key, name, keyPattern, "a key of lower-case letters, digits and -")
	checkOneOf(c, key+".engine", d.Engine, contract.EngineMySQL, contract.EnginePostgres)
	checkOneOf(c, key+".auth", d.Auth, contract.AuthIAM)
	checkOneOf(c, key+".ingress", d.Ingress, IngressManaged, IngressExternal)
	c.match(key+".host", d.Host, hostPattern, "the endpoint's name, without port or scheme")
	if defaultPorts[d.Engine] != 0 || d.Port != 0 {
		c.between(key+".port", d.Port, 1, 65535)
	}
	c.match(key+".username", d.Username, userPattern, "the database user, without wildcards")
	c.match(key+".resource_id", d.ResourceID, resourcePattern, "the resource id (not the name or ARN): db-… of an instance, cluster-… or prx-…")
	c.match(key+".security_group_id", d.SecurityGroupID, securityGroupPattern, "an id such as sg-0123456789abcdef0")
}
