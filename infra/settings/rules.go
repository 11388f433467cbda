package settings

import (
	"regexp"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

// Rules are what an editor can check of an environment file. They take the patterns,
// lists and limits of the checks, and refuse nothing that Load accepts.
func Rules() strictyaml.Rules {
	defaults := newEnvironment("")
	text := func(pattern *regexp.Regexp) strictyaml.Rule { return strictyaml.Rule{Pattern: pattern} }
	endpoint := strictyaml.Rule{OneOf: strictyaml.Any(endpoints)}
	return strictyaml.Rules{
		"":                   {Forms: []strictyaml.Form{{Key: "protect", Is: true, Needs: []string{"account"}}}},
		"account":            text(accountPattern),
		"region":             text(regionPattern),
		"memory_mb":          {Min: memoryLow, Max: memoryHigh, Default: defaults.MemoryMB},
		"timeout_seconds":    {Min: timeoutLow, Max: timeoutHigh, Default: defaults.TimeoutSeconds},
		"log_retention_days": {OneOf: strictyaml.Any(retentions), Default: defaults.LogRetentionDays},
		"max_concurrency":    {Max: concurrencyHigh},
		"query":              {Default: defaults.Query},

		"network":                          {OneOf: []any{EndpointCreate}},
		"network.vpc_id":                   text(vpcPattern),
		"network.s3_endpoint":              endpoint,
		"network.secrets_endpoint":         endpoint,
		"network.subnets":                  {Min: 1},
		"network.subnets.*.id":             text(subnetPattern),
		"network.subnets.*.route_table_id": text(routeTablePattern),

		"databases":                      text(keyPattern),
		"databases.*":                    {Forms: databaseForms()},
		"databases.*.create":             {OneOf: strictyaml.Any(createdEngines)},
		"databases.*.max_capacity":       {Max: capacityHigh}, // 0 is as if left out
		"databases.*.engine":             {OneOf: strictyaml.Any(engines)},
		"databases.*.version":            text(versionPattern),
		"databases.*.host":               text(hostPattern),
		"databases.*.port":               {Max: portHigh}, // likewise
		"databases.*.auth":               {OneOf: strictyaml.Any(auths)},
		"databases.*.resource_id":        text(resourcePattern),
		"databases.*.secret_arn":         text(secretPattern),
		"databases.*.secret_kms_key_arn": text(kmsKeyPattern),
		"databases.*.security_group_id":  text(securityGroupPattern),
		"databases.*.ingress":            {OneOf: strictyaml.Any(ingresses), Default: IngressManaged},

		"buckets":               text(keyPattern),
		"buckets.*":             text(bucketPattern),
		"buckets.*.name":        text(bucketPattern),
		"buckets.*.kms_key_arn": text(kmsKeyPattern),

		"results.bucket":       text(bucketPattern),
		"results.kms_key_arn":  text(kmsKeyPattern),
		"alarms.email.*":       text(emailPattern),
		"alarms.topic_arn":     text(topicPattern),
		"permissions_boundary": text(boundaryPattern),
		"tags":                 {Pattern: tagText, Max: tagsHigh},
		"tags.*":               text(tagText),
	}
}

// databaseForms tell databases to create from those that exist, and the ways to
// log in to these.
func databaseForms() []strictyaml.Form {
	return []strictyaml.Form{
		{Key: "create", Refuses: onlyOfExisting, Rules: strictyaml.Rules{
			"dbname":       {Pattern: createdNamePattern},
			"username":     {Pattern: createdUserPattern, Default: createdUser},
			"max_capacity": {Default: createdCapacity},
		}},
		{Key: "create", Unless: true, Needs: neededOfExisting, Rules: strictyaml.Rules{
			"username":     {Pattern: userPattern},
			"max_capacity": {OneOf: []any{0}},
		}},
		{Key: "auth", Is: contract.AuthIAM, Needs: []string{"resource_id"}, Refuses: onlyOfSecret},
		{Key: "auth", Is: contract.AuthSecret, Needs: []string{"secret_arn"}, Refuses: []string{"resource_id"}},
		{Key: "engine", Is: EngineMariaDB, Unless: true, Refuses: []string{"version"}},
	}
}
