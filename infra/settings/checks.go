package settings

import (
	"strings"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// JobsOf are the jobs with the checks that they have in an environment.
func (s Settings) JobsOf(environment Environment) job.File {
	return s.Jobs.WithChecks(environment.Checks)
}

// checkOverrides reports what environments say about the checks of jobs or cases that do not
// exist, and bounds that do not fit those of the jobs file. documents are those of the
// environments.
func checkOverrides(loaded Settings, documents []*strictyaml.Document) {
	for i, environment := range loaded.Environments {
		jobs := loaded.JobsOf(environment)
		for _, own := range environment.Checks.Jobs {
			at := jobs.Index(own.Key)
			if at < 0 {
				if !loaded.JobsDocument.Failed("jobs") {
					documents[i].Report("checks."+own.Key, "there is no job %q; write one of %s", own.Key, jobs.Names())
				}
				continue
			}
			report := func(field, format string, args ...any) {
				if !loaded.JobsDocument.Failed(job.Key(at, field)) { // then the environment is not to blame
					documents[i].Report("checks."+own.Key+strings.TrimPrefix(field, "checks"), format, args...)
				}
			}
			if !loaded.JobsDocument.Failed(job.Key(at, "cases")) {
				jobs.Jobs[at].CheckChecks(own.Value, report)
			}
			jobs.Jobs[at].CheckBaselines(report)
		}
	}
}

// Checked tells whether any count of a jobs file is checked here.
func (e Environment) Checked(jobs job.File) bool { return jobs.WithChecks(e.Checks).Checked() }

// Tells tells whether there is anything to tell of a jobs file besides alarms: checks, or a
// summary.
func (e Environment) Tells(jobs job.File) bool { return e.Checked(jobs) || jobs.Summary != nil }

// Told are the addresses that the topic of checks sends to, if it is the environment's own.
func (e Environment) Told() []string {
	switch {
	case e.Notify.TopicARN != "":
		return nil
	case len(e.Notify.Email) > 0:
		return e.Notify.Email
	}
	return e.Alarms.Email
}
