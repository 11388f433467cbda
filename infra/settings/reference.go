package settings

import (
	"slices"
	"strings"

	"tally/lambda/job"
	"tally/lambda/sqlcheck"
	"tally/lambda/strictyaml"
)

// SweepRuleName names the rule of the sweep. No job has it: their names do not start
// with -.
func (e Environment) SweepRuleName() string { return e.RuleName("-sweep") }

// ruleNameLimit is EventBridge's (PutRule, API reference).
const ruleNameLimit = 64

// checkReferences reports jobs that name what an environment does not have.
// documents are those of the environments, engine is that of a [Source].
func checkReferences(loaded Settings, documents []*strictyaml.Document, jobs *strictyaml.Document, engine func(key string) string) {
	var readable []Environment // others have no databases only because something else is wrong
	for i, environment := range loaded.Environments {
		if !documents[i].Failed("databases") {
			readable = append(readable, environment)
		}
	}
	for i, definition := range loaded.Jobs.Jobs {
		if key := definition.Source.Bucket; key != "" {
			checkBucketReference(i, key, loaded.Environments, documents, jobs)
		} else {
			checkDatabaseReference(i, definition.Source.Database, readable, jobs)
			checkConditions(i, definition, enginesOf(definition.Source.Database, readable, engine), jobs)
		}
		longest := ""
		for _, environment := range loaded.Environments {
			if name := environment.RuleName(definition.Name); len(name) > len(longest) {
				longest = name
			}
		}
		if over := len(longest) - ruleNameLimit; over > 0 {
			jobs.Report(job.Key(i, "name"), "makes the rule name %s, which has %d characters; EventBridge allows %d: write a name shorter by %d",
				longest, len(longest), ruleNameLimit, over)
		}
	}
}

func checkDatabaseReference(index int, key string, environments []Environment, jobs *strictyaml.Document) {
	has := func(e Environment, key string) bool { _, found := e.Databases.Get(key); return found }
	if lacking := lack(environments, key, has); len(lacking) > 0 {
		jobs.Report(job.Key(index, "source.database"), "%q is no database of %s; %sadd it under databases there",
			key, strings.Join(lacking, ", "), suggest(common(environments, Environment.databaseKeys, has)))
	}
}

func checkBucketReference(index int, key string, environments []Environment, documents []*strictyaml.Document, jobs *strictyaml.Document) {
	var readable []Environment
	for i, environment := range environments {
		if !documents[i].Failed("buckets") {
			readable = append(readable, environment)
		}
	}
	has := func(e Environment, key string) bool { _, found := e.Buckets.Get(key); return found }
	if lacking := lack(readable, key, has); len(lacking) > 0 {
		jobs.Report(job.Key(index, "source.bucket"), "%q is no bucket of %s; %sadd it under buckets there",
			key, strings.Join(lacking, ", "), suggest(common(readable, Environment.bucketKeys, has)))
	}
}

func (e Environment) databaseKeys() []string { return e.Databases.Keys() }

func (e Environment) bucketKeys() []string { return e.Buckets.Keys() }

// enginesOf are those that a database has.
func enginesOf(key string, environments []Environment, standIn func(key string) string) []string {
	if standIn != nil {
		if engine := standIn(key); engine != "" {
			return []string{engine}
		}
	}
	var engines []string
	for _, environment := range environments {
		if database, found := environment.Databases.Get(key); found && database.Family() != "" { // else that is reported itself
			engines = append(engines, database.Family())
		}
	}
	return engines
}

// checkConditions reports conditions that are no expression of an engine they
// would run on.
func checkConditions(index int, definition job.Job, engines []string, jobs *strictyaml.Document) {
	for _, engine := range engines {
		for _, entry := range definition.Cases {
			if err := sqlcheck.Check(engine, string(entry.Value)); err != nil {
				jobs.Report(job.Key(index, "cases."+entry.Key), "%v", err)
			}
		}
	}
}

// checkRuleNames reports environments whose rules another's permissions would
// match: those of prod reach every rule of its account and region that starts
// with tally-prod-.
func checkRuleNames(environments []Environment, documents []*strictyaml.Document) {
	for _, shorter := range environments {
		for i, longer := range environments {
			samePlace := longer.Account == shorter.Account && longer.Region == shorter.Region
			if samePlace && strings.HasPrefix(longer.Name, shorter.Name+"-") {
				documents[i].Report("", "the name %s starts with that of %s, whose permissions would match its rules; rename it to %s.yaml",
					longer.Name, shorter.Name, strings.TrimPrefix(longer.Name, shorter.Name+"-")+"-"+shorter.Name)
			}
		}
	}
}

// lack names the environments that do not have a key.
func lack(environments []Environment, key string, has func(Environment, string) bool) []string {
	var lacking []string
	for _, environment := range environments {
		if !has(environment, key) {
			lacking = append(lacking, environment.Name)
		}
	}
	return lacking
}

// common are the keys that every environment has.
func common(environments []Environment, keys func(Environment) []string, has func(Environment, string) bool) []string {
	if len(environments) == 0 {
		return nil
	}
	return slices.DeleteFunc(keys(environments[0]), func(key string) bool {
		return len(lack(environments, key, has)) > 0
	})
}

func suggest(known []string) string {
	if len(known) == 0 {
		return ""
	}
	return "write one of " + strings.Join(known, ", ") + ", or "
}

// UsedDatabases are the keys of the databases that jobs count in, sorted and
// without repeats: the only ones that the function may reach.
func (s Settings) UsedDatabases() []string {
	return s.used(func(source job.Source) string { return source.Database })
}

// UsedBuckets are the same for buckets.
func (s Settings) UsedBuckets() []string {
	return s.used(func(source job.Source) string { return source.Bucket })
}

func (s Settings) used(key func(job.Source) string) []string {
	var keys []string
	for _, definition := range s.Jobs.Jobs {
		if used := key(definition.Source); used != "" {
			keys = append(keys, used)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
