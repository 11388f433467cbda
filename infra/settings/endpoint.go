package settings

import (
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

// The kinds of RDS endpoints, as messages name them.
const (
	kindInstance = "an instance"
	kindCluster  = "a cluster"
	kindProxy    = "a proxy"
)

var endpointKinds = map[string]string{"": kindInstance, "cluster": kindCluster, "proxy": kindProxy}

// readEndpoint returns the kind and the region of an RDS endpoint; both are empty if
// RDS gives no such name.
func readEndpoint(host string) (kind, region string) {
	match := rdsEndpoint.FindStringSubmatch(strings.ToLower(host))
	if match == nil {
		return "", ""
	}
	return endpointKinds[match[1]], match[2] + match[3]
}

// resourceIDs are what the resource id of each kind of endpoint starts with. The
// instances of an Aurora cluster have endpoints of their own. A login to them names the
// cluster's id or theirs.
var resourceIDs = map[string][]string{
	kindInstance: {"db-", "cluster-"},
	kindCluster:  {"cluster-"},
	kindProxy:    {"prx-"},
}
