package settings

import (
	"cmp"
	"slices"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/sqlcheck"
	"tally/lambda/strictyaml"
)

// ruleNameLimit is EventBridge's (PutRule, API reference).
const ruleNameLimit = 64

// reference is how jobs of one kind of source find what they count in.
type reference struct {
	list string                     // of the environment, such as databases
	word string                     // for one of them; the kind, if empty
	keys func(Environment) []string // of that list
	// inVPC tells whether what has that key is counted from within the VPC.
	inVPC func(e Environment, key string) bool
	// engines are those whose SQL the conditions of jobs are, in the environments whose list could
	// be read; it may be nil. standIn is Source.Engine.
	engines func(key string, readable []Environment, standIn func(key string) string) []string
}

var references = map[job.Kind]reference{
	job.KindDatabase: {
		list: "databases", keys: func(e Environment) []string { return e.Databases.Keys() },
		inVPC:   func(Environment, string) bool { return true },
		engines: enginesOf,
	},
	job.KindBucket: {
		list: "buckets", keys: func(e Environment) []string { return e.Buckets.Keys() },
		inVPC: func(e Environment, key string) bool {
			bucket, _ := e.Buckets.Get(key)
			return bucket.VPC
		},
	},
	job.KindAthena: {
		list: "athena", word: "Athena database", keys: func(e Environment) []string { return e.Athena.Keys() },
		inVPC: func(Environment, string) bool { return false },
		engines: func(string, []Environment, func(string) string) []string {
			return []string{contract.EngineAthena}
		},
	},
}

// checkReferences reports jobs that name what an environment does not have.
// documents are those of the environments, and engine is Source.Engine.
func checkReferences(loaded Settings, documents []*strictyaml.Document, jobs *strictyaml.Document, engine func(key string) string) {
	longest := slices.MaxFunc(loaded.Environments, func(a, b Environment) int { return cmp.Compare(len(a.Name), len(b.Name)) })
	for i, j := range loaded.Jobs.Jobs {
		to := references[j.Source.Kind()]
		var readable []Environment // other environments lack keys only because something else is wrong
		for i, environment := range loaded.Environments {
			if !documents[i].Failed(to.list) {
				readable = append(readable, environment)
			}
		}
		to.find(i, j.Source, readable, jobs)
		if to.engines != nil {
			checkConditions(i, j, to.engines(j.Source.Key(), readable, engine), jobs)
		}
		if j.Window == nil {
			checkRoom(loaded.Environments, documents, j.Name)
		}
		name := longest.RuleName(j.Name)
		if over := len(name) - ruleNameLimit; over > 0 {
			jobs.Report(job.Key(i, "name"), "makes the rule name %s, which has %d characters; EventBridge allows %d: write a name shorter by %d",
				name, len(name), ruleNameLimit, over)
		}
	}
}

// checkRoom reports environments in which a job that counts the current state could not run
// in time, because the monitor may have the only run that there may be.
func checkRoom(environments []Environment, documents []*strictyaml.Document, name string) {
	for i, environment := range environments {
		if environment.MaxConcurrency == 1 && !documents[i].Failed("max_concurrency") {
			documents[i].Report("max_concurrency", "is 1, and job %s has no window: while the monitor has another slot counted it would miss its own; write 2 or more, or leave it out", name)
		}
	}
}

// memoryStep is what memory is written in multiples of, in MB.
const memoryStep = 64

// checkMemory reports environments whose function has too little memory for a job:
// Lambda would kill it in each run, and the sweeps that try to repair that.
func checkMemory(environments []Environment, documents []*strictyaml.Document, jobs job.File) {
	if len(jobs.Jobs) == 0 {
		return
	}
	largest := slices.MaxFunc(jobs.Jobs, func(a, b job.Job) int { return cmp.Compare(a.MemoryMB(), b.MemoryMB()) })
	need := largest.MemoryMB()
	for i, environment := range environments {
		if environment.MemoryMB >= need || documents[i].Failed("memory_mb") {
			continue
		}
		less := ""
		if len(largest.GroupBy) > 0 {
			less = ", or a smaller max_groups in the job"
		}
		documents[i].Report("memory_mb", "is %d, and job %s may need %d; write memory_mb: %d%s",
			environment.MemoryMB, largest.Name, need, (need+memoryStep-1)/memoryStep*memoryStep, less)
	}
}

// find reports a source that some environments do not have, and suggests the keys that
// all of them have.
func (r reference) find(index int, source job.Source, environments []Environment, jobs *strictyaml.Document) {
	var lacking, common []string
	for i, environment := range environments {
		keys := r.keys(environment)
		if !slices.Contains(keys, source.Key()) {
			lacking = append(lacking, environment.Name)
		}
		if i == 0 {
			common = keys
		}
		common = slices.DeleteFunc(common, func(key string) bool { return !slices.Contains(keys, key) })
	}
	if len(lacking) == 0 {
		return
	}
	suggestion := ""
	if len(common) > 0 {
		suggestion = "write one of " + strings.Join(common, ", ") + ", or "
	}
	jobs.Report(job.Key(index, "source."+string(source.Kind())), "%q is no %s of %s; %sadd it under %s there",
		source.Key(), cmp.Or(r.word, string(source.Kind())), strings.Join(lacking, ", "), suggestion, r.list)
}

// checkConditions reports conditions that are no expression of an engine they would run
// on.
func checkConditions(index int, j job.Job, engines []string, jobs *strictyaml.Document) {
	for _, name := range engines {
		for _, entry := range j.Cases {
			if err := sqlcheck.Check(name, string(entry.Value)); err != nil {
				jobs.Report(job.Key(index, "cases."+entry.Key), "%v", err)
			}
		}
	}
}

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

// checkRuleNames reports environments whose rules another's permissions would
// match: those of prod reach every rule of its account and region that starts
// with tally-prod-.
func checkRuleNames(environments []Environment, documents []*strictyaml.Document) {
	for i, longer := range environments {
		for _, shorter := range environments {
			samePlace := longer.Account == shorter.Account && longer.Region == shorter.Region
			if samePlace && strings.HasPrefix(longer.Name, shorter.Name+"-") {
				documents[i].Report("", "the name %s starts with that of %s, whose permissions would match its rules; rename it to %s.yaml",
					longer.Name, shorter.Name, strings.TrimPrefix(longer.Name, shorter.Name+"-")+"-"+shorter.Name)
			}
		}
	}
}

// checkResults reports environments that keep their records in one bucket. A record's key
// names the job and not the environment, and each environment has all jobs of the file: one
// would take the other's records for its own.
func checkResults(environments []Environment, documents []*strictyaml.Document, everywhere []Environment) {
	for i, environment := range environments {
		for _, other := range everywhere {
			if bucket := environment.Results.Bucket; bucket != "" && bucket == other.Results.Bucket && environment.Name != other.Name {
				documents[i].Report("results.bucket", "%s holds the records of %s, and those of the same jobs would be taken for each other's; write another bucket", bucket, other.Name)
				break
			}
		}
	}
}

// Used are the keys of the databases, the buckets or Athena's databases that jobs count in,
// sorted and without repeats: the only ones that the function may reach.
func (s Settings) Used(kind job.Kind) []string {
	var keys []string
	for _, j := range s.Jobs.Jobs {
		if j.Source.Kind() == kind {
			keys = append(keys, j.Source.Key())
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
