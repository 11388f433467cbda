package settings

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

var (
	hostPattern     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$`)
	resourcePattern = regexp.MustCompile(`^(db|cluster)-[A-Z0-9]+$|^prx-[0-9a-f]+$`)
	// userPattern leaves out * and ?, which IAM would read as wildcards.
	userPattern          = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,62}$`)
	createdUserPattern   = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,31}$`)
	createdNamePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	versionPattern       = regexp.MustCompile(`^[0-9]+\.[0-9]+(\.[0-9]+)?$`)
	secretPattern        = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`)
	securityGroupPattern = idPattern("sg")
)

// Which keys go together.
var (
	neededOfExisting = []string{"engine", "host", "dbname", "username", "auth", "security_group_id"}
	onlyOfExisting   = []string{"engine", "version", "host", "port", "auth", "resource_id", "secret_arn", "secret_kms_key_arn", "security_group_id", "ingress"}
	onlyOfSecret     = []string{"secret_arn", "secret_kms_key_arn"}
)

// databaseChecker reports problems of one database.
type databaseChecker struct {
	checker
	name        string
	key         string // databases.<name>
	environment Environment
}

// need reports keys that are not there.
func (of databaseChecker) need(names ...string) {
	for _, field := range strictyaml.Fields(reflect.TypeFor[Database]()) {
		if key := of.key + "." + field.Name; slices.Contains(names, field.Name) && !of.Has(key) {
			of.Report(key, "is missing; write %s: %s", field.Name, field.Example)
		}
	}
}

func (d Database) check(c checker, name string, environment Environment) {
	of := databaseChecker{c, name, "databases." + name, environment}
	of.match(of.key, name, keyPattern, "a key of lower-case letters, digits and -")
	if d.Create != "" {
		d.checkCreated(of)
		return
	}
	if d.MaxCapacity != 0 {
		of.Report(of.key+".max_capacity", "goes with create; leave it out")
	}
	of.need(neededOfExisting...)
	checkOneOf(c, of.key+".engine", d.Engine, engines...)
	checkOneOf(c, of.key+".ingress", d.Ingress, ingresses...)
	of.match(of.key+".host", d.Host, hostPattern, "the endpoint's name, without port or scheme")
	if d.Family() != "" || d.Port != 0 {
		of.between(of.key+".port", d.Port, 1, portHigh)
	}
	of.match(of.key+".username", d.Username, userPattern, "the database user, without wildcards")
	checkOneOf(c, of.key+".auth", d.Auth, auths...)
	of.match(of.key+".security_group_id", d.SecurityGroupID, securityGroupPattern, "an id such as sg-0123456789abcdef0")
	d.checkVersion(of)
	d.checkLogin(of)
	d.checkHost(of)
}

// checkCreated is for a cluster that does not exist yet.
func (d Database) checkCreated(of databaseChecker) {
	checkOneOf(of.checker, of.key+".create", d.Create, createdEngines...)
	for _, name := range onlyOfExisting {
		if of.Has(of.key + "." + name) {
			of.Report(of.key+"."+name, "is of a database that exists; leave it out, or leave out create")
		}
	}
	of.between(of.key+".max_capacity", d.MaxCapacity, 1, capacityHigh)
	of.match(of.key+".dbname", d.DBName, createdNamePattern, "lower-case letters, digits and _")
	of.match(of.key+".username", d.Username, createdUserPattern, "at most 32 lower-case letters, digits and _")
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
	case d.Engine != EngineMariaDB:
		if d.Version != "" && !of.Failed(of.key+".engine") {
			of.Report(key, "matters for mariadb only; leave it out")
		}
		return
	case d.Version == "":
		if d.Auth == contract.AuthIAM {
			of.Report(key, `is missing; write version: "10.11", or what it is: older ones do not know IAM`)
		}
		return
	}
	of.match(key, d.Version, versionPattern, `a version such as "10.11"`)
	major, minor, _ := strings.Cut(d.Version, ".")
	minor, _, _ = strings.Cut(minor, ".")
	majorNumber, _ := strconv.Atoi(major) // 0 is reported above
	minorNumber, _ := strconv.Atoi(minor)
	if old := majorNumber < 10 || majorNumber == 10 && minorNumber < 11; old && d.Auth == contract.AuthIAM {
		of.Report(key, "MariaDB %s does not know IAM, 10.11 and later do; write auth: secret, with a secret_arn", d.Version)
	}
}

// checkLogin reports what one way to log in needs and the other does not.
func (d Database) checkLogin(of databaseChecker) {
	if d.ResourceID != "" {
		of.match(of.key+".resource_id", d.ResourceID, resourcePattern, "the resource id (not the name or ARN): db-… of an instance, cluster-… or prx-…")
	}
	switch d.Auth {
	case contract.AuthIAM:
		of.need("resource_id")
		for _, name := range onlyOfSecret {
			if of.Has(of.key + "." + name) {
				of.Report(of.key+"."+name, "goes with auth: secret; leave it out, or write that")
			}
		}
	case contract.AuthSecret:
		if of.Has(of.key + ".resource_id") {
			of.Report(of.key+".resource_id", "goes with auth: iam; leave it out, or write that")
		}
		d.checkSecret(of)
	}
}

func (d Database) checkSecret(of databaseChecker) {
	key := of.key + ".secret_arn"
	of.need("secret_arn")
	of.match(key, d.SecretARN, secretPattern, "the secret's whole ARN, with the six characters at its end")
	of.samePlace(key, d.SecretARN, of.environment.Region, "a secret in %s, replicated there perhaps")
	if d.SecretKeyARN != "" {
		of.match(of.key+".secret_kms_key_arn", d.SecretKeyARN, kmsKeyPattern, kmsKeyHint)
		of.samePlace(of.key+".secret_kms_key_arn", d.SecretKeyARN, of.environment.Region, oneThere)
	}
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
