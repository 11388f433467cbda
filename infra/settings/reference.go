package settings

import (
	"slices"
	"strings"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// RuleName names the EventBridge rule of a job.
func (e Environment) RuleName(job string) string {
	return "tally-" + e.Name + "-" + job
}

// ruleNameLimit is EventBridge's (PutRule, API reference).
const ruleNameLimit = 64

// checkReferences reports jobs that name what an environment does not have.
func checkReferences(loaded Settings, jobs *strictyaml.Document) {
	for i, definition := range loaded.Jobs.Jobs {
		key := definition.Source.Database
		var lacking, known []string
		for _, environment := range loaded.Environments {
			if _, found := environment.Databases.Get(key); !found {
				lacking = append(lacking, environment.Name)
				known = environment.Databases.Keys()
			}
			if name := environment.RuleName(definition.Name); len(name) > ruleNameLimit {
				jobs.Report(job.Key(i, "name"), "makes the rule name %s, which has %d characters; EventBridge allows %d: write a name shorter by %d",
					name, len(name), ruleNameLimit, len(name)-ruleNameLimit)
			}
		}
		if len(lacking) > 0 {
			jobs.Report(job.Key(i, "source.database"), "%q is no database of %s; %s", key, strings.Join(lacking, ", "), suggest(known))
		}
	}
}

func suggest(known []string) string {
	if len(known) == 0 {
		return "write it under databases in the environment file"
	}
	return "write one of " + strings.Join(known, ", ")
}

// UsedDatabases are the keys of the databases that jobs count in, sorted and
// without repeats: the only ones that the function may reach.
func (s Settings) UsedDatabases() []string {
	var keys []string
	for _, definition := range s.Jobs.Jobs {
		keys = append(keys, definition.Source.Database)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
