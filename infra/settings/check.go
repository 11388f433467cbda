package settings

import (
	"regexp"

	"tally/lambda/strictyaml"
)

// zonePattern is an availability zone or local zone of a region.
func zonePattern(region string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(region) + `(-[a-z]+-[0-9]+)?[a-z]$`)
}

// checker reports problems of one environment file.
type checker struct{ *strictyaml.Document }

func (e Environment) check(document *strictyaml.Document) {
	document.Check(&e, rules)
	c := checker{document}
	if e.Account == "" && e.Protect && !c.Failed("account") {
		c.Report("protect", "needs an account, so that nobody deploys it elsewhere; write account: \"111122223333\"")
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
