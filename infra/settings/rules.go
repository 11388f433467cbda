package settings

import (
	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/pattern"
	"tally/lambda/strictyaml"
)

// Rules are what the values of an environment file must be, each by itself: Load
// reports what breaks them, and editors do while somebody types.
func Rules() strictyaml.Rules { return rules }

// Rules that several keys have.
var (
	freeKey   = strictyaml.Match(`^[a-z][a-z0-9-]{0,30}$`, "a key of lower-case letters, digits and -")
	kmsKey    = strictyaml.Match(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$`, "the ARN of the key (not of an alias), arn:aws:kms:…:key/…")
	anyBucket = strictyaml.Match(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`, "a bucket name, without s3:// or ARN") // no dots, which break TLS names
	// A bucket that exists may have dots, which are asked for by the path of a URL.
	countedBucket = strictyaml.Match(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, "a bucket name of lower-case letters, digits, - and dots, without s3:// or ARN")
	dataURL       = strictyaml.Rule{Pattern: pattern.New(`^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*?$]*)?$`), Is: "a URL of a folder in S3", Write: "s3://, the bucket and the folder, such as s3://acme-lake/events/"}
	endpoint      = strictyaml.Rule{OneOf: strictyaml.Values(EndpointExisting, EndpointCreate)}
	off           = strictyaml.Rule{OneOf: strictyaml.Values("off")}
	address       = strictyaml.Match(`^[^@\s]+@[^@\s]+\.[^@\s]+$`, "an address such as oncall@example.com")
	topic         = strictyaml.Match(`^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`, "the ARN of a standard topic, arn:aws:sns:…")
	ownTopic      = strictyaml.Rule{Forms: []strictyaml.Form{
		{Key: "topic_arn", Refuses: []string{"email"}, Why: "is for a topic of the environment's own; subscribe the addresses to topic_arn yourself, or leave that out"}}}
	leftOut = newEnvironment("") // the values of keys that are left out
)

// retentions are the days that CloudWatch Logs accepts (PutRetentionPolicy, API reference).
var retentions = strictyaml.Values(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)

// id is how EC2 writes ids: a prefix and 8 or 17 hexadecimal digits.
func id(prefix string) strictyaml.Rule {
	return strictyaml.Match(`^`+prefix+`-([0-9a-f]{8}|[0-9a-f]{17})$`, "an id such as "+prefix+"-0123456789abcdef0")
}

// tagText is what every service takes in keys and values of tags.
func tagText(length string) *pattern.Pattern {
	return pattern.New(`^[\pL\pZ\pN_.:/=+@-]{0,` + length + `}$`)
}

var rules = strictyaml.Rules{
	"": {Forms: []strictyaml.Form{
		{Key: "account", Unless: true, Refuses: []string{"protect"}, Why: `needs an account, so that nobody deploys it elsewhere; write account: "111122223333"`}}},
	"account": strictyaml.Match(`^[0-9]{12}$`, `12 digits in quotes, such as "111122223333"`),
	"region":  strictyaml.Match(`^[a-z]{2}(-[a-z]+)+-[0-9]$`, "a region such as ap-northeast-2"),
	// The limits of Lambda (Lambda quotas), but for less time than a count needs.
	"memory_mb":          {Min: 128, Max: 10240, Default: leftOut.MemoryMB},
	"timeout_seconds":    {Min: 30, Max: 900, Default: leftOut.TimeoutSeconds},
	"log_retention_days": {OneOf: retentions, Default: leftOut.LogRetentionDays},
	"max_concurrency":    {Max: 1000},
	"query":              {Default: leftOut.Query},

	"network":                          {OneOf: strictyaml.Values(EndpointCreate)},
	"network.vpc_id":                   id("vpc"),
	"network.s3_endpoint":              endpoint,
	"network.secrets_endpoint":         endpoint,
	"network.subnets":                  {Min: 1, Write: "at least one private subnet that reaches the databases"},
	"network.subnets.*.id":             id("subnet"),
	"network.subnets.*.route_table_id": id("rtb"),

	"databases":                      freeKey,
	"databases.*":                    {Forms: databaseForms},
	"databases.*.create":             {OneOf: strictyaml.Values(AuroraMySQL, AuroraPostgres)},
	"databases.*.max_capacity":       {Min: 1, Max: 256, Zero: true}, // Aurora capacity units
	"databases.*.engine":             {OneOf: strictyaml.Values(contract.EngineMySQL, EngineMariaDB, contract.EnginePostgres)},
	"databases.*.version":            strictyaml.Match(`^[0-9]+\.[0-9]+(\.[0-9]+)?$`, `a version such as "10.11"`),
	"databases.*.host":               strictyaml.Match(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$`, "the endpoint's name, without port or scheme"),
	"databases.*.port":               {Min: 1, Max: 65535, Zero: true},
	"databases.*.auth":               {OneOf: strictyaml.Values(contract.AuthIAM, contract.AuthSecret)},
	"databases.*.resource_id":        strictyaml.Match(`^(db|cluster)-[A-Z0-9]+$|^prx-[0-9a-f]+$`, "the resource id (not the name or ARN): db-… of an instance, cluster-… or prx-…"),
	"databases.*.secret_arn":         strictyaml.Match(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`, "the secret's whole ARN, with the six characters at its end"),
	"databases.*.secret_kms_key_arn": kmsKey,
	"databases.*.security_group_id":  id("sg"),
	"databases.*.ingress":            {OneOf: strictyaml.Values(IngressManaged, IngressExternal), Default: IngressManaged},

	"buckets":               freeKey,
	"buckets.*":             countedBucket,
	"buckets.*.name":        countedBucket,
	"buckets.*.kms_key_arn": kmsKey,

	"athena":   freeKey,
	"athena.*": {Forms: []strictyaml.Form{{Key: "workgroup", Refuses: []string{"scan_limit_gb"}, Why: "is of the stack's own workgroup; leave it out, and set the limit of the one that you name"}}},
	// S3 Metadata's databases have the names of buckets, with dashes. IAM would read * and ?.
	"athena.*.database":      strictyaml.Match(`^[a-z0-9_][a-z0-9_-]{0,254}$`, "the database's name in the catalog: lower-case letters, digits, _ and -"),
	"athena.*.catalog":       {Pattern: pattern.New(`^(AwsDataCatalog|s3tablescatalog/[a-z0-9][a-z0-9-]{1,61}[a-z0-9])$`), Is: "a catalog that can be counted in", Write: "s3tablescatalog/ and the name of a table bucket (s3tablescatalog/aws-s3 for S3 Metadata), or leave it out: then it is AwsDataCatalog, Glue's", Default: contract.DefaultCatalog},
	"athena.*.workgroup":     strictyaml.Match(`^[A-Za-z0-9._-]{1,128}$`, "a workgroup's name (not its ARN)"),
	"athena.*.scan_limit_gb": {Min: 1, Max: 1_000_000, Zero: true, Default: defaultScanLimitGB}, // Athena's least is 10 MB
	"athena.*.data":          {Pattern: dataURL.Pattern, Is: dataURL.Is, Min: 1, Write: dataURL.Write, Twice: "keep one"},
	"athena.*.data.*":        dataURL,
	"athena.*.kms_key_arn":   kmsKey,

	"results.bucket":       anyBucket,
	"results.kms_key_arn":  kmsKey,
	"alarms":               ownTopic,
	"alarms.email":         {Min: 1, Write: "an address, or leave alarms out: nobody would hear of them", Twice: "keep one"},
	"alarms.email.*":       address,
	"alarms.topic_arn":     topic,
	"notify":               ownTopic,
	"notify.email":         {Min: 1, Write: "an address, or leave notify out: those of alarms hear of checks then", Twice: "keep one"},
	"notify.email.*":       address,
	"notify.topic_arn":     topic,
	"checks":               off,
	"checks.*":             off,
	"checks.*.*":           off,
	"permissions_boundary": strictyaml.Match(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9_+=,.@/-]+$`, "the ARN of a managed policy, arn:aws:iam::…:policy/…"),
	"tags":                 {Pattern: tagText("128"), Max: 40, Is: "a tag's key", Write: "at most 128 letters, digits, blanks and _.:/=+-@"}, // AWS allows 50, and some are its own
	"tags.*":               {Pattern: tagText("256"), Is: "a tag's value", Write: "at most 256 letters, digits, blanks and _.:/=+-@"},
}.With(job.CheckRules("checks.*"))

// databaseForms tell databases to create from those that exist, and the ways to log in
// to these.
var databaseForms = []strictyaml.Form{
	{Key: "create", Why: "is of a database that exists; leave it out, or leave out create",
		Refuses: []string{"engine", "version", "host", "port", "auth", "resource_id", "secret_arn", "secret_kms_key_arn", "security_group_id", "ingress"},
		Rules: strictyaml.Rules{
			"dbname":       strictyaml.Match(`^[a-z][a-z0-9_]{0,62}$`, "lower-case letters, digits and _"),
			"username":     {Pattern: pattern.New(`^[a-z_][a-z0-9_]{0,31}$`), Write: "at most 32 lower-case letters, digits and _", Default: createdUser},
			"max_capacity": {Default: createdCapacity},
		}},
	{Key: "create", Unless: true,
		Needs: []string{"engine", "host", "dbname", "username", "auth", "security_group_id"},
		Rules: strictyaml.Rules{
			"username": strictyaml.Match(`^[A-Za-z_][A-Za-z0-9_.-]{0,62}$`, "the database user, without wildcards"), // IAM would read * and ?
		}},
	{Key: "create", Unless: true, Refuses: []string{"max_capacity"}, Why: "goes with create; leave it out"},
	{Key: "auth", Is: contract.AuthIAM, Needs: []string{"resource_id"}, Refuses: []string{"secret_arn", "secret_kms_key_arn"}, Why: "goes with auth: secret; leave it out, or write that"},
	{Key: "auth", Is: contract.AuthSecret, Needs: []string{"secret_arn"}, Refuses: []string{"resource_id"}, Why: "goes with auth: iam; leave it out, or write that"},
	{Key: "engine", Is: EngineMariaDB, Unless: true, Refuses: []string{"version"}, Why: "matters for mariadb only; leave it out"},
}
