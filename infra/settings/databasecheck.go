package settings

import (
	"slices"
	"strconv"
	"strings"

	"tally/lambda/contract"
)

// databaseChecker reports problems of one database.
type databaseChecker struct {
	checker
	name        string
	key         string // databases.<name>
	environment Environment
}

func (d Database) check(c checker, name string, environment Environment) {
	of := databaseChecker{c, name, "databases." + name, environment}
	if d.Create != "" {
		d.checkCreated(of)
		return
	}
	if d.MaxCapacity != 0 {
		of.Report(of.key+".max_capacity", "goes with create; leave it out")
	}
	d.checkVersion(of)
	d.checkSecret(of)
	d.checkHost(of)
}

// checkCreated is for a cluster that does not exist yet.
func (d Database) checkCreated(of databaseChecker) {
	for _, other := range of.environment.Databases {
		if bare := strings.ReplaceAll(other.Key, "-", ""); other.Value.Create != "" && other.Key < of.name && bare == strings.ReplaceAll(of.name, "-", "") {
			of.Report(of.key, "differs from %s by dashes only, which the names of outputs leave out; write another key", other.Key)
		}
	}
	if isReserved(d.DBName) {
		of.Report(of.key+".dbname", "%s is a word or a database of the engine's own; write another dbname", d.DBName)
	}
	if foreignUser.MatchString(d.Username) {
		of.Report(of.key+".username", "%s is a name that the engine keeps for itself; write another", d.Username)
	}
	if d.Username == MasterUsername {
		of.Report(of.key+".username", "%s owns the cluster; write another user, who can only read", d.Username)
	}
	if zones := of.environment.Network.Zones(); !of.environment.Network.Create && len(zones) < 2 && !of.Failed("network") {
		of.Report(of.key+".create", "needs subnets in two availability zones; add one to network.subnets, or write network: create")
	}
}

// checkVersion reports a MariaDB that does not know IAM (RDS user guide, "Supported
// Regions and DB engines for IAM database authentication").
func (d Database) checkVersion(of databaseChecker) {
	key := of.key + ".version"
	switch {
	case d.Engine != EngineMariaDB || d.Auth != contract.AuthIAM:
		return
	case d.Version == "":
		of.Report(key, `is missing; write version: "10.11", or what it is: older ones do not know IAM`)
		return
	}
	major, minor, _ := strings.Cut(d.Version, ".")
	minor, _, _ = strings.Cut(minor, ".")
	majorNumber, _ := strconv.Atoi(major) // 0 is reported above
	minorNumber, _ := strconv.Atoi(minor)
	if old := majorNumber < 10 || majorNumber == 10 && minorNumber < 11; old {
		of.Report(key, "MariaDB %s does not know IAM, 10.11 and later do; write auth: secret, with a secret_arn", d.Version)
	}
}

func (d Database) checkSecret(of databaseChecker) {
	if d.Auth != contract.AuthSecret {
		return
	}
	of.samePlace(of.key+".secret_arn", d.SecretARN, of.environment.Region, "a secret in %s, replicated there perhaps")
	of.samePlace(of.key+".secret_kms_key_arn", d.SecretKeyARN, of.environment.Region, oneThere)
	if network := of.environment.Network; !network.Create && network.SecretsEndpoint == "" {
		of.Report("network.secrets_endpoint", "is missing, and database %s has auth: secret; write secrets_endpoint: existing if the VPC has an endpoint of Secrets Manager that the function may use, else create", of.name)
	}
}

// checkHost reports a host that the function could not log in to: it signs tokens
// for the endpoint's own name, and certificates are of that name.
func (d Database) checkHost(of databaseChecker) {
	key := of.key + ".host"
	kind, region := readEndpoint(d.Host)
	ownAuthorities := d.Auth == contract.AuthSecret && of.environment.RDSCAFile != ""
	switch {
	case kind == "" && ownAuthorities: // a server of one's own
	case kind == "":
		of.Report(key, "%s is not a name that RDS gives, and its certificate would not fit another; write the endpoint's own name, such as app.abcdefghijkl.%s.rds.amazonaws.com", d.Host, of.environment.Region)
	case region != of.environment.Region && !of.Failed("region"):
		of.Report(key, "is in %s, the environment in %s; write the endpoint of a database there", region, of.environment.Region)
	case d.Auth == contract.AuthIAM && !of.Failed(of.key+".resource_id"):
		fits := func(prefix string) bool { return strings.HasPrefix(d.ResourceID, prefix) }
		if expected := resourceIDs[kind]; !slices.ContainsFunc(expected, fits) {
			of.Report(of.key+".resource_id", "%s does not go with the host, which is an endpoint of %s; write its id, %s…", d.ResourceID, article(kind), strings.Join(expected, "… or "))
		}
	}
}

func article(kind string) string {
	if kind == kindInstance {
		return "an " + kind
	}
	return "a " + kind
}
