package settings

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/contract"
)

// check reports problems of the database with a name, as jobs know it.
func (d Database) check(c checker, name string) {
	key := "databases." + name
	if d.Create != "" {
		d.checkCreated(c, name, key)
		return
	}
	d.checkVersion(c, key+".version")
	if d.Auth == contract.AuthSecret {
		d.checkSecret(c, name, key)
	}
	d.checkHost(c, key)
}

// checkCreated checks a cluster that does not exist yet.
func (d Database) checkCreated(c checker, name, key string) {
	for _, other := range c.CreatedDatabases() {
		if other.Key < name && strings.ReplaceAll(other.Key, "-", "") == strings.ReplaceAll(name, "-", "") {
			c.Report(key, "differs from %s by dashes only, which the names of outputs leave out; write another key", other.Key)
		}
	}
	if strings.Contains(reservedNames, " "+d.DBName+" ") {
		c.Report(key+".dbname", "%s is a word or a database of the engine's own; write another dbname", d.DBName)
	}
	if reservedUser.MatchString(d.Username) {
		c.Report(key+".username", "%s is a name that the engine keeps for itself; write another", d.Username)
	}
	if d.Username == MasterUsername {
		c.Report(key+".username", "%s owns the cluster; write another user, who can only read", d.Username)
	}
	if !c.Network.Create && len(c.Network.Zones()) < 2 && !c.Failed("network") {
		c.Report(key+".create", "needs subnets in two availability zones; add one to network.subnets, or write network: create")
	}
}

// checkVersion reports a MariaDB that does not know IAM (RDS user guide, "Supported
// Regions and DB engines for IAM database authentication").
func (d Database) checkVersion(c checker, key string) {
	switch {
	case d.Engine != EngineMariaDB || d.Auth != contract.AuthIAM:
		return
	case d.Version == "":
		c.Report(key, `is missing; write version: "10.11", or what it is: older ones do not know IAM`)
		return
	}
	numbers := strings.Split(d.Version+".", ".")
	major, _ := strconv.Atoi(numbers[0]) // 0 if the version is none, which is reported already
	minor, _ := strconv.Atoi(numbers[1])
	if major < 10 || major == 10 && minor < 11 {
		c.Report(key, "MariaDB %s does not know IAM, 10.11 and later do; write auth: secret, with a secret_arn", d.Version)
	}
}

func (d Database) checkSecret(c checker, name, key string) {
	c.checkRegionOf(key+".secret_arn", d.SecretARN, "a secret in "+c.Region+", which may be a replica")
	c.checkRegionOf(key+".secret_kms_key_arn", d.SecretKeyARN, "one in "+c.Region)
	if !c.Network.Create && c.Network.SecretsEndpoint == "" {
		c.Report("network.secrets_endpoint", "is missing, and database %s has auth: secret; write secrets_endpoint: existing if the VPC has an endpoint of Secrets Manager that the function may use, else create", name)
	}
}

// checkHost reports a host that the function could not log in to: tokens are signed
// for the endpoint's own name, and certificates are issued for it.
func (d Database) checkHost(c checker, key string) {
	kind, region := readEndpoint(d.Host)
	ownServer := d.Auth == contract.AuthSecret && c.RDSCAFile != ""
	switch {
	case kind == "" && !ownServer:
		c.Report(key+".host", "%s is not a name that RDS gives, and its certificate would not fit another; write the endpoint's own name, such as app.abcdefghijkl.%s.rds.amazonaws.com", d.Host, c.Region)
	case kind == "":
	case region != c.Region && !c.Failed("region"):
		c.Report(key+".host", "is in %s, the environment in %s; write the endpoint of a database there", region, c.Region)
	case d.Auth == contract.AuthIAM && !c.Failed(key+".resource_id"):
		fits := func(prefix string) bool { return strings.HasPrefix(d.ResourceID, prefix) }
		if expected := resourceIDs[kind]; !slices.ContainsFunc(expected, fits) {
			c.Report(key+".resource_id", "%s does not go with the host, which is an endpoint of %s; write its id, %s…", d.ResourceID, kind, strings.Join(expected, "… or "))
		}
	}
}

// checkIngress reports a security group whose rules two databases give to
// different owners.
func checkIngress(c checker) {
	owners := map[string]Ingress{}
	for _, database := range c.Databases {
		group, ingress := database.Value.SecurityGroupID, database.Value.Ingress
		if group == "" {
			continue // the database is created, or the missing key is reported
		}
		if first, known := owners[group]; known && first != ingress {
			c.Report("databases."+database.Key+".ingress", "is %s, but another database of %s says %s; write the same", ingress, group, first)
		}
		owners[group] = ingress
	}
}

// reservedNames are those that a new database cannot have. RDS refuses the words that an
// engine reserves (RDS API, CreateDBCluster, DatabaseName), and some databases are the
// engine's own. The list has those that somebody might want.
const reservedNames = " mysql sys information_schema performance_schema innodb tmp postgres template0 template1 rdsadmin" +
	" all analyse analyze and any array as asc both by case cast check collate column condition constraint create cross cube" +
	" database databases default delete deferrable desc describe distinct do drop each else empty end except exists explain" +
	" false fetch for force foreign from full function generated get grant group grouping groups having if ignore in index" +
	" infile initially inner insert intersect interval into is join key keys kill lag lateral lead leading left like limit" +
	" lines linear load lock loop match mod natural not null of offset on only optimize option or order out outer over" +
	" partition placing primary procedure purge range rank read recursive references release rename repeat replace require" +
	" return returning revoke right row rows schema schemas select separator session_user set show signal some spatial sql" +
	" starting system table terminated then to trailing trigger true undo union unique unlock update usage use user using" +
	" values variadic varying verbose virtual when where while window with write xor "

// reservedUser matches the users that an engine or RDS has or keeps for itself.
var reservedUser = regexp.MustCompile(`^(pg_.*|rds.*|mysql|root|public|none|postgres)$`)
