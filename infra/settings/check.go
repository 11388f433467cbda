package settings

import "tally/lambda/strictyaml"

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
	if e.Account == "" && e.Protect && !c.Failed("account") {
		c.Report("protect", "needs an account, so that nobody deploys it elsewhere; write account: \"111122223333\"")
	}
	e.Network.check(c)
	for _, database := range e.Databases {
		database.Value.check(c, database.Key)
	}
	checkIngress(c)
	for _, bucket := range e.Buckets {
		bucket.Value.check(c, "buckets."+bucket.Key)
	}
	c.checkRegionOf("results.kms_key_arn", e.Results.KMSKeyARN, here)
	c.checkRegionOf("permissions_boundary", e.PermissionsBoundary, here)
	e.Alarms.check(c)
	checkTags(c)
}
