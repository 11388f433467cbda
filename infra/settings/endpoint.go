package settings

import (
	"cmp"
	"regexp"
	"strings"
)

// rdsEndpoint is how RDS names endpoints: a name, perhaps a kind, an identifier of
// account and region, and the region (Aurora user guide, "Amazon Aurora endpoint
// connections"; RDS user guide, "Overview of RDS Proxy endpoints").
//
//	app.abcdefghijkl.eu-central-1.rds.amazonaws.com              instance
//	app.cluster-ro-abcdefghijkl.eu-central-1.rds.amazonaws.com   cluster
//	app.proxy-abcdefghijkl.eu-central-1.rds.amazonaws.com        proxy
//	ro.endpoint.proxy-abcdefghijkl.eu-central-1.rds.amazonaws.com
var rdsEndpoint = regexp.MustCompile(`^[a-z0-9-]+(?:\.endpoint)?\.(?:(cluster|proxy)(?:-ro|-custom)?-)?[a-z0-9]+\.(?:([a-z0-9-]+)\.rds\.amazonaws\.com|rds\.([a-z0-9-]+)\.amazonaws\.com\.cn)$`)

// The kinds of RDS endpoints.
const (
	kindInstance = "instance"
	kindCluster  = "cluster"
	kindProxy    = "proxy"
)

// readEndpoint is what an RDS endpoint is of, and where; both are empty if the name is
// none of RDS.
func readEndpoint(host string) (kind, region string) {
	match := rdsEndpoint.FindStringSubmatch(strings.ToLower(host))
	if match == nil {
		return "", ""
	}
	return cmp.Or(match[1], kindInstance), match[2] + match[3]
}

// resourceIDs are what the resource id of each kind of endpoint starts with. The
// instances of an Aurora cluster have endpoints of their own and are logged in to
// by the id of the cluster, or by theirs.
var resourceIDs = map[string][]string{
	kindInstance: {"db-", "cluster-"},
	kindCluster:  {"cluster-"},
	kindProxy:    {"prx-"},
}
